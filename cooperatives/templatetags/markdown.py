"""Text that people wrote in Markdown, as HTML that cannot hurt."""

import nh3
from django import template
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

register = template.Library()

_TEXT = {"a", "br", "code", "del", "em", "p", "s", "strong"}
_BLOCKS = {"blockquote", "h3", "h4", "h5", "h6", "hr", "li", "ol", "pre", "ul"}
_TABLES = {"table", "tbody", "td", "th", "thead", "tr"}
_TAGS = _TEXT | _BLOCKS | _TABLES
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
_NESTING = 20
_reader = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True, "maxNesting": _NESTING})
_reader.enable(["table", "strikethrough"])


@register.filter
def markdown(text: str) -> SafeString:
    """CommonMark with tables and strikethrough. No HTML of the writer's own, no pictures, links without a referrer.

    Headings begin two levels down, because the page has its own.
    """
    tokens = _reader.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
    drawn = _reader.renderer.render(tokens, _reader.options, {})
    # The page has no style of its own for it: alignment in tables is dropped with every other attribute.
    return mark_safe(  # noqa: S308 - cleaned by nh3
        nh3.clean(drawn, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="nofollow noopener noreferrer")
    )

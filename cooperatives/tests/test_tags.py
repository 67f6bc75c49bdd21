"""The parts that pages are built of say what they should, in words, and never break a page."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from cooperatives.templatetags import coop

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
NAIROBI = SimpleNamespace(name="Kilele Dev Chama", hue=255, zone=ZoneInfo("Africa/Nairobi"))


def drawn(source, **context):
    return Template("{% load coop %}" + source).render(Context(context))


@pytest.fixture
def noon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def in_nairobi(noon):
    return {"frame": SimpleNamespace(cooperative=NAIROBI, cooperatives=[NAIROBI])}


class TaskForm(forms.Form):
    title = forms.CharField(help_text="In a few words.")
    note = forms.CharField(required=False, widget=forms.Textarea)
    done = forms.BooleanField(required=False)
    lane = forms.ChoiceField(choices=[("todo", "To do"), ("done", "Done")], widget=forms.RadioSelect)
    hue = forms.IntegerField(required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, initial=3)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Wanjiru Kamau", "WK"),
        ("Mei-Ling Chan", "ML"),
        ("Linden Court Housing Co-operative", "LC"),
        ("Éloïse", "ÉL"),
        ("ngũgĩ wa Thiong’o", "NW"),
        ("“Quoted” Name", "QN"),
        ("_under_ score", "US"),
        ("", "?"),
        ("🙂", "?"),
    ],
)
def test_initials_are_of_the_first_two_words(name, letters):
    assert coop.initials(name) == letters


def test_a_tint_belongs_to_a_name_and_is_one_of_six():
    tints = {coop.tint(f"Person {n}") for n in range(200)}
    assert tints == {1, 2, 3, 4, 5, 6}
    assert coop.tint("Wanjiru Kamau") == coop.tint("Wanjiru Kamau")


def test_an_avatar_is_silent_and_takes_a_given_tint():
    html = drawn("{% avatar name 'sm' 4 %}", name="Amina Yusuf")
    assert html == '<span class="avatar sm" data-tint="4" aria-hidden="true">AY</span>'


def test_markup_in_a_name_stays_text():
    assert "<b" not in drawn("{% avatar name %}{% avatars names %}", name="<b> <i>", names=["<b> x"])


def test_a_stack_names_those_it_shows_and_counts_the_rest():
    html = drawn("{% avatars names %}", names=["Ann Aa", "Bo Bb", "Cy Cc", "Di Dd", "Ed Ee"])
    assert 'aria-label="Ann Aa, Bo Bb, Cy Cc and 2 more"' in html
    assert "+2" in html


def test_a_short_stack_counts_nobody():
    html = drawn("{% avatars names %}", names=["Ann Aa"])
    assert 'aria-label="Ann Aa"' in html
    assert "+" not in html


def test_a_crest_wears_the_hue_of_its_cooperative():
    assert 'class="crest hue-255"' in drawn("{% crest c %}", c=NAIROBI)
    assert 'class="crest"' in drawn("{% crest c False %}", c=NAIROBI)


def test_an_icon_points_into_the_sprite():
    assert drawn("{% icon 'plus' 'sm' %}") == (
        '<svg class="icon sm" aria-hidden="true"><use href="/static/icons.svg#plus"/></svg>'
    )


def test_every_icon_that_templates_name_is_in_the_sprite(settings):
    root = settings.BASE_DIR
    sprite = (root / "static" / "icons.svg").read_text()
    used = set()
    for page in [*root.glob("templates/**/*.html"), *root.glob("*/templates/**/*.html")]:
        used |= set(coop.re.findall(r"{% icon \"([\w-]+)\"", page.read_text()))
    assert {name for name in used if f'id="{name}"' not in sprite} == set()


def test_a_file_missing_from_the_manifest_still_has_an_address(monkeypatch):
    def missing(path):
        raise ValueError(path)

    monkeypatch.setattr(coop.staticfiles_storage, "url", missing)
    assert coop.asset("css/x.css") == "/static/css/x.css"


def test_a_package_that_is_not_installed_is_left_out():
    assert drawn("{% vendor 'vendor/no-such-package.js' %}") == ""
    assert drawn("{% vendor 'js/theme.js' %}") == '<script src="/static/js/theme.js" defer></script>'


@pytest.mark.parametrize(
    ("past", "words"),
    [
        (timedelta(seconds=-5), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=4), "4 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(hours=20), "yesterday"),
        (timedelta(days=1), "yesterday"),
        (timedelta(days=3), "3 days"),
        (timedelta(days=7), "13 Nov"),
        (timedelta(days=400), "16 Oct 2025"),
    ],
)
def test_when_says_how_long_ago_in_few_words(in_nairobi, past, words):
    assert f">{words}</time>" in drawn("{% when at %}", at=NOON - past, **in_nairobi)


def test_when_shows_the_exact_time_in_the_zone_of_the_cooperative(in_nairobi):
    html = drawn("{% when at %}", at=NOON, **in_nairobi)
    assert 'datetime="2026-11-20T12:00:00+00:00" title="20 November 2026, 15:00"' in html


def test_when_and_due_are_empty_without_a_date(in_nairobi):
    assert drawn("{% when at %}{% due at %}", at=None, **in_nairobi) == ""


@pytest.mark.parametrize(
    ("day", "words", "css"),
    [
        (date(2026, 11, 18), "2 days late", "bad"),
        (date(2026, 11, 19), "yesterday", "bad"),
        (date(2026, 11, 20), "today", "warn"),
        (date(2026, 11, 21), "tomorrow", "muted"),
        (date(2026, 11, 24), "Tuesday", "muted"),
        (date(2026, 11, 27), "27 Nov", "muted"),
        (date(2027, 1, 5), "5 Jan 2027", "muted"),
    ],
)
def test_due_is_coloured_and_said(in_nairobi, day, words, css):
    html = drawn("{% due day %}", day=day, **in_nairobi)
    assert f'class="{css}"' in html
    assert f">{words}</time>" in html


def test_due_wears_the_classes_of_the_part_it_stands_in(in_nairobi):
    assert 'class="late"' in drawn("{% due day late='late' %}", day=date(2026, 11, 1), **in_nairobi)


def test_the_day_is_the_cooperatives_not_the_servers(monkeypatch, in_nairobi):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 20, 22, 30, tzinfo=UTC))
    assert ">today</time>" in drawn("{% due day %}", day=date(2026, 11, 21), **in_nairobi)
    assert drawn("{% today %}", **in_nairobi) == "Saturday 21 November 2026"


@pytest.mark.parametrize(
    ("hour", "words"), [(5, "Good morning"), (12, "Good afternoon"), (20, "Good evening"), (1, "Good evening")]
)
def test_the_greeting_fits_the_hour_there(monkeypatch, hour, words):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 20, hour, tzinfo=UTC))
    assert drawn("{% greeting 'Wanjiru Kamau' %}") == f"{words}, Wanjiru"


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (125_000, "KES", "1,250.00"),
        (-96_000, "EUR", "−960.00"),
        (1, "EUR", "0.01"),
        (0, "EUR", "0.00"),
        (1_234_567, "JPY", "1,234,567"),
        (1_500, "BHD", "1.500"),
        (10**17, "EUR", "1,000,000,000,000,000.00"),
    ],
)
def test_money_is_exact_and_grouped(minor, currency, text):
    html = drawn("{% money minor currency %}", minor=minor, currency=currency)
    assert html == f'<span class="nowrap num">{text}<span class="unit">{currency}</span></span>'


def test_a_field_has_label_control_and_help_wired_together():
    html = drawn("{% field form.title %}", form=TaskForm())
    assert '<label for="id_title">Title</label>' in html
    assert 'class="input"' in html
    assert 'aria-describedby="id_title_helptext"' in html
    assert '<div class="help" id="id_title_helptext">In a few words.</div>' in html
    assert "aria-invalid" not in html


def test_a_wrong_field_says_so_to_everyone():
    form = TaskForm({"title": "", "lane": "todo"})
    html = drawn("{% field form.title %}", form=form)
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_error"' in html
    assert "This field is required." in html


def test_what_may_stay_empty_says_so():
    assert "(may stay empty)" in drawn("{% field form.note %}", form=TaskForm())
    assert "(may stay empty)" not in drawn("{% field form.title %}", form=TaskForm())


def test_choices_are_a_named_group_of_cards():
    html = drawn("{% field form.lane %}", form=TaskForm())
    assert '<legend class="label">Lane</legend>' in html
    assert html.count('class="choice"') == 2


def test_a_checkbox_stands_before_its_label():
    html = drawn("{% field form.done %}", form=TaskForm())
    assert html.index('type="checkbox"') < html.index("Done")
    assert 'class="input"' not in html


def test_a_hidden_field_is_only_itself():
    assert drawn("{% field form.version %}", form=TaskForm()).strip() == (
        '<input type="hidden" name="version" value="3" id="id_version">'
    )


def test_djangos_own_rendering_draws_the_same_field():
    assert '<label for="id_title">Title</label>' in TaskForm()["title"].as_field_group()


def test_a_placeholder_that_repeats_the_label_is_dropped():
    class Login(forms.Form):
        email = forms.CharField(label="Email", widget=forms.TextInput(attrs={"placeholder": "Email address", "class": "wide"}))

    html = drawn("{% field form.email %}", form=Login())
    assert "placeholder" not in html
    assert 'class="input wide"' in html


def test_the_palette_marks_the_present_hue_and_keeps_one_of_its_own():
    html = drawn("{% hues form.hue %}", form=TaskForm({"hue": "17"}))
    assert 'value="17" checked' in html
    assert html.count('type="radio"') == 13
    assert drawn("{% hues form.hue %}", form=TaskForm({"hue": "35"})).count('type="radio"') == 12
    assert "checked" not in drawn("{% hues form.hue %}", form=TaskForm({"hue": "blue"}))


def test_a_version_is_hidden_until_somebody_was_faster():
    form = TaskForm({"title": "Mine", "lane": "todo", "version": "3"})
    assert "note" not in drawn("{% version form %}", form=form)
    form.broken = SimpleNamespace(current=SimpleNamespace(title="Theirs", note="", done=True, lane="done", hue=None, version=4))
    html = drawn("{% version form %}", form=form)
    assert 'name="version" value="4"' in html
    assert [words in html for words in ("<dd>Theirs</dd>", "<dd>Done</dd>", "<dd>yes</dd>")] == [True, True, True]
    assert "<dt>Note</dt>" not in html


def _pages(number, pages):
    return SimpleNamespace(
        number=number, pages=pages, previous=number - 1 if number > 1 else None, next=number + 1 if number < pages else None,
        first_index=1, last_index=10, total=99,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("number", "pages", "numbers"),
    [(1, 2, "12"), (1, 9, "12345"), (5, 9, "34567"), (9, 9, "56789"), (3, 3, "123")],
)
def test_the_pager_shows_five_numbers_around_the_open_one(number, pages, numbers):
    shown = coop.pager(Context({}), _pages(number, pages))["numbers"]
    assert "".join(map(str, shown)) == numbers


def test_the_pager_keeps_the_filters_and_is_absent_on_a_single_page():
    request = RequestFactory().get("/", {"kind": "tasks", "page": "2"})
    html = drawn("{% pager p %}", p=_pages(2, 3), request=request)
    assert 'href="?kind=tasks&amp;page=3"' in html
    assert 'aria-current="page">2<' in html
    assert drawn("{% pager p %}", p=_pages(1, 1), request=request).strip() == ""


def test_the_components_page_draws_every_part(settings):
    parts = settings.BASE_DIR / "cooperatives" / "templates" / "cooperatives" / "parts"
    html = "".join(drawn(f"{{% include 'cooperatives/parts/{part.name}' %}}") for part in sorted(parts.glob("*.html")))
    for css in ("btn", "figures", "chart", "pager", "note", "empty", "menu", "dialog", "why", "board", "table", "feed", "unit"):
        assert f'class="{css}' in html, css
    for name in coop.re.findall(r'id="([\w-]+)" viewBox', (settings.BASE_DIR / "static" / "icons.svg").read_text()):
        assert f"<span>{name}</span>" in html

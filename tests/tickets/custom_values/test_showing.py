"""How values look, and that none of them runs."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import RoleName, User
from accounts.rights import Right
from queues.models import CustomField
from queues.rights import grant, role_group
from tests.conftest import World
from tests.factories import make_ticket
from tickets.commands import FieldChange, set_custom_fields
from tickets.custom_values.showing import expand, plain_text, shown
from tickets.custom_values.wikitext import wikitext
from tickets.models import CustomFieldValue


def html_of(kind: str, text: str, **options: object) -> str:
    """Return the HTML of a value of a field."""
    field = CustomField(pk=1, name="F", type=kind, **options)
    value = CustomFieldValue(pk=7, content=text)
    return str(shown(field, value, number=42).html)


@pytest.mark.parametrize("kind", ["FreeformSingle", "TextSingle", "WikitextSingle"])
def test_markup_is_text(kind: str) -> None:
    """Nothing typed becomes an element."""
    assert "<script" not in html_of(kind, "<script>alert(1)</script>")
    assert "&lt;script&gt;" in html_of(kind, "<script>alert(1)</script>")


def test_html_stands_in_a_frame() -> None:
    """With the policy of HTML in mails."""
    field = CustomField(pk=1, name="F", type="HTMLSingle")
    value = shown(field, CustomFieldValue(pk=7, content="<p>a <b>b</b></p>"))
    assert value.html == ""
    assert value.frame == "/tickets/fields/ticket/7/html/"
    assert value.text == "a b"


def test_moments_are_shown_where_the_reader_is() -> None:
    """Days have no zone."""
    moment = CustomField(name="F", type="DateTimeSingle")
    with timezone.override("Asia/Tokyo"):
        assert plain_text(moment, "2026-02-28 20:00:00") == "2026-03-01 05:00"
        day = CustomField(name="F", type="DateSingle")
        assert plain_text(day, "2026-02-28") == "2026-02-28"


@pytest.mark.parametrize(
    ("template", "value", "url"),
    [
        ("https://x.org/?q=__CustomField__", "a b&c", "https://x.org/?q=a%20b%26c"),
        ("https://x.org/__id__/__CustomField__", "../y", "https://x.org/42/..%2Fy"),
        ("__CustomField__", "https://y.org/a", "https://y.org/a"),
        ("__WebPath__/search/?query=__CustomField__", "x", "/search/?query=x"),
        ("mailto:__CustomField__", "a@b.c", "mailto:a%40b.c"),
        ("__CustomField__", "javascript:alert(1)", ""),
        ("__CustomField__", " JaVaScRiPt:alert(1)", ""),
        ("__CustomField__", "data:text/html,x", ""),
        ("__CustomField__", "//evil.example/", ""),
        ("__CustomField__", "java\nscript:alert(1)", ""),
        ("javascript:__CustomField__", "alert(1)", ""),
    ],
)
def test_links_lead_somewhere_and_run_nothing(
    template: str, value: str, url: str
) -> None:
    """An address that is none leaves the value without a link."""
    assert expand(template, value, number=42) == url
    has_link = "<a " in html_of("FreeformSingle", value, link_value_to=template)
    assert has_link == bool(url)


def test_pages_of_others_are_not_included() -> None:
    """Their content would stand in ours."""
    field = CustomField(name="F", type="FreeformSingle")
    value = CustomFieldValue(pk=7, content="1")
    for template, include in (("/kb/__CustomField__", "/kb/1"), ("https://x.org/", "")):
        field.include_content_for_value = template
        assert shown(field, value).include == include


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("= Head =", "<h4>Head</h4>"),
        ("a '''b''' ''c''", "<p>a <strong>b</strong> <em>c</em></p>"),
        ("\t* one\n\t* two", "<ul><li>one</li><li>two</li></ul>"),
        ("    1. one", "<ol><li>one</li></ol>"),
        ("a\nb\n\nc", "<p>a<br>b</p>\n<p>c</p>"),
        ("x\n----\ny", "<p>x</p>\n<hr>\n<p>y</p>"),
        ("<i>", "<p>&lt;i&gt;</p>"),
    ],
)
def test_wikitext(text: str, html: str) -> None:
    """What people use; the rest is text."""
    assert wikitext(text) == html


def test_links_in_wikitext() -> None:
    """Only to the web."""
    assert ">the page</a>" in wikitext("[https://x.org/a|the page]")
    assert 'href="https://x.org/b"' in wikitext("see https://x.org/b.")
    assert "<a" not in wikitext("[javascript:alert(1)|x]")
    assert '"><' not in wikitext('[https://x.org/"><b>|x]').replace('nofollow"><', "")


@pytest.mark.parametrize(
    "text",
    ["=" + " " * 100_000 + "x", "[http://a|" * 10_000, "[http://" + "a" * 100_000],
)
def test_wikitext_nobody_means_well_with(text: str) -> None:
    """Read in time linear in the text, which would take hours otherwise."""
    assert "<h4>" not in wikitext(text)
    assert "|" not in text or "<a" in wikitext(text + "x]")


@pytest.mark.django_db
def test_result_columns_show_values_as_pages_do(world: World) -> None:
    """Links, HTML as text, and only what the reader may see."""
    ticket = make_ticket(world.general, by=world.alice)
    for name, kind, text, link in (
        ("Asset", "FreeformSingle", "PC-1", "https://x.org/__CustomField__"),
        ("Summary", "HTMLSingle", "<b>bold</b>", ""),
    ):
        field = CustomField.objects.create(
            name=name, type=kind, is_global=True, link_value_to=link
        )
        change = FieldChange(field=field, values=[text])
        set_custom_fields(ticket, actor=world.bob, changes=[change])
    shown = cells(world.bob)
    assert '<a href="https://x.org/PC-1"' in shown
    assert "bold" in shown
    assert "&lt;b&gt;" not in shown
    grant(role_group(RoleName.REQUESTOR), Right.SEE_CUSTOM_FIELD, field=field)
    assert "PC-1" not in cells(world.alice)
    assert "bold" in cells(world.alice)


def cells(user: User) -> str:
    """Return the result page with both fields as columns."""
    client = Client()
    client.force_login(user)
    found = {"query": "id > 0", "format": "CustomField.{Asset}, CustomField.{Summary}"}
    page: str = client.get("/search/", found).content.decode()
    return page[page.index("<tbody") :]

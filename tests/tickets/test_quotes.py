"""Quotations are folded away, words of the writer never are, and nothing is lost."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.quotes import fold, fold_html
from tickets.sanitize import clean

LONG_QUOTE = "> one\n> two\n> three\n> four\n"

ATTRIBUTIONS = [
    "On Fri, Nov 20, 2026 at 9:40 AM Amina Noor <help@desk.example.com> wrote:",
    "On Fri, Nov 20, 2026 at 9:40 AM Amina Noor\n<help@desk.example.com>\nwrote:",
    "Am 20.11.2026 um 09:40 schrieb Amina Noor via RT:",
    "Am Freitag, 20. November 2026, 09:40:12 CET schrieb Amina:",
    "Le ven. 20 nov. 2026 à 09:40, Amina Noor <help@desk.example.com> a écrit :",
    "El vie, 20 nov 2026 a las 9:40, Amina (<help@desk.example.com>) escribió:",
    "Em sex., 20 de nov. de 2026 às 09:40, Amina <h@desk.example.com> escreveu:",
    "Il giorno ven 20 nov 2026 alle ore 09:40 Amina ha scritto:",
    "Op vr 20 nov 2026 om 09:40 schreef Amina <help@desk.example.com>:",
    "Den fre 20 nov. 2026 kl 09:40 skrev Amina <help@desk.example.com>:",
    "pt., 20 lis 2026 o 09:40 Amina <help@desk.example.com> napisał(a):",
    "пт, 20 нояб. 2026 г. в 09:40, Amina <help@desk.example.com>:",
    "2026年11月20日(金) 9:40 Amina <help@desk.example.com>:",
    "Amina Noor <help@desk.example.com> 于2026年11月20日周五 09:40写道：",
    "* Amina Noor <help@desk.example.com> [2026-11-20 09:40]:",
    "Amina Noor via RT wrote:",
]

QUOTED_MESSAGES = [
    "-----Original Message-----\nFrom: a\n\nold\n",
    "-----Ursprüngliche Nachricht-----\nold\n",
    "-------- Message d'origine --------\nold\n",
    "----- Mensaje original -----\nold\n",
    "___________________\nFrom: Amina\nSent: Friday\nTo: x\nSubject: y\n\nold",
    "From: Amina Noor\nSent: Friday\nTo: Grace\nSubject: Printer\n\nold\n",
    "Von: Amina\nGesendet: Freitag\nAn: Grace\nBetreff: Drucker\n\nold\n",
    "*De :* Amina\n*Envoyé :* vendredi\n*À :* Grace\n*Objet :* Imprimante\n\nold\n",
    "De: Amina\nEnviado el: viernes\nPara: Grace\nAsunto: Impresora\n\nold\n",
    "От: Amina\nОтправлено: пятница\nКому: Grace\nТема: Принтер\n\nold\n",
    "发件人: Amina\n发送时间: 2026年11月20日\n收件人: Grace\n主题: 打印机\n\nold\n",
    "差出人：Amina\n送信日時：2026/11/20\n宛先：Grace\n件名：プリンター\n\nold\n",
]


def kinds(text: str) -> list[tuple[str, str]]:
    """Return the blocks as pairs."""
    return [(block.kind, block.text) for block in fold(text)]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_reply_above_the_quotation(attribution: str) -> None:
    quote = f"{attribution}\n{LONG_QUOTE}"

    assert kinds(f"Thanks.\n\n{quote}") == [("text", "Thanks.\n\n"), ("quote", quote)]


@pytest.mark.parametrize("quoted", QUOTED_MESSAGES)
def test_reply_above_a_message_without_marks(quoted: str) -> None:
    assert kinds(f"Thanks.\n\n{quoted}") == [("text", "Thanks.\n\n"), ("quote", quoted)]


def test_answers_between_quotations_stay_in_sight() -> None:
    text = f"{LONG_QUOTE}Yes.\n\n{LONG_QUOTE}No.\n"

    assert kinds(text) == [
        ("quote", LONG_QUOTE),
        ("text", "Yes.\n\n"),
        ("quote", LONG_QUOTE),
        ("text", "No.\n"),
    ]


def test_short_question_above_its_answer_stays_in_sight() -> None:
    text = "Amina wrote:\n> Which floor?\n\nThe second.\n"

    assert kinds(text) == [("text", text)]


def test_short_quotation_below_the_answer_is_folded() -> None:
    text = "The second.\n\nAmina wrote:\n> Which floor?\n"

    assert [kind for kind, _text in kinds(text)] == ["text", "quote"]


def test_signature_is_set_apart() -> None:
    assert kinds("Hello\n-- \nGrace\nFinance\n") == [
        ("text", "Hello\n"),
        ("signature", "-- \nGrace\nFinance\n"),
    ]


def test_dashes_far_from_the_end_are_no_signature() -> None:
    text = "First part\n--\n" + "line\n" * 30

    assert kinds(text) == [("text", text)]


@pytest.mark.parametrize(
    "text",
    [
        LONG_QUOTE,
        "From: a\nTo: b\nDate: c\nSubject: d\n\nforwarded with no word of one's own\n",
        "Alert!\nFrom: 192.0.2.1\nTo: 192.0.2.2\nDate: today\nLoss: 10%\n",
        "The menu:\n\n- soup\n",
        "I agree with what he wrote:\nit is broken.\n",
        "",
    ],
)
def test_nothing_to_fold(text: str) -> None:
    assert [kind for kind, _text in kinds(text)] in ([], ["text"])


def test_sentence_above_the_attribution_is_not_folded() -> None:
    blocks = kinds(f"On the whole I agree.\nAmina <a@example.org> wrote:\n{LONG_QUOTE}")

    assert blocks[0] == ("text", "On the whole I agree.\n")


LINES = st.sampled_from(
    [
        "> quoted", ">", "text", "", "-- ", "--", "On Monday Amina wrote:", "From: a",
        "Sent: b", "To: c", "Subject: d", "-----Original Message-----", "_" * 32,
        "a@b.org 2026:", " > x", "wrote:", "\x0b", "\u2028> y", "\r",
    ]
)  # fmt: skip


@settings(deadline=None, max_examples=400)
@given(st.one_of(st.text(), st.lists(LINES, max_size=25).map("\n".join)))
def test_blocks_joined_are_the_text(text: str) -> None:
    blocks = fold(text)

    assert "".join(block.text for block in blocks) == text
    assert all(block.text for block in blocks)
    assert all(a.kind != b.kind for a, b in pairwise(blocks))


@pytest.mark.parametrize(
    "text",
    [
        "On " * 100_000,
        ("On x" + " " * 900 + "wrote:\n> x\n") * 500,
        "a" + " " * 1_000_000,
        ("From" + " " * 500 + ":\n") * 2_000,
        ("\n" * 10 + "> \n") * 10_000,
        "\n" * 200_000 + ">",
        ("--a b" * 19 + "--\n") * 5_000,
    ],
)
def test_hostile_text_takes_no_longer_than_its_length_allows(text: str) -> None:
    started = time.process_time()

    fold(text)

    # Far above what is needed on a slow machine, far below what quadratic would take.
    assert time.process_time() - started < 5


def folded(source: str) -> str:
    """Return HTML as a mail program sent it, sanitised and folded."""
    return fold_html(clean(source).html)


def test_gmail_quotation_is_folded_with_its_attribution() -> None:
    result = folded(
        '<div dir="ltr">Thanks</div><div class="gmail_quote"><div class="gmail_attr">'
        "On Friday Amina wrote:<br></div><blockquote>old<blockquote>older</blockquote>"
        "</blockquote></div>"
    )

    before, _, inside = result.partition("<details")
    assert "Thanks" in before
    assert "On Friday" in inside
    assert result.count("<details") == result.count("</details>") == 1
    assert result.endswith("</details>")


def test_outlook_quotation_reaches_to_the_end_of_its_element() -> None:
    result = folded(
        '<div>Thanks<div id="x_divRplyFwdMsg">From: Amina</div><p>old</p></div>'
        "<p>end</p>"
    )

    assert "Thanks<details" in result
    assert result.endswith("<p>old</p></details></div><p>end</p>")


def test_answers_between_html_quotations_stay_in_sight() -> None:
    result = folded("<blockquote>q1</blockquote><p>a1</p><blockquote>q2</blockquote>")

    assert "</details><p>a1</p><details" in result


def test_html_that_is_all_quotation_is_not_folded() -> None:
    assert "<details" not in folded("<blockquote>forwarded</blockquote>")


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.sampled_from(
            [
                "<blockquote>",
                "</blockquote>",
                '<div class="gmail_quote">',
                "</div>",
                '<div id="appendonsend">',
                "<hr id=stopSpelling>",
                "text",
                "<p>",
                "</p>",
                "<table><tr><td>",
                "</table>",
                "<br>",
                "&lt;",
                "<ul><li>",
            ]
        ),
        max_size=15,
    )
)
def test_folded_html_keeps_every_tag_and_word(pieces: list[str]) -> None:
    safe_html = clean("".join(pieces)).html
    result = fold_html(safe_html)

    start = '<details class="quoted"><summary>···</summary>'
    assert result.replace(start, "").replace("</details>", "") == safe_html
    assert result.count(start) == result.count("</details>")

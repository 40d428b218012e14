"""A query while it is being built: its rows and its text, and which of them counts.

Rows and text say the same until one of them is edited. `written` is the text as it was
when they last agreed, so that an edit of either, or of both, can be told.
"""

from dataclasses import dataclass, replace

from django.http import QueryDict

from tickets.builder.changes import CHANGES, MOST_ROWS, is_too_large
from tickets.builder.check import Checked, check
from tickets.builder.posted import posted_rows
from tickets.builder.rows import Group, Row, rows_in
from tickets.builder.to_rows import rows_of
from tickets.builder.to_tree import tree_of
from tickets.messages import storable
from tickets.search.compiler import compile_query
from tickets.search.context import Context
from tickets.search.errors import TicketSQLError
from tickets.search.nodes import Node
from tickets.search.parser import parse
from tickets.search.writer import write


@dataclass(frozen=True, slots=True)
class Draft:
    """What the page shows. `error` is about the text, `notice` about the whole."""

    whole: Group
    text: str
    written: str
    checked: Checked
    error: TicketSQLError | None = None
    notice: str = ""
    is_conflict: bool = False
    focus: int | None = None

    @property
    def is_text_edited(self) -> bool:
        """Say whether the text is another than the rows were last known to say."""
        return self.text.strip() != self.written.strip()

    @property
    def query(self) -> str:
        """The query that counts now, or nothing when there is none that runs."""
        is_open = self.is_text_edited or self.is_conflict or not self.checked.is_good
        return "" if self.error or is_open else self.text.strip()


# A new search begins with a row to fill in.
EMPTY = Draft(Group(items=(Row(1),)), "", "", Checked())


def draft_of(text: str, *, context: Context, rt_precedence: bool = False) -> Draft:
    """Read a query for the first time.

    With RT's reading the text is written anew wherever that reads otherwise than ours.
    """
    text = storable(text).strip()
    if not text:
        return EMPTY
    try:
        node = parse(text, rt_precedence=rt_precedence)
    except TicketSQLError as error:
        return replace(EMPTY, text=text, error=error)
    notice = ""
    if rt_precedence and parse(text) != node:
        text = write(node)
        notice = (
            "RT lets the last AND or OR between two parentheses count for all beside "
            "it. The parentheses written here say the same to everybody."
        )
    return replace(_read(text, node, context), notice=notice)


def draft_posted(data: QueryDict, *, context: Context) -> Draft:
    """Read the form as it was sent, without doing anything to it."""
    whole = posted_rows(data)
    text, written = (
        storable(data.get(name, "")).replace("\r\n", "\n")
        for name in ("text", "written")
    )
    checked = check(whole, context=context)
    is_edited = checked.text != _text_of_rows(written, context)
    draft = Draft(whole, text, written, checked)
    if draft.is_text_edited:
        return replace(draft, is_conflict=is_edited)
    return with_rows_kept(draft) if is_edited else draft


def settled(draft: Draft, *, context: Context) -> Draft:
    """Read a text that was edited alone; where rows were edited too, a person says."""
    if draft.is_text_edited and not draft.is_conflict:
        return with_text_read(draft, context=context)
    return draft


def with_text_read(draft: Draft, *, context: Context) -> Draft:
    """Let the text count: rows anew from it, or the rows there are and the error."""
    text = draft.text
    if not text.strip():
        return EMPTY
    try:
        node = parse(text)
        return _read(text, node, context)
    except TicketSQLError as error:
        return replace(draft, error=error, is_conflict=False)


def with_rows_kept(draft: Draft) -> Draft:
    """Let the rows count: the text is written anew from them."""
    if not draft.checked.is_written:
        return replace(draft, is_conflict=False)
    text = draft.checked.text
    return replace(draft, text=text, written=text, error=None, is_conflict=False)


def with_change(draft: Draft, name: str, key: int, *, context: Context) -> Draft:
    """Let one of the buttons change the rows; the text follows unless it was edited."""
    whole = CHANGES[name](draft.whole, key)
    if is_too_large(whole) and not is_too_large(draft.whole):
        notice = f"A query has at most {MOST_ROWS} conditions."
        return replace(draft, notice=notice)
    added = {row.key for row in rows_in(whole)} - {
        row.key for row in rows_in(draft.whole)
    }
    focus = max(added) if added else key
    checked = check(whole, context=context)
    changed = replace(draft, whole=whole, checked=checked, focus=focus)
    if draft.is_text_edited:
        return replace(changed, is_conflict=True)
    return with_rows_kept(changed)


def _read(text: str, node: Node, context: Context) -> Draft:
    whole = rows_of(node, context=context)
    draft = Draft(whole, text, text, check(whole, context=context))
    if draft.checked.is_good:
        return draft
    try:
        compile_query(node, context=context)
    except TicketSQLError as error:
        return replace(draft, error=error)
    return draft


def _text_of_rows(written: str, context: Context) -> str:
    """Return what the rows of a text are written as, however it was typed."""
    if not written.strip():
        return ""
    try:
        whole = rows_of(parse(written), context=context)
    except TicketSQLError:
        return ""
    node = tree_of(whole)
    return write(node) if node else ""

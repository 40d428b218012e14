"""The full-text index: the words of everything about a ticket that can be read."""

from typing import Any

from django.db import connection, models
from django.db.models import Lookup, Q

from queues.models import CustomField
from tickets.models.attachments import Attachment
from tickets.models.custom_values import CustomFieldValue
from tickets.models.tickets import Ticket
from tickets.words import as_fts5, as_tsquery, as_tsvector

FTS_TABLE = "tickets_indexedtext_words"


class WordsField(models.TextField[Any, Any]):
    """Words with their places: a `tsvector` on PostgreSQL; elsewhere their text.

    On SQLite triggers copy the text into an FTS5 table of the same row ids.
    """

    def db_type(self, connection: Any) -> str:
        """Return the column's type."""
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_prep_value(self, value: list[str] | str) -> str:
        """Write a list of words as the column holds it."""
        return value if isinstance(value, str) else as_stored(value)

    def deconstruct(self) -> Any:
        """Appear in migrations as plain text, whose type they then change."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs


@WordsField.register_lookup
class Matches(Lookup[Any]):
    """``words__matches=terms``: all of the terms are found in the row."""

    lookup_name = "matches"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, Any]:
        """Write the terms in the database's own language."""
        write = as_tsquery if connection.vendor == "postgresql" else as_fts5
        return "%s", (write(value),)

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Ask the GIN index."""
        column, params = self.process_lhs(compiler, connection)
        terms, more = self.process_rhs(compiler, connection)
        return f"{column} @@ {terms}::tsquery", (*params, *more)

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Ask the FTS5 table for row ids."""
        row = self.lhs.target.model._meta.pk.get_col(self.lhs.alias)
        column, params = compiler.compile(row)
        terms, more = self.process_rhs(compiler, connection)
        table = connection.ops.quote_name(FTS_TABLE)
        found = f"SELECT rowid FROM {table} WHERE {table} MATCH {terms}"  # noqa: S608
        return f"{column} IN ({found})", (*params, *more)


def as_stored(words: list[str]) -> str:
    """Write words as the column of this site's database holds them."""
    return as_tsvector(words) if connection.vendor == "postgresql" else " ".join(words)


class TextSource(models.IntegerChoices):
    """Where a text comes from, which says who may find it."""

    SUBJECT = 1
    DESCRIPTION = 2, "first message"
    MESSAGE = 3
    COMMENT = 4
    CUSTOM_FIELD = 5


class IndexedText(models.Model):
    """One text of a ticket, or a portion of a long one.

    Derived: written by ``tickets.search.fulltext_index`` in the database transaction
    that writes the text itself. ``ticket`` repeats the transaction's and ``field`` the
    value's, so that a search reads this table alone; who moves transactions between
    tickets rebuilds both tickets there.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    source = models.PositiveSmallIntegerField(choices=TextSource)
    attachment = models.ForeignKey(
        Attachment, on_delete=models.CASCADE, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    value = models.ForeignKey(
        CustomFieldValue, on_delete=models.CASCADE, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    field = models.ForeignKey(
        CustomField, on_delete=models.CASCADE, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    portion = models.PositiveSmallIntegerField(default=0)
    words = WordsField()

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["attachment", "portion"],
                name="indexed_attachment_once",
                condition=Q(attachment__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["value", "portion"],
                name="indexed_value_once",
                condition=Q(value__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["ticket"],
                name="indexed_subject_once",
                condition=Q(source=TextSource.SUBJECT.value),
            ),
            models.CheckConstraint(
                condition=(
                    Q(source=1, attachment__isnull=True, value__isnull=True)
                    | Q(source__in=(2, 3, 4), attachment__isnull=False)
                    | Q(source=5, value__isnull=False, field__isnull=False)
                ),
                name="indexed_text_has_origin",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_source_display()} of #{self.ticket_id}"


class IndexBacklog(models.Model):
    """Tickets that `manage.py indextickets` has yet to index; no row means none.

    Until a first run is through the index is not usable, and searches read the texts
    themselves.
    """

    next_ticket = models.BigIntegerField(default=1)
    last_ticket = models.BigIntegerField()  # when it began, to say how far it is
    is_usable = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"#{self.next_ticket} to #{self.last_ticket}"


def index_is_usable() -> bool:
    """Say whether searches may rely on the index; one query."""
    return not IndexBacklog.objects.filter(is_usable=False).exists()

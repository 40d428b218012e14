"""The full-text index, which `manage.py indextickets` fills.

What the two databases do not share: PostgreSQL keeps words as a tsvector with a GIN
index; SQLite as text which triggers copy into an FTS5 table that keeps the index alone.
Words come cut, so that FTS5's simplest tokenizer is right: it splits at spaces.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

POSTGRESQL = (
    """ALTER TABLE tickets_indexedtext
       ALTER COLUMN words TYPE tsvector USING words::tsvector""",
    "CREATE INDEX indexed_text_words ON tickets_indexedtext USING gin (words)",
)
SQLITE = (
    """CREATE VIRTUAL TABLE tickets_indexedtext_words USING fts5(
       words, content='tickets_indexedtext', content_rowid='id', tokenize='ascii')""",
    """CREATE TRIGGER tickets_indexedtext_added AFTER INSERT ON tickets_indexedtext
       BEGIN INSERT INTO tickets_indexedtext_words (rowid, words)
       VALUES (new.id, new.words); END""",
    """CREATE TRIGGER tickets_indexedtext_removed AFTER DELETE ON tickets_indexedtext
       BEGIN INSERT INTO tickets_indexedtext_words (tickets_indexedtext_words, rowid,
       words) VALUES ('delete', old.id, old.words); END""",
    """CREATE TRIGGER tickets_indexedtext_changed AFTER UPDATE OF id, words
       ON tickets_indexedtext
       BEGIN INSERT INTO tickets_indexedtext_words (tickets_indexedtext_words, rowid,
       words) VALUES ('delete', old.id, old.words);
       INSERT INTO tickets_indexedtext_words (rowid, words)
       VALUES (new.id, new.words); END""",
)


def create(apps: Any, schema_editor: Any) -> None:
    by_vendor = {"postgresql": POSTGRESQL, "sqlite": SQLITE}
    for statement in by_vendor[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def remove(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE tickets_indexedtext_words")


class Migration(migrations.Migration):
    dependencies = [
        ("queues", "0001_queues_lifecycles_fields"),
        ("tickets", "0002_saved_searches"),
    ]

    operations = [
        migrations.CreateModel(
            name="IndexBacklog",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("next_ticket", models.BigIntegerField(default=1)),
                ("last_ticket", models.BigIntegerField()),
                ("is_usable", models.BooleanField(default=False)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="IndexedText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "source",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Subject"),
                            (2, "first message"),
                            (3, "Message"),
                            (4, "Comment"),
                            (5, "Custom Field"),
                        ]
                    ),
                ),
                ("portion", models.PositiveSmallIntegerField(default=0)),
                ("words", models.TextField()),
                (
                    "attachment",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.attachment",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "field",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="queues.customfield",
                    ),
                ),
                (
                    "value",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.customfieldvalue",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("attachment__isnull", False)),
                        fields=("attachment", "portion"),
                        name="indexed_attachment_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("value__isnull", False)),
                        fields=("value", "portion"),
                        name="indexed_value_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("source", 1)),
                        fields=("ticket",),
                        name="indexed_subject_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("attachment__isnull", True),
                                ("source", 1),
                                ("value__isnull", True),
                            ),
                            models.Q(
                                ("attachment__isnull", False), ("source__in", (2, 3, 4))
                            ),
                            models.Q(
                                ("field__isnull", False),
                                ("source", 5),
                                ("value__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="indexed_text_has_origin",
                    ),
                ],
            },
        ),
        migrations.RunPython(create, remove),
    ]

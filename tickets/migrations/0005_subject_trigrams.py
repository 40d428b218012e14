"""An index for `Subject LIKE`, where PostgreSQL's pg_trgm is there or may be created.

Without it subjects are read one by one, which is slower and finds the same.
"""

from typing import Any

from django.db import DatabaseError, migrations

INDEX = """CREATE INDEX CONCURRENTLY IF NOT EXISTS ticket_subject_trigrams
           ON tickets_ticket USING gin (UPPER(subject::text) gin_trgm_ops)"""


def create(apps: Any, schema_editor: Any) -> None:
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        try:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except DatabaseError:  # not installed, or not allowed
            return
        cursor.execute(INDEX)


def remove(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS ticket_subject_trigrams")


class Migration(migrations.Migration):
    atomic = False  # for CONCURRENTLY, which lets the site go on

    dependencies = [("tickets", "0004_full_text_backlog")]

    operations = [migrations.RunPython(create, remove)]

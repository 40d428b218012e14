"""Indexes that find people by how their name or address begins, and staff alone."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

COLUMNS = ("name", "email", "real_name")


def add_prefix_indexes(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Index prefixes on PostgreSQL, whatever its collation; SQLite has no such index."""
    if editor.connection.vendor != "postgresql":
        return
    for column in COLUMNS:
        editor.execute(
            f"CREATE INDEX user_{column}_prefix ON accounts_user "
            f"(lower({column}) text_pattern_ops)"
        )


def drop_prefix_indexes(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take them back."""
    if editor.connection.vendor != "postgresql":
        return
    for column in COLUMNS:
        editor.execute(f"DROP INDEX user_{column}_prefix")


class Migration(migrations.Migration):
    """Staff by name everywhere; prefixes on PostgreSQL."""

    dependencies = [("accounts", "0002_feed_secrets")]

    operations = [
        migrations.AddIndex(
            model_name="user",
            index=models.Index(
                fields=["name"],
                name="user_staff",
                condition=models.Q(is_privileged=True),
            ),
        ),
        migrations.RunPython(add_prefix_indexes, drop_prefix_indexes),
    ]

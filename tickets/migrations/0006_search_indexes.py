"""Indexes for searches that read every ticket or value, made while the site goes on."""

from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Lower


class AddIndexInUse(migrations.AddIndex):
    """Add an index, on PostgreSQL without keeping anybody from writing."""

    atomic = False

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        in_use = schema_editor.connection.vendor == "postgresql"
        options = {"concurrently": True} if in_use else {}
        schema_editor.add_index(model, self.index, **options)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("queues", "0001_queues_lifecycles_fields"),
        ("tickets", "0005_subject_trigrams"),
    ]

    operations = [
        AddIndexInUse(
            model_name="customfieldvalue",
            index=models.Index(
                models.F("field"),
                Lower("content"),
                condition=models.Q(("disabled", False)),
                name="cfvalue_folded",
            ),
        ),
        AddIndexInUse(
            model_name="ticket",
            index=models.Index(fields=["creator", "-id"], name="ticket_creator"),
        ),
        AddIndexInUse(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("resolved__isnull", False)),
                fields=["resolved"],
                name="ticket_resolved",
            ),
        ),
        AddIndexInUse(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("type", "ticket"), _negated=True),
                fields=["type", "-id"],
                name="ticket_unusual_type",
            ),
        ),
    ]

"""Leave what tickets there are to `manage.py indextickets`, however long it takes."""

from typing import Any

from django.db import migrations, models


def note(apps: Any, schema_editor: Any) -> None:
    tickets = apps.get_model("tickets", "Ticket").objects
    last = tickets.aggregate(last=models.Max("pk"))["last"]
    if last is not None:
        apps.get_model("tickets", "IndexBacklog").objects.create(last_ticket=last)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0003_full_text_index")]

    operations = [migrations.RunPython(note, migrations.RunPython.noop)]

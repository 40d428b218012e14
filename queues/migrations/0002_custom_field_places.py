import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("queues", "0001_queues_lifecycles_fields")]

    operations = [
        # The table of the plain relation becomes a model: no row and column moves.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="CustomFieldPlace",
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
                            "customfield",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="places",
                                to="queues.customfield",
                            ),
                        ),
                        (
                            "queue",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="custom_field_places",
                                to="queues.queue",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "queues_customfield_queues",
                        "default_permissions": (),
                        "unique_together": {("customfield", "queue")},
                    },
                ),
                migrations.AlterField(
                    model_name="customfield",
                    name="queues",
                    field=models.ManyToManyField(
                        blank=True,
                        related_name="custom_fields",
                        through="queues.CustomFieldPlace",
                        to="queues.queue",
                    ),
                ),
            ],
        ),
    ]

"""Scrips, where they apply, their templates, and what they did."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from queues.models import Queue
from tickets.models import Transaction


class Stage(models.TextChoices):
    """When a scrip is looked at."""

    NORMAL = "TransactionCreate", "Normal"
    BATCH = "TransactionBatch", "Batch"


class TemplateType(models.TextChoices):
    """How a template's text is read."""

    NATIVE = "Native", "Django template language, sandboxed"
    SIMPLE = "Simple", "RT's Simple type: {$Variable} only"


class ScripTemplate(models.Model):
    """Header lines, an empty line and a body that a scrip fills in.

    A queue's template overrides the global one of the same name; an empty one
    suppresses the mail.
    """

    queue = models.ForeignKey(
        Queue,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="templates",
        help_text="Empty: global.",
    )
    name = models.CharField(max_length=200)
    description = models.CharField(max_length=255, blank=True, default="")
    type = models.CharField(
        max_length=16, choices=TemplateType, default=TemplateType.NATIVE
    )
    content = models.TextField(blank=True, default="")
    last_updated = models.DateTimeField(auto_now=True)

    class Meta:
        default_permissions = ()
        verbose_name = "template"
        constraints = (
            models.UniqueConstraint(
                fields=["queue", "name"], name="template_name_in_queue"
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(queue__isnull=True),
                name="template_name_global",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.queue})" if self.queue_id else self.name


class Scrip(models.Model):
    """When a condition holds for a transaction, do an action with a template.

    ``condition`` and ``action`` are names of the registries in ``scrips.conditions``
    and ``scrips.actions``; the template is found by name when it runs.
    """

    description = models.CharField(max_length=255)
    condition = models.CharField(max_length=100)
    condition_argument = models.CharField(max_length=255, blank=True, default="")
    action = models.CharField(max_length=100)
    action_argument = models.CharField(max_length=255, blank=True, default="")
    template = models.CharField(max_length=200, blank=True, default="Blank")
    stage = models.CharField(max_length=20, choices=Stage, default=Stage.NORMAL)
    is_global = models.BooleanField("applies to all queues", default=True)
    queues = models.ManyToManyField(Queue, blank=True, related_name="scrips")
    sort_order = models.IntegerField(default=0)
    disabled = models.BooleanField(default=False)
    last_error = models.TextField(blank=True, default="", editable=False)
    last_error_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.description


class Outcome(models.TextChoices):
    """What came of a scrip that matched."""

    DONE = "done", "Done"
    NOTHING = "nothing", "Nothing to do"
    FAILED = "failed", "Failed"


class ScripRun(models.Model):
    """What one scrip did for one transaction it matched."""

    transaction = models.ForeignKey(
        Transaction, on_delete=models.CASCADE, related_name="scrip_runs"
    )
    scrip = models.ForeignKey(
        Scrip, on_delete=models.SET_NULL, null=True, related_name="runs"
    )
    description = models.CharField(max_length=255)
    outcome = models.CharField(max_length=16, choices=Outcome)
    detail = models.TextField(blank=True, default="")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="scrip_run_outcome"
            ),
        )

    def __str__(self) -> str:
        return f"{self.description}: {self.outcome}"

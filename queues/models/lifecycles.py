"""Lifecycles are rows: statuses and allowed moves as data, never code."""

from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import models

from queues.lifecycles import Definition


class Lifecycle(models.Model):
    """A named set of statuses and the moves between them."""

    name = models.CharField(max_length=64, unique=True)
    definition = models.JSONField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a definition the rest of the product could not work with."""
        try:
            Definition.parse(self.definition)
        except ValueError as error:
            raise ValidationError({"definition": str(error)}) from error

    @cached_property
    def rules(self) -> Definition:
        """The definition as an object that answers questions; no query."""
        return Definition.parse(self.definition)

"""Definitions of custom fields; their values live beside what they describe."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from queues.models.queues import Queue


class CustomFieldType(models.TextChoices):
    """RT's types, single and multiple spelled out as RT's exports name them."""

    SELECT_SINGLE = "SelectSingle", "Select one value"
    SELECT_MULTIPLE = "SelectMultiple", "Select multiple values"
    FREEFORM_SINGLE = "FreeformSingle", "Enter one value"
    FREEFORM_MULTIPLE = "FreeformMultiple", "Enter multiple values"
    TEXT = "TextSingle", "Fill in one text area"
    HTML = "HTMLSingle", "Fill in one HTML area"
    WIKITEXT = "WikitextSingle", "Fill in one wikitext area"
    IMAGE_SINGLE = "ImageSingle", "Upload one image"
    IMAGE_MULTIPLE = "ImageMultiple", "Upload multiple images"
    BINARY_SINGLE = "BinarySingle", "Upload one file"
    BINARY_MULTIPLE = "BinaryMultiple", "Upload multiple files"
    COMBOBOX = "ComboboxSingle", "Select or enter one value"
    AUTOCOMPLETE_SINGLE = "AutocompleteSingle", "Enter one value with completion"
    AUTOCOMPLETE_MULTIPLE = (
        "AutocompleteMultiple",
        "Enter multiple values with completion",
    )
    DATE_SINGLE = "DateSingle", "Select date"
    DATE_MULTIPLE = "DateMultiple", "Select multiple dates"
    DATETIME_SINGLE = "DateTimeSingle", "Select date and time"
    DATETIME_MULTIPLE = "DateTimeMultiple", "Select multiple dates and times"
    IP_SINGLE = "IPAddressSingle", "Enter one IP address"
    IP_MULTIPLE = "IPAddressMultiple", "Enter multiple IP addresses"
    IP_RANGE_SINGLE = "IPAddressRangeSingle", "Enter one IP address range"
    IP_RANGE_MULTIPLE = "IPAddressRangeMultiple", "Enter multiple IP address ranges"


class CustomFieldManager(models.Manager["CustomField"]):
    """Find the fields that apply somewhere."""

    def for_queue(self, queue: Queue) -> "models.QuerySet[CustomField]":
        """Return the enabled fields of a queue, its own and the global ones."""
        return (
            self.filter(disabled=False)
            .filter(Q(is_global=True) | Q(queues=queue))
            .distinct()
            .order_by("sort_order", "name", "id")
        )


class CustomField(models.Model):
    """A field an administrator added to tickets, everywhere or in some queues."""

    name = models.CharField(max_length=200)
    description = models.CharField(max_length=255, blank=True, default="")
    type = models.CharField(max_length=32, choices=CustomFieldType)
    is_global = models.BooleanField("applies to all queues", default=False)
    queues = models.ManyToManyField(Queue, blank=True, related_name="custom_fields")
    pattern = models.CharField(max_length=255, blank=True, default="")
    entry_hint = models.CharField(max_length=255, blank=True, default="")
    sort_order = models.IntegerField(default=0)
    disabled = models.BooleanField(default=False)

    objects: ClassVar[CustomFieldManager] = CustomFieldManager()

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(type__in=CustomFieldType.values),
                name="custom_field_type_known",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_single(self) -> bool:
        """Say whether a ticket has at most one value of this field."""
        return self.type.endswith("Single")


class CustomFieldChoice(models.Model):
    """A value offered by a select, combobox or autocomplete field."""

    field = models.ForeignKey(
        CustomField, on_delete=models.CASCADE, related_name="choices"
    )
    name = models.CharField(max_length=255)
    description = models.CharField(max_length=255, blank=True, default="")
    category = models.CharField(max_length=255, blank=True, default="")
    sort_order = models.IntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["field", "name"], name="custom_field_choice_once"
            ),
        )

    def __str__(self) -> str:
        return self.name

"""Definitions of custom fields; their values live beside what they describe."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.db.models.functions import Coalesce, NullIf

from accounts.rights import Right
from queues.held_rights import EVERYWHERE, Rights
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


class LookupType(models.TextChoices):
    """What has the field, by RT's names."""

    TICKET = "RT::Queue-RT::Ticket", "Tickets"
    TRANSACTION = "RT::Queue-RT::Ticket-RT::Transaction", "Ticket transactions"
    QUEUE = "RT::Queue", "Queues"
    USER = "RT::User", "Users"
    GROUP = "RT::Group", "Groups"


class RenderType(models.TextChoices):
    """How the values of a select field are offered."""

    DEFAULT = "", "As usual for the type"
    DROPDOWN = "Dropdown", "Dropdown"
    SELECT_BOX = "Select box", "Select box"
    LIST = "List", "List"
    CHECKBOX = "Checkbox", "Checkbox"


class Canonicalizer(models.TextChoices):
    """What is done to a value before anything else."""

    NONE = "", "Leave as typed"
    LOWERCASE = "Lowercase", "Lower case"
    UPPERCASE = "Uppercase", "Upper case"


# Boxes of a ticket's page that fields can be put into; any other name is a box of
# its own.
BUILT_IN_GROUPINGS = ("Basics", "People", "Dates", "Links", "Times")
UNGROUPED = "Custom fields"
# Kinds whose values are offered from the field's list.
OFFERING_KINDS = frozenset({"Select", "Combobox", "Autocomplete"})
FILE_KINDS = frozenset({"Image", "Binary"})
LONG_KINDS = frozenset({"Text", "HTML", "Wikitext"})


class CustomFieldQuerySet(models.QuerySet["CustomField"]):
    """Find the fields that apply somewhere, and that somebody may see."""

    def enabled(self, *lookup_types: str) -> "CustomFieldQuerySet":
        """Keep what is in use and belongs to such objects; to tickets unless told."""
        return self.filter(
            disabled=False, lookup_type__in=lookup_types or (LookupType.TICKET,)
        )

    def for_queue(
        self, queue: Queue | int, *lookup_types: str
    ) -> "CustomFieldQuerySet":
        """Return the enabled fields of a queue, its own and the global ones, in order.

        Of tickets, unless told. Each carries ``place_grouping`` and ``place_default``
        as they are in this queue.
        """
        here = FilteredRelation("places", condition=Q(places__queue=queue))
        return (
            self.enabled(*lookup_types)
            .annotate(here=here)
            .filter(Q(is_global=True) | Q(here__isnull=False))
            .annotate(
                place_order=Coalesce("here__sort_order", "sort_order"),
                place_grouping=Coalesce(
                    NullIf("here__grouping", models.Value("")), "grouping"
                ),
                place_default=Coalesce(
                    NullIf(
                        "here__default_value",
                        models.Value("", output_field=models.TextField()),
                    ),
                    "default_value",
                ),
            )
            .order_by("place_order", "name", "id")
        )

    def applied_everywhere(self, lookup_type: str) -> "CustomFieldQuerySet":
        """Return the enabled fields of users, groups or queues, in order."""
        return (
            self.enabled(lookup_type)
            .filter(is_global=True)
            .annotate(place_grouping=F("grouping"), place_default=F("default_value"))
            .order_by("sort_order", "name", "id")
        )

    def visible_with(
        self, rights: Rights, lookup_type: str = LookupType.TICKET
    ) -> "CustomFieldQuerySet":
        """Keep the enabled fields that holders of some rights may see somewhere.

        A field seen on some tickets only is among them, as are fields applied nowhere
        for those who see all.
        """
        return self.held_with(Right.SEE_CUSTOM_FIELD, rights, lookup_type)

    def held_with(
        self, right: Right, rights: Rights, lookup_type: str
    ) -> "CustomFieldQuerySet":
        """Keep the enabled fields on which a right is held somewhere."""
        found = self.enabled(lookup_type)
        places = rights.places_with(right)
        if rights.has(right) or EVERYWHERE in places:
            return found
        applied = CustomFieldPlace.objects.filter(queue_id__in=places)
        held = Q(pk__in=rights.fields_with(right))
        held |= Q(pk__in=applied.values("customfield_id"))
        return found.filter(held | Q(is_global=True) if places else held)


class CustomField(models.Model):
    """A field an administrator added to tickets, everywhere or in some queues."""

    name = models.CharField(
        max_length=200,
        validators=[
            RegexValidator(
                r"^\d+$|[{}]",
                "A name is neither a number nor does it contain braces.",
                inverse_match=True,
            )
        ],
    )
    description = models.CharField(max_length=255, blank=True, default="")
    type = models.CharField(max_length=32, choices=CustomFieldType)
    lookup_type = models.CharField(
        "belongs to",
        max_length=48,
        choices=LookupType,
        default=LookupType.TICKET,
    )
    is_global = models.BooleanField("applies everywhere", default=False)
    queues = models.ManyToManyField(
        Queue, blank=True, related_name="custom_fields", through="CustomFieldPlace"
    )
    max_values = models.PositiveSmallIntegerField(
        "at most",
        default=0,
        help_text="Values of a field with several; 0 for any number. "
        "One more than that replaces the oldest.",
    )
    render_type = models.CharField(
        max_length=16, choices=RenderType, blank=True, default=RenderType.DEFAULT
    )
    pattern = models.CharField(max_length=255, blank=True, default="")
    entry_hint = models.CharField(max_length=255, blank=True, default="")
    validation_hint = models.CharField(max_length=255, blank=True, default="")
    canonicalizer = models.CharField(
        "letters", max_length=16, choices=Canonicalizer, blank=True, default=""
    )
    unique_values = models.BooleanField(
        default=False, help_text="No two tickets have the same value."
    )
    based_on = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="dependents",
        help_text="Offer only values whose category is this other field's value.",
    )
    link_value_to = models.CharField(
        "link values to", max_length=255, blank=True, default=""
    )
    include_content_for_value = models.CharField(
        "include content of", max_length=255, blank=True, default=""
    )
    default_value = models.TextField(blank=True, default="")
    grouping = models.CharField("box", max_length=64, blank=True, default="")
    sort_order = models.IntegerField(default=0)
    disabled = models.BooleanField(default=False)

    objects = CustomFieldQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(type__in=CustomFieldType.values),
                name="custom_field_type_known",
            ),
            models.CheckConstraint(
                condition=Q(lookup_type__in=LookupType.values),
                name="custom_field_lookup_known",
            ),
            models.CheckConstraint(
                condition=Q(based_on__isnull=True) | ~Q(based_on=F("id")),
                name="custom_field_not_based_on_itself",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def kind(self) -> str:
        """The type without the number of values: Select, Date, IPAddress, …"""
        return self.type.removesuffix("Single").removesuffix("Multiple")

    @property
    def is_single(self) -> bool:
        """Say whether a ticket has at most one value of this field."""
        return self.type.endswith("Single")

    @property
    def limit(self) -> int:
        """How many values there can be; 0 for any number. RT's MaxValues."""
        return 1 if self.is_single else self.max_values

    @property
    def key(self) -> str:
        """What forms and errors call the field."""
        return f"cf_{self.pk}"

    @property
    def is_long(self) -> bool:
        """Say whether a value is a text of many lines."""
        return self.kind in LONG_KINDS

    @property
    def holds_files(self) -> bool:
        """Say whether values are uploaded."""
        return self.kind in FILE_KINDS

    @property
    def offers_values(self) -> bool:
        """Say whether the field has a list of values to choose from."""
        return self.kind in OFFERING_KINDS

    @property
    def box(self) -> str:
        """The box of the page, as it is in the queue the field was read for."""
        return getattr(self, "place_grouping", self.grouping) or UNGROUPED

    @property
    def default_here(self) -> str:
        """The default value in the queue the field was read for."""
        return getattr(self, "place_default", self.default_value)


class CustomFieldPlace(models.Model):
    """A queue whose tickets have a field, with what is different there.

    What is left open is as the field itself says. A global field may have places too:
    they change its order, box or default value in these queues.
    """

    # Named as Django named the columns when this table was a plain relation.
    customfield = models.ForeignKey(
        CustomField, on_delete=models.CASCADE, related_name="places"
    )
    queue = models.ForeignKey(
        Queue, on_delete=models.CASCADE, related_name="custom_field_places"
    )
    sort_order = models.IntegerField(null=True, blank=True)
    grouping = models.CharField("box", max_length=64, blank=True, default="")
    default_value = models.TextField(blank=True, default="")

    class Meta:
        default_permissions = ()
        db_table = "queues_customfield_queues"
        unique_together = (("customfield", "queue"),)

    def __str__(self) -> str:
        return f"{self.customfield} in {self.queue}"


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

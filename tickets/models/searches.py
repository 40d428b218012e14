"""Saved searches: for one person, for a group, or for the whole site."""

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Group, User
from accounts.rights import Right
from tickets.models.places import LONGEST_NAME, SeenBy, named_once

DEFAULT_ROWS = 50
MOST_ROWS = 10_000


SEARCHES_SEEN_BY = SeenBy(
    own=(Right.SEE_OWN_SAVED_SEARCH, Right.ADMIN_OWN_SAVED_SEARCH),
    group=(Right.SEE_GROUP_SAVED_SEARCH, Right.ADMIN_GROUP_SAVED_SEARCH),
    system=(Right.SEE_SAVED_SEARCH, Right.ADMIN_SAVED_SEARCH),
)


class SearchKind(models.TextChoices):
    """What a search shows: RT's names of the types."""

    TICKET = "Ticket", "Search"
    TICKET_CHART = "TicketChart", "Chart"


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    """Adjectives for saved searches; ``visible_to`` is the only way lists are made."""

    def visible_to(self, user: User | AnonymousUser) -> "SavedSearchQuerySet":
        """Keep what the user may load, disabled searches included.

        Reads the user's grants once (``rights_of``) and adds one condition. A personal
        search is its owner's alone: not even a superuser is offered it.
        """
        return self.filter(SEARCHES_SEEN_BY.condition(user))

    def enabled(self) -> "SavedSearchQuerySet":
        """Drop the disabled ones, which are kept and neither offered nor run."""
        return self.filter(disabled=False)

    def of_system(self) -> "SavedSearchQuerySet":
        """Keep the searches of the whole site."""
        return self.filter(owner=None, group=None)


class SavedSearch(models.Model):
    """A query with its columns, order and rows, under a name.

    Without owner and group it belongs to the system. ``order_by`` is a list of RT's
    field names, ``-`` before one turns it round; ``rows`` 0 is all of them; ``chart``
    holds the parameters of a TicketChart.
    """

    name = models.CharField(max_length=LONGEST_NAME)
    description = models.CharField(max_length=255, blank=True, default="")
    kind = models.CharField(
        max_length=16, choices=SearchKind, default=SearchKind.TICKET
    )
    owner = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="saved_searches",
    )
    group = models.ForeignKey(
        Group,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="saved_searches",
    )
    query = models.TextField()
    format = models.TextField(blank=True, default="")
    order_by = models.JSONField(default=list, blank=True)
    rows = models.PositiveIntegerField(default=DEFAULT_ROWS)
    chart = models.JSONField(default=dict, blank=True)
    disabled = models.BooleanField(default=False)
    created = models.DateTimeField(default=timezone.now, editable=False)
    last_updated = models.DateTimeField(default=timezone.now, editable=False)
    last_updated_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name_plural = "saved searches"
        constraints = (
            models.CheckConstraint(
                condition=Q(owner=None) | Q(group=None), name="saved_search_one_owner"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="saved_search_named"),
            models.CheckConstraint(
                condition=Q(kind__in=SearchKind.values), name="saved_search_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(rows__lte=MOST_ROWS), name="saved_search_rows_bounded"
            ),
            *named_once("saved_search"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_personal(self) -> bool:
        """Say whether it is one person's."""
        return self.owner_id is not None

    @property
    def is_of_system(self) -> bool:
        """Say whether it is the whole site's."""
        return self.owner_id is None and self.group_id is None

    @property
    def is_chart(self) -> bool:
        """Say whether it is shown as a chart."""
        return self.kind == SearchKind.TICKET_CHART


class PinnedSearch(models.Model):
    """A search a user keeps in the rail, at a place of their choice."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="pinned_searches"
    )
    search = models.ForeignKey(
        SavedSearch, on_delete=models.CASCADE, related_name="pins"
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=["user", "search"], name="pinned_once"),
        )

    def __str__(self) -> str:
        return f"{self.search} for {self.user}"

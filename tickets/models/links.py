"""Relations between tickets, and to anything with a URL."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from tickets.models.tickets import Ticket


class LinkType(models.TextChoices):
    """The directions that are stored; their reverses are read from the other end."""

    DEPENDS_ON = "DependsOn", "Depends on"
    REFERS_TO = "RefersTo", "Refers to"
    MEMBER_OF = "MemberOf", "Parents"


class Link(models.Model):
    """base --type--> target; each end is a ticket of ours or a URL."""

    type = models.CharField(max_length=16, choices=LinkType)
    base = models.ForeignKey(
        Ticket,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="links_out",
        db_index=False,
    )
    base_uri = models.CharField(max_length=240, blank=True, default="")
    target = models.ForeignKey(
        Ticket,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="links_in",
        db_index=False,
    )
    target_uri = models.CharField(max_length=240, blank=True, default="")
    creator = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(fields=["base", "type"], name="link_base"),
            models.Index(fields=["target", "type"], name="link_target"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(base__isnull=False, base_uri="")
                | (Q(base__isnull=True) & ~Q(base_uri="")),
                name="link_base_ticket_or_uri",
            ),
            models.CheckConstraint(
                condition=Q(target__isnull=False, target_uri="")
                | (Q(target__isnull=True) & ~Q(target_uri="")),
                name="link_target_ticket_or_uri",
            ),
            models.CheckConstraint(
                condition=Q(base__isnull=False) | Q(target__isnull=False),
                name="link_one_end_ours",
            ),
            models.CheckConstraint(
                condition=Q(base__isnull=True)
                | Q(target__isnull=True)
                | ~Q(base=models.F("target")),
                name="link_not_itself",
            ),
            models.CheckConstraint(
                condition=Q(type__in=LinkType.values), name="link_type_known"
            ),
            models.UniqueConstraint(
                fields=["type", "base", "target"],
                name="link_tickets_once",
                condition=Q(base__isnull=False, target__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["type", "base", "target_uri"],
                name="link_to_uri_once",
                condition=Q(target__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["type", "base_uri", "target"],
                name="link_from_uri_once",
                condition=Q(base__isnull=True),
            ),
        )

    def __str__(self) -> str:
        base = self.base_uri or f"#{self.base_id}"
        return f"{base} {self.type} {self.target_uri or f'#{self.target_id}'}"

"""What templates need to show times, people, statuses and icons."""

from datetime import datetime, timedelta
from functools import cache, lru_cache
from urllib.parse import urlencode

from django import template
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from tickets.models import Transaction
from tickets.search.nodes import quote

register = template.Library()

HUES = 12
CLASS_ON = ' class="on"'
# The same table, in the same words, as static/js/times.js.
UNITS = (
    ("y", 31_536_000),
    ("mo", 2_592_000),
    ("wk", 604_800),
    ("d", 86_400),
    ("h", 3_600),
    ("min", 60),
)
MEDIUM_PRIORITY = 34
HIGH_PRIORITY = 67


@register.simple_tag
@cache
def asset(path: str) -> str:
    """Return the address of a static file, worked out once by each process."""
    return static(path)


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """Show an icon of the sprite; the text beside it says what it means."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("img/icons.svg"),
        name,
    )


@register.simple_tag
@lru_cache(maxsize=1024)
def status(name: str, kind: str = "", label: str = "") -> SafeString:
    """Show a status as a pill; ``kind`` is initial, active or inactive."""
    css = "".join(c if c.isalnum() else "-" for c in name.lower())
    return format_html('<span class="status {} {}">{}</span>', kind, css, label or name)


@register.simple_tag
@lru_cache(maxsize=1024)
def priority(value: int) -> SafeString:
    """Show a priority as up to three bars and the number."""
    bars = (value > 0) + (value >= MEDIUM_PRIORITY) + (value >= HIGH_PRIORITY)
    heights = (6, 9, 12)
    drawn = mark_safe(  # noqa: S308 - numbers of our own
        "".join(
            f'<rect x="{6 * i}" y="{12 - height}" width="4" height="{height}" rx="1"'
            f"{CLASS_ON if i < bars else ''}></rect>"
            for i, height in enumerate(heights)
        )
    )
    return format_html(
        '<svg class="prio{}" viewBox="0 0 16 12" aria-hidden="true">{}</svg>'
        '<span class="num">{}</span>',
        " high" if value >= HIGH_PRIORITY else "",
        drawn,
        value,
    )


@register.simple_tag
def avatar(user: User) -> SafeString:
    """Show a user's initials on a colour that stays theirs."""
    return format_html(
        '<span class="avatar hue-{}" aria-hidden="true">{}</span>',
        (user.pk or 0) * 5 % HUES,
        initials(user.display_name),
    )


def initials(name: str) -> str:
    """Return one or two capital letters that stand for a name."""
    words = [word for word in name.split("@")[0].replace(".", " ").split() if word]
    letters = [word[0] for word in words if word[0].isalnum()]
    if not letters:
        return "?"
    return (letters[0] + (letters[-1] if len(letters) > 1 else "")).upper()


@register.simple_tag
def ago(moment: datetime | None, prefix: str = "", empty: str = "–") -> SafeString:
    """Show a time relative to now; the script keeps it true while the page is open."""
    if moment is None:
        return format_html("{}", empty)
    words = relative(moment, now=timezone.now())
    return format_html(
        '<time datetime="{}" title="{}" data-relative="{}">{}</time>',
        moment.isoformat(),
        full(moment),
        prefix,
        f"{prefix} {words}" if prefix else words,
    )


@register.simple_tag
def moment(value: datetime | None, empty: str = "Not set") -> SafeString:
    """Show a point in time, shorter the nearer it is; the title has all of it."""
    if value is None:
        return format_html('<span class="muted">{}</span>', empty)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        full(value),
        short(value, now=timezone.now()),
    )


def relative(moment: datetime, *, now: datetime) -> str:
    """Return "4 min ago" or "in 3 h": one unit, switched at twice its length."""
    seconds = int((now - moment).total_seconds())
    distance = abs(seconds)
    for unit, length in UNITS:
        if distance >= 2 * length or (unit == "min" and distance >= length):
            count = distance // length
            return f"in {count} {unit}" if seconds < 0 else f"{count} {unit} ago"
    return "in a moment" if seconds < 0 else "just now"


def short(moment: datetime, *, now: datetime) -> str:
    """Return "Mon 08:12" within a week, else the date, in the user's time zone."""
    local = timezone.localtime(moment)
    if abs(now - moment) < timedelta(days=6):
        return local.strftime("%a %H:%M")
    if local.year == timezone.localtime(now).year:
        return f"{local.day} {local:%b %H:%M}"
    return f"{local.day} {local:%b %Y}"


def full(moment: datetime) -> str:
    """Return RT's long form of a time, in the user's time zone."""
    return timezone.localtime(moment).strftime("%a %b %d %H:%M:%S %Y %Z")


@register.filter
def duration(minutes: int) -> str:
    """Return minutes as "1 h 25 m"; nothing for none."""
    sign = "-" if minutes < 0 else ""
    hours, rest = divmod(abs(minutes), 60)
    parts = [f"{hours} h"] if hours else []
    if rest:
        parts.append(f"{rest} m")
    return sign + " ".join(parts) if parts else ""


@register.simple_tag
def ticket_url(number: int) -> str:
    """Return the address of a ticket's page; lists ask for many."""
    return _around_number("tickets:detail", get_script_prefix()).format(number)


@register.simple_tag
def search_url(query: str = "") -> str:
    """Return the address of the search page, with some TicketSQL."""
    return _search_url(query, get_script_prefix())


@register.simple_tag
def queue_url(name: str) -> str:
    """Return the search for the unfinished tickets of a queue."""
    return search_url(f"Queue = {quote(name)} AND Status = '__Active__'")


@register.simple_tag
def pending_url(number: int) -> str:
    """Return the search for what a ticket waits for."""
    return search_url(f"DependedOnBy = {number} AND Status = '__Active__'")


@cache
def _around_number(name: str, prefix: str) -> str:
    """Return a URL with braces for its number; the prefix keys the cache."""
    return reverse(name, args=[0]).replace("/0/", "/{}/")


@lru_cache(maxsize=4096)
def _search_url(query: str, prefix: str) -> str:
    url = reverse("tickets:search")
    return mark_safe(f"{url}?{urlencode({'query': query})}" if query else url)  # noqa: S308 - quoted for URLs, which leaves nothing to escape


@register.simple_tag
def mail_link(row: Transaction) -> SafeString:
    """Link a mail record to the mail as it was sent, which another app shows."""
    url = _around_number("mail:record", get_script_prefix()).format(row.pk)
    return format_html(' · <a href="{}">show</a>', url)

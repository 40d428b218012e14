"""Custom fields of a ticket: editing those of one box, suggestions, files."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import StaffRequest, is_fragment, logged_in
from accounts.models import User
from accounts.rights import Right
from queues.models import CustomField
from queues.models.custom_fields import BUILT_IN_GROUPINGS, UNGROUPED
from queues.rights import rights_of
from tickets import commands, forms
from tickets.commands.object_custom_fields import may_on_field
from tickets.custom_values.reading import (
    FieldBox,
    current_values,
    in_boxes,
    settable_fields,
    ticket_fields,
)
from tickets.descriptions import describe, names_for
from tickets.forms.errors import take_errors
from tickets.history import visible_transactions
from tickets.models import CustomFieldValue, ObjectCustomFieldValue, Ticket, Transaction
from tickets.settled import wait_for_scrips
from tickets.views.answers import say, ticket_url
from tickets.views.attachments import framed_html, served_blob
from tickets.views.lookup import LARGEST_ID, seen_ticket

MOST_SUGGESTIONS = 20
SETTING = (Right.SET_INITIAL_CUSTOM_FIELD, Right.MODIFY_CUSTOM_FIELD)


@logged_in
@require_http_methods(["GET", "HEAD", "POST"])
def fields(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Edit the custom fields of one box: in place or, without script, apart."""
    ticket, can = seen_ticket(request.user, ticket_id)
    name = request.GET.get("box", UNGROUPED)
    editable = [each for each in settable_fields(ticket, can) if each.box == name]
    if not editable:
        raise PermissionDenied(f"You need the right {Right.MODIFY_CUSTOM_FIELD}.")
    if request.GET.get("show") and is_fragment(request):
        return _box(request, ticket, name)
    form = forms.CustomFields(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        custom_fields=editable,
        current=current_values(ticket, editable),
    )
    if form.is_valid():
        rows = _save(form, ticket, request.user)
        if rows is not None:
            return _saved(request, ticket, name, rows)
    url = f"{reverse('tickets:fields', args=[ticket.pk])}?{urlencode({'box': name})}"
    ctx = {
        "ticket": ticket,
        "box": FieldBox(name),
        "is_nested": name in BUILT_IN_GROUPINGS,
        "url": url,
        "form": form,
        "in_place": is_fragment(request),
    }
    page = "boxes/fields_form.html" if is_fragment(request) else "fields_page.html"
    status = 422 if form.is_bound else 200
    return render(request, f"tickets/{page}", ctx, status=status)


def _save(
    form: forms.CustomFields, ticket: Ticket, user: User
) -> list[Transaction] | None:
    changes = form.custom_changes()
    try:
        return commands.set_custom_fields(ticket, actor=user, changes=changes)
    except ValidationError as error:
        take_errors(form, error)
        return None


def _saved(
    request: StaffRequest, ticket: Ticket, name: str, rows: list[Transaction]
) -> HttpResponse:
    wait_for_scrips(ticket.pk)
    if is_fragment(request):
        return _box(request, ticket, name)
    say(request, [describe(row, names=names_for(rows)) for row in rows])
    return redirect(ticket_url(ticket))


def _box(request: StaffRequest, ticket: Ticket, name: str) -> HttpResponse:
    seen, can = seen_ticket(request.user, ticket.pk)
    boxes = in_boxes(ticket_fields(seen, can))
    ctx = {
        "ticket": seen,
        "box": boxes.get(name, FieldBox(name)),
        "is_nested": name in BUILT_IN_GROUPINGS,
    }
    return render(request, "tickets/boxes/fields.html", ctx)


@logged_in
@require_safe
def field_choices(request: StaffRequest, field_id: int) -> HttpResponse:
    """Suggest values of a field to who may set it somewhere, as options of a list."""
    field = CustomField.objects.filter(pk=min(field_id, LARGEST_ID)).first()
    if field is None or not _may_set_somewhere(request.user, field):
        raise Http404("There is no such field.")
    typed = next(iter(request.GET.getlist(field.key)[-1:]), "").strip()[:255]
    matching = field.choices.filter(name__icontains=typed).order_by(
        "sort_order", "name", "id"
    )
    ctx = {"choices": matching[:MOST_SUGGESTIONS]}
    return render(request, "tickets/_field_choices.html", ctx)


def _may_set_somewhere(user: User, field: CustomField) -> bool:
    rights = rights_of(user)
    held = (
        CustomField.objects.held_with(right, rights, field.lookup_type)
        for right in SETTING
    )
    return any(found.filter(pk=field.pk).exists() for found in held)


@logged_in
@require_safe
def field_file(request: StaffRequest, kind: str, value_id: int) -> HttpResponseBase:
    """Serve an uploaded value, old ones too, to who may see the field there."""
    value = _visible_value(request.user, kind, value_id)
    if value.blob is None:
        raise Http404("This value is no file.")
    return served_blob(
        value.blob,
        content_type=value.content_type,
        filename=value.content,
        is_download=bool(request.GET.get("download")),
    )


@logged_in
@require_safe
@xframe_options_sameorigin
def field_html(request: StaffRequest, kind: str, value_id: int) -> HttpResponse:
    """Serve an HTML value for its frame, with a policy of its own."""
    value = _visible_value(request.user, kind, value_id)
    if value.field.kind != "HTML":
        raise Http404("This value is no HTML.")
    return framed_html(value.text, show_remote_images=False)


def _visible_value(
    user: User, kind: str, value_id: int
) -> CustomFieldValue | ObjectCustomFieldValue:
    """Return a value of a field the user may see there, on what the user may see.

    Raises:
        Http404: it is not there or not to be seen.
    """
    found: CustomFieldValue | ObjectCustomFieldValue | None = None
    if value_id <= LARGEST_ID and kind == "ticket":
        values = CustomFieldValue.objects.select_related("field", "blob")
        found = values.filter(pk=value_id).first()
    elif value_id <= LARGEST_ID and kind == "object":
        others = ObjectCustomFieldValue.objects.select_related(
            "field", "blob", "transaction", "queue", "user", "group"
        )
        found = others.filter(pk=value_id).first()
    if found is None or found.field.disabled or not _may_see(user, found):
        raise Http404("There is no such value.")
    return found


def _may_see(user: User, value: CustomFieldValue | ObjectCustomFieldValue) -> bool:
    right = Right.SEE_CUSTOM_FIELD
    if isinstance(value, CustomFieldValue):
        _, can = seen_ticket(user, value.ticket_id)
        return can.has_on_field(right, value.field_id)
    if value.transaction is not None:
        ticket, can = seen_ticket(user, value.transaction.ticket_id)
        visible = visible_transactions(ticket, can).filter(pk=value.transaction.pk)
        return visible.exists() and can.has_on_field(right, value.field_id)
    rights = rights_of(user)
    if value.queue is not None:
        return rights.has(Right.SEE_QUEUE, value.queue.pk) and may_on_field(
            user, right, value.field, value.queue
        )
    if value.user is not None:
        sees = rights.has(Right.ADMIN_USERS) or value.user == user
        return sees and may_on_field(user, right, value.field, value.user)
    sees = value.group is not None and rights.has(Right.SEE_GROUP)
    return sees and rights.has_on_field(right, value.field_id)

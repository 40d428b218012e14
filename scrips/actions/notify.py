"""Actions that send mail: each writes an outbox row and never opens a socket."""

from functools import partial

from django.conf import settings

from accounts.models import RoleName
from mail.marks import (
    LOOP_HEADER,
    ORIGINATOR_HEADER,
    TICKET_HEADER,
    friendly_from,
    loop_value,
    new_message_id,
    references_for,
    tagged_subject,
)
from mail.outbox import MailFile, NewMail, queue_mail
from queues.addresses import comment_address, correspond_address, subject_tag
from scrips.actions.base import Action, Commit, NothingToDoError
from scrips.context import ScripContext
from scrips.models import Scrip
from scrips.recipients import (
    ALWAYS_NOTIFY_ACTOR,
    EVERYONE,
    OTHER_RECIPIENTS,
    Recipients,
    recipients,
    words,
)
from scrips.templating import Rendered, render
from scrips.variables import variables

R = RoleName


def _prepare(
    context: ScripContext,
    scrip: Scrip,
    argument: str,
    *,
    as_comment: bool = False,
    is_autoreply: bool = False,
) -> Commit:
    """Render the template and find the recipients of one mail."""
    people = recipients(context, argument)
    if not people:
        raise NothingToDoError(_nobody(people))
    template = context.template(scrip.template)
    if template is None:
        raise LookupError(f"There is no template named '{scrip.template}'.")
    rendered = render(template, variables(context, argument=argument))
    if rendered is None:
        raise NothingToDoError(f"The template '{template}' is empty.")
    mail = _compose(context, scrip, people, rendered, as_comment, is_autoreply)
    return partial(_commit, mail)


def _commit(mail: NewMail) -> str:
    queue_mail(mail)
    return f"Mailed {', '.join([*mail.to, *mail.cc, *mail.bcc])}"


def _nobody(people: Recipients) -> str:
    if not people.dropped:
        return "Nobody to notify."
    left_out = "; ".join(f"{who}: {why}" for who, why in people.dropped.items())
    return f"Nobody to notify: {left_out}"


def _compose(
    context: ScripContext,
    scrip: Scrip,
    people: Recipients,
    rendered: Rendered,
    as_comment: bool,
    is_autoreply: bool,
) -> NewMail:
    ticket, queue, row = context.ticket, context.queue, context.row
    address = comment_address(queue) if as_comment else correspond_address(queue)
    name = f"{context.actor.display_name} via {settings.RTNAME}"
    if is_autoreply:
        name = queue.description or queue.name
    subject = rendered.headers.get("subject") or row.data or ticket.subject
    return NewMail(
        key=f"{row.pk}-{scrip.pk}",
        from_email=rendered.headers.get("from") or friendly_from(name, address),
        to=tuple(people.to),
        cc=tuple(people.cc),
        bcc=tuple(people.bcc),
        subject=tagged_subject(subject, tag=subject_tag(queue), ticket_id=ticket.pk),
        message_id=new_message_id(
            ticket_id=ticket.pk,
            scrip_id=scrip.pk,
            sequence=row.pk,
            organization=settings.ORGANIZATION,
        ),
        headers=_headers(context, rendered, address, is_autoreply),
        text=rendered.text,
        html=rendered.html,
        files=_files(context) if rendered.attaches_message else (),
        ticket=ticket,
        transaction=row,
        scrip_id=scrip.pk,
        scrip_description=scrip.description,
        about_comment=as_comment,
    )


def _headers(
    context: ScripContext, rendered: Rendered, address: str, is_autoreply: bool
) -> dict[str, str]:
    ticket, answered = context.ticket, context.replied_to
    headers = {
        "Reply-To": rendered.headers.get("reply-to") or address,
        "Precedence": rendered.headers.get("precedence") or "bulk",
        "Auto-Submitted": "auto-replied" if is_autoreply else "auto-generated",
        LOOP_HEADER: loop_value(settings.RTNAME),
        TICKET_HEADER: f"{settings.RTNAME} #{ticket.pk}",
        "X-Managed-By": f"Helpdesk {settings.VERSION}",
    }
    if context.actor.email:
        headers[ORIGINATOR_HEADER] = context.actor.email
    if answered is not None:
        headers["In-Reply-To"] = f"<{answered.message_id}>"
    headers["References"] = references_for(
        ticket_id=ticket.pk,
        organization=settings.ORGANIZATION,
        message_id=answered.message_id if answered else "",
        references=_references(answered.headers) if answered else (),
    )
    headers |= {
        name.title(): value
        for name, value in rendered.headers.items()
        if name.startswith("x-")
    }
    return headers


def _references(headers: str) -> tuple[str, ...]:
    for line in headers.splitlines():
        name, _, value = line.partition(":")
        if name.lower() == "references":
            return tuple(value.split())
    return ()


def _files(context: ScripContext) -> tuple[MailFile, ...]:
    ticket, row = context.ticket, context.row
    return tuple(
        MailFile(
            blob=node.blob,
            filename=node.filename,
            content_type=node.content_type,
            origin=f"{ticket.pk}/{row.pk}/{node.pk}",
        )
        for node in context.entry.attachments
        if node.blob is not None
    )


def _notify(name: str, *roles: str, as_comment: bool = False) -> Action:
    suffix = " as Comment" if as_comment else ""
    return Action(
        f"Notify {name}{suffix}",
        partial(_prepare, as_comment=as_comment),
        ", ".join(roles),
        needs_template=True,
    )


def _owner_or_admin_ccs(context: ScripContext, scrip: Scrip, argument: str) -> Commit:
    """Mail the owner or, where there is none, the AdminCcs."""
    role = R.OWNER if context.owner is not None else R.ADMIN_CC
    return _prepare(context, scrip, ", ".join({role.value, *words(argument)}))


ACTIONS = (
    Action(
        "Autoreply To Requestors",
        partial(_prepare, is_autoreply=True),
        f"{R.REQUESTOR}, {ALWAYS_NOTIFY_ACTOR}",
        needs_template=True,
    ),
    _notify("Requestors", R.REQUESTOR),
    _notify("Owner", R.OWNER),
    _notify("Ccs", R.CC),
    _notify("AdminCcs", R.ADMIN_CC),
    _notify("Owner and AdminCcs", R.OWNER, R.ADMIN_CC),
    _notify("Requestors and Ccs", R.REQUESTOR, R.CC),
    _notify("Owner, Requestors, Ccs and AdminCcs", EVERYONE),
    _notify("Other Recipients", OTHER_RECIPIENTS),
    Action("Notify Owner or AdminCcs", _owner_or_admin_ccs, needs_template=True),
    _notify("Owner", R.OWNER, as_comment=True),
    _notify("Ccs", R.CC, as_comment=True),
    _notify("AdminCcs", R.ADMIN_CC, as_comment=True),
    _notify("Requestors and Ccs", R.REQUESTOR, R.CC, as_comment=True),
    _notify("Owner, Requestors, Ccs and AdminCcs", EVERYONE, as_comment=True),
    _notify("Other Recipients", OTHER_RECIPIENTS, as_comment=True),
)

"""The admin site: who gets in, and that what is changed there counts at once."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.commands import add_member, create_group, create_user
from accounts.models import Group, Membership, User
from accounts.rights import Right
from mail.models import IncomingMail, OutgoingMail
from queues.models import Lifecycle, Queue
from queues.rights import grant, revoke, rights_of
from scrips.models import Scrip, ScripTemplate
from tests.conftest import World
from tickets.blobs import store
from tickets.commands import create_ticket
from tickets.commands.create import NewTicket
from tickets.models import Transaction

pytestmark = pytest.mark.django_db
PASSWORD = "Seven-Blue-Pens"


@pytest.fixture
def root(client: Client) -> User:
    """Root, logged in with a password of their own."""
    user = User.objects.get(name="root")
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    client.force_login(user)
    return user


@pytest.fixture
def log_in(client: Client) -> Callable[..., User]:
    """Log a new staff member in who holds the rights given."""

    def with_rights(*rights: Right, on: Queue | None = None) -> User:
        user = create_user("holder", email="holder@example.org", is_privileged=True)
        grant(user, Right.SHOW_CONFIG_TAB)
        for right in rights:
            grant(user, right, queue=on)
        client.force_login(user)
        return user

    return with_rights


def user_data(**changes: Any) -> dict[str, Any]:
    """Return what the user form posts."""
    return {"name": "eve", "email": "eve@example.org", "real_name": "Eve"} | changes


def member_rows(
    *rows: Mapping[str, Any], initial: int = 0, **fields: Any
) -> dict[str, Any]:
    """Return what the group form posts with rows of members."""
    data: dict[str, Any] = {
        "memberships-TOTAL_FORMS": len(rows),
        "memberships-INITIAL_FORMS": initial,
    }
    for number, row in enumerate(rows):
        data |= {f"memberships-{number}-{key}": value for key, value in row.items()}
    return data | fields


# Who gets in


def test_strangers_are_sent_to_the_login_page(client: Client) -> None:
    """The login page then leads back."""
    response = client.get("/admin/queues/queue/")
    assert response.status_code == 302
    assert response["Location"] == "/login/?next=/admin/queues/queue/"


def test_staff_without_the_right_are_refused(client: Client, world: World) -> None:
    """Logging in again would not help them."""
    client.force_login(world.bob)
    assert client.get("/admin/").status_code == 403
    assert client.get("/admin/accounts/user/").status_code == 403


def test_show_config_tab_alone_shows_nothing_inside(
    client: Client, log_in: Callable[..., User]
) -> None:
    """Each model asks for a right of its own; staff have SeeGroup from the start."""
    log_in()
    assert client.get("/admin/").status_code == 200
    for model in set(admin.site._registry) - {Group}:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        url = reverse(f"admin:{name}_changelist")
        assert client.get(url).status_code == 403, url


@pytest.mark.parametrize(
    ("right", "url"),
    [
        (Right.ADMIN_USERS, "/admin/accounts/user/"),
        (Right.ADMIN_GROUP, "/admin/accounts/group/"),
        (Right.ADMIN_QUEUE, "/admin/queues/queue/"),
        (Right.MODIFY_SCRIPS, "/admin/scrips/scrip/"),
        (Right.MODIFY_TEMPLATE, "/admin/scrips/scriptemplate/"),
        (Right.ADMIN_CUSTOM_FIELD, "/admin/queues/customfield/"),
        (Right.MODIFY_ACL, "/admin/queues/queue/rights/"),
    ],
)
def test_each_right_opens_its_page_and_no_other(
    client: Client, log_in: Callable[..., User], right: Right, url: str
) -> None:
    """Mail, transactions and lifecycles stay with superusers."""
    log_in(right)
    assert client.get(url).status_code == 200
    closed = {"/admin/mail/incomingmail/", "/admin/tickets/transaction/"}
    closed |= {"/admin/queues/lifecycle/", "/admin/accounts/user/"} - {url}
    for other in closed:
        assert client.get(other).status_code == 403, other


def test_super_user_as_a_granted_right_opens_everything(
    client: Client, log_in: Callable[..., User]
) -> None:
    """As in RT, the right is as good as the flag."""
    log_in(Right.SUPER_USER)
    for model in (Transaction, Lifecycle, IncomingMail):
        url = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert client.get(url).status_code == 200


def test_no_page_has_inline_code(client: Client, root: User) -> None:
    """The content security policy would refuse it."""
    for model in admin.site._registry:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for url in (base, f"{base}add/"):
            page = client.get(url).content.decode()
            assert "<style" not in page, url
            assert ' style="' not in page, url
            assert "onclick=" not in page, url


@pytest.mark.parametrize("path", ["accounts/user", "queues/queue", "scrips/scrip"])
def test_nothing_can_be_deleted(client: Client, root: User, path: str) -> None:
    """History points at it."""
    model = {"accounts/user": User, "queues/queue": Queue, "scrips/scrip": Scrip}[path]
    found: Any = model._default_manager.order_by("pk").first()
    response = client.post(f"/admin/{path}/{found.pk}/delete/", {"post": "yes"})
    assert response.status_code == 403
    assert model._default_manager.filter(pk=found.pk).exists()


# Users


def test_a_new_user_is_in_the_system_groups(client: Client, root: User) -> None:
    """Created by the command; the password has to be changed."""
    response = client.post(
        "/admin/accounts/user/add/",
        user_data(is_privileged="on", new_password=PASSWORD, comments="from Basel"),
    )
    assert response.status_code == 302
    eve = User.objects.get(name="eve")
    assert set(eve.groups.values_list("name", flat=True)) == {"Everyone", "Privileged"}
    assert eve.check_password(PASSWORD)
    assert eve.must_change_password
    assert eve.comments == "from Basel"


def test_disabling_takes_every_group_away(
    client: Client, root: User, world: World
) -> None:
    """Effective membership follows in the same request."""
    response = client.post(
        f"/admin/accounts/user/{world.bob.pk}/change/",
        user_data(name="bob", email="bob@example.org", disabled="on"),
    )
    assert response.status_code == 302
    world.bob.refresh_from_db()
    assert world.bob.disabled
    assert not world.bob.is_privileged
    assert not world.bob.groups.exists()


def test_a_taken_address_is_an_error_beside_the_field(
    client: Client, root: User, world: World
) -> None:
    """Also in other capitals; nothing is lost."""
    response = client.post(
        "/admin/accounts/user/add/", user_data(email="BOB@example.org")
    )
    assert response.status_code == 200
    assert "Another user has this already." in response.content.decode()
    assert 'value="eve"' in response.content.decode()
    assert not User.objects.filter(name="eve").exists()


def test_a_weak_password_is_refused(client: Client, root: User) -> None:
    """The policy goes for administrators too."""
    response = client.post(
        "/admin/accounts/user/add/", user_data(new_password="12345678")
    )
    assert response.status_code == 200
    assert not User.objects.filter(name="eve").exists()


def test_administrators_of_users_cannot_take_over_superusers(
    client: Client, log_in: Callable[..., User]
) -> None:
    """Neither by a password nor by the flag, nor for a right that is as good."""
    holder = log_in(Right.ADMIN_USERS)
    root = User.objects.get(name="root")
    chief = create_user("chief", email="chief@example.org", is_privileged=True)
    grant(chief, Right.SUPER_USER)
    for target in (root, chief):
        old = target.password
        response = client.post(
            f"/admin/accounts/user/{target.pk}/change/",
            user_data(name=target.name, new_password=PASSWORD),
        )
        assert response.status_code == 403
        target.refresh_from_db()
        assert target.password == old
    client.post(
        f"/admin/accounts/user/{holder.pk}/change/",
        user_data(name="holder", is_superuser="on"),
    )
    holder.refresh_from_db()
    assert not holder.is_superuser


def test_root_cannot_lock_root_out(client: Client, root: User) -> None:
    """Own flags are not among the fields."""
    client.post(
        f"/admin/accounts/user/{root.pk}/change/",
        user_data(name="root", email="root@localhost", disabled="on"),
    )
    root.refresh_from_db()
    assert not root.disabled
    assert root.is_superuser
    assert root.real_name == "Eve"


def test_the_disable_action_skips_oneself(
    client: Client, root: User, world: World
) -> None:
    """And does the others by the command."""
    client.post(
        "/admin/accounts/user/",
        {"action": "disable", "_selected_action": [root.pk, world.bob.pk]},
    )
    root.refresh_from_db()
    world.bob.refresh_from_db()
    assert not root.disabled
    assert world.bob.disabled
    assert not world.bob.groups.exists()


# Groups


def test_a_member_added_here_has_the_group_at_once(
    client: Client, root: User, world: World
) -> None:
    """And one taken out loses it."""
    outer = create_group("Engineers")
    add_member(outer, world.staff)
    url = f"/admin/accounts/group/{world.staff.pk}/change/"
    members = world.staff.memberships.all()
    rows: list[dict[str, Any]] = [
        {"id": m.pk, "group": world.staff.pk} for m in members
    ]
    response = client.post(
        url,
        member_rows(*rows, {"user": world.dave.pk}, initial=len(rows), name="Staff"),
    )
    assert response.status_code == 302
    names = set(world.dave.groups.values_list("name", flat=True))
    assert {"Staff", "Engineers"} <= names
    assert rights_of(world.dave).has(Right.OWN_TICKET, world.general.pk)

    row = Membership.objects.get(group=world.staff, user=world.bob)
    rows = [{"id": m.pk, "group": world.staff.pk} for m in members.all()]
    next(entry for entry in rows if entry["id"] == row.pk)["DELETE"] = "on"
    response = client.post(url, member_rows(*rows, initial=len(rows), name="Staff"))
    assert response.status_code == 302
    names = set(world.bob.groups.values_list("name", flat=True))
    assert names == {"Everyone", "Privileged"}


def test_a_group_is_created_with_members(
    client: Client, root: User, world: World
) -> None:
    """In one go."""
    response = client.post(
        "/admin/accounts/group/add/",
        member_rows(
            {"user": world.dave.pk}, {"member_group": world.staff.pk}, {}, name="Noc"
        ),
    )
    assert response.status_code == 302
    group = Group.objects.get(name="Noc")
    assert group.is_user_defined
    assert world.dave.groups.filter(pk=group.pk).exists()
    assert world.bob.groups.filter(pk=group.pk).exists()


def test_a_circle_of_groups_is_refused_beside_the_field(
    client: Client, root: User
) -> None:
    """Nothing is written."""
    outer, inner = create_group("Outer"), create_group("Inner")
    add_member(outer, inner)
    response = client.post(
        f"/admin/accounts/group/{inner.pk}/change/",
        member_rows({"member_group": outer.pk}, name="Inner"),
    )
    assert response.status_code == 200
    assert "Outer contains Inner already" in response.content.decode()
    assert not inner.memberships.exists()


def test_system_groups_can_only_be_looked_at(client: Client, root: User) -> None:
    """Their members follow from what people are."""
    everyone = Group.objects.get(name="Everyone")
    url = f"/admin/accounts/group/{everyone.pk}/change/"
    assert client.get(url).status_code == 200
    assert client.post(url, member_rows(name="All")).status_code == 403
    everyone.refresh_from_db()
    assert everyone.name == "Everyone"


def test_nobody_becomes_all_powerful_by_joining_a_group(
    client: Client, log_in: Callable[..., User]
) -> None:
    """Groups that carry SuperUser, also through others, are for superusers."""
    holder = log_in(Right.ADMIN_GROUP)
    chiefs, deputies = create_group("Chiefs"), create_group("Deputies")
    add_member(chiefs, deputies)
    grant(chiefs, Right.SUPER_USER)
    for group in (chiefs, deputies):
        client.post(
            f"/admin/accounts/group/{group.pk}/change/",
            member_rows({"user": holder.pk}, name=group.name),
        )
    assert not rights_of(holder).is_superuser


# Rights


def rights_url(queue: Queue | None) -> str:
    """Return the address of the rights editor."""
    if queue is None:
        return reverse("admin:queues_queue_global_rights")
    return reverse("admin:queues_queue_rights", args=[queue.pk])


def test_a_tick_grants_and_an_empty_box_revokes(
    client: Client, root: User, world: World
) -> None:
    """Only what differs from what was shown is touched."""
    everyone = Group.objects.get(name="Everyone")
    before = f"g{everyone.pk}:CreateTicket g{everyone.pk}:ReplyToTicket"
    response = client.post(
        rights_url(world.general),
        {
            "before": before,
            "grant": [
                f"g{everyone.pk}:CreateTicket",
                f"u{world.dave.pk}:ShowTicket",
            ],
            "column": [f"u{world.dave.pk}"],
        },
    )
    assert response.status_code == 302
    place = world.general.pk
    assert rights_of(world.dave).has(Right.SHOW_TICKET, place)
    assert rights_of(world.alice).has(Right.CREATE_TICKET, place)
    assert not rights_of(world.alice).has(Right.REPLY_TO_TICKET, place)
    assert rights_of(world.bob).has(Right.OWN_TICKET, place)


def test_rights_everywhere(client: Client, root: User, world: World) -> None:
    """A tick there goes for every queue."""
    client.post(
        rights_url(None),
        {
            "before": "",
            "grant": f"g{world.staff.pk}:DeleteTicket",
            "column": f"g{world.staff.pk}",
        },
    )
    assert rights_of(world.bob).has(Right.DELETE_TICKET, world.networking.pk)


def test_the_table_shows_what_is_granted(
    client: Client, root: User, world: World
) -> None:
    """Checked boxes for the group's rights on the queue."""
    page = client.get(rights_url(world.general)).content.decode()
    assert 'aria-label="OwnTicket for Staff" checked' in page
    assert 'aria-label="AdminQueue for Staff">' in page


def test_a_new_column_keeps_what_was_ticked(
    client: Client, root: User, world: World
) -> None:
    """Nothing is granted before it is saved."""
    everyone = Group.objects.get(name="Everyone")
    response = client.post(
        rights_url(world.networking),
        {
            "before": "",
            "grant": f"g{everyone.pk}:SeeQueue",
            "new_name": "dave@example.org",
            "add": "1",
        },
    )
    page = response.content.decode()
    assert 'aria-label="SeeQueue for Everyone" checked' in page
    assert f'name="column" value="u{world.dave.pk}"' in page
    assert not rights_of(world.dave).has(Right.SEE_QUEUE, world.networking.pk)


def test_an_unknown_name_is_an_error(client: Client, root: User, world: World) -> None:
    """Said in words."""
    response = client.post(
        rights_url(world.networking), {"new_name": "nobody-here", "add": "1"}
    )
    assert response.status_code == 422
    assert "no group or user named" in response.content.decode()


def test_a_ready_made_set_ticks_boxes(client: Client, root: User, world: World) -> None:
    """For the group that was named."""
    create_group("Noc")
    response = client.post(
        rights_url(world.general), {"new_name": "noc", "set": "staff", "before": ""}
    )
    page = response.content.decode()
    assert 'aria-label="StealTicket for Noc" checked' in page


def test_show_acl_reads_and_modify_acl_writes(
    client: Client, log_in: Callable[..., User], world: World
) -> None:
    """On the queue they were granted on, and on no other."""
    holder = log_in(Right.SHOW_ACL, on=world.general)
    url = rights_url(world.general)
    key = f"u{holder.pk}"
    data = {"before": "", "grant": f"{key}:AdminQueue", "column": key}
    assert client.get(url).status_code == 200
    assert client.post(url, data).status_code == 403
    assert not rights_of(holder).has(Right.ADMIN_QUEUE, world.general.pk)
    assert client.get(rights_url(world.networking)).status_code == 404
    assert client.get(rights_url(None)).status_code == 403
    grant(holder, Right.MODIFY_ACL, queue=world.general)
    assert client.post(url, data).status_code == 302
    assert rights_of(holder).has(Right.ADMIN_QUEUE, world.general.pk)


def test_super_user_is_granted_by_superusers_only(
    client: Client, log_in: Callable[..., User]
) -> None:
    """ModifyACL is not enough; what is granted already survives their saving."""
    holder = log_in(Right.MODIFY_ACL)
    chief = create_user("chief", email="c@example.org", is_privileged=True)
    grant(chief, Right.SUPER_USER)
    key = f"u{holder.pk}:SuperUser"
    data = {"before": "", "grant": key, "column": f"u{holder.pk}"}
    assert client.post(rights_url(None), data).status_code == 403
    assert not rights_of(holder).is_superuser
    # A browser leaves locked boxes out.
    client.post(rights_url(None), {"before": f"u{chief.pk}:SuperUser"})
    assert rights_of(User.objects.get(pk=chief.pk)).is_superuser
    revoke(chief, Right.SUPER_USER)
    assert not rights_of(chief).is_superuser


# Queues, lifecycles, scrips, templates


def test_queue_administrators_see_their_queues_only(
    client: Client, log_in: Callable[..., User], world: World
) -> None:
    """And cannot create others."""
    log_in(Right.ADMIN_QUEUE, on=world.networking)
    page = client.get("/admin/queues/queue/").content.decode()
    assert "Networking" in page
    assert ">General<" not in page
    own = f"/admin/queues/queue/{world.networking.pk}/change/"
    other = f"/admin/queues/queue/{world.general.pk}/change/"
    assert client.get(own).status_code == 200
    # Django's admin answers a page that is not there for somebody with a redirect.
    assert client.get(other).status_code == 302
    assert client.get("/admin/queues/queue/add/").status_code == 403


def test_a_new_queue_leads_to_its_rights(client: Client, root: User) -> None:
    """A queue without rights is of no use."""
    response = client.post(
        "/admin/queues/queue/add/",
        {
            "name": "Security",
            "lifecycle": Lifecycle.objects.get(name="default").pk,
            "sort_order": 0,
            "initial_priority": 0,
            "final_priority": 0,
            "watchers-TOTAL_FORMS": 0,
            "watchers-INITIAL_FORMS": 0,
        },
    )
    queue = Queue.objects.get(name="Security")
    assert response["Location"] == rights_url(queue)


@pytest.mark.parametrize(
    "definition",
    [
        "[]",
        '{"active": ["a"], "transitions": []}',
        '{"active": ["a"], "actions": [{}]}',
        '{"active": ["a"], "create": ["b"]}',
        "{",
        '{"active": 3}',
    ],
)
def test_a_broken_lifecycle_is_refused_with_a_reason(
    client: Client, root: User, definition: str
) -> None:
    """Whatever its shape."""
    response = client.post(
        "/admin/queues/lifecycle/add/", {"name": "odd", "definition": definition}
    )
    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    assert not Lifecycle.objects.filter(name="odd").exists()


def test_a_template_with_a_mistake_is_refused(client: Client, root: User) -> None:
    """Before it could fail when mail is to go out."""
    response = client.post(
        "/admin/scrips/scriptemplate/add/",
        {"name": "Odd", "type": "Native", "content": "Subject: x\n\n{% load os %}"},
    )
    assert response.status_code == 200
    assert not ScripTemplate.objects.filter(name="Odd").exists()


def test_template_rights_on_a_queue_reach_no_global_template(
    client: Client, log_in: Callable[..., User], world: World
) -> None:
    """They may add one to their queue."""
    log_in(Right.MODIFY_TEMPLATE, on=world.networking)
    data = {"name": "Autoreply", "type": "Native", "content": "Hello"}
    refused = client.post("/admin/scrips/scriptemplate/add/", data)
    assert refused.status_code == 200
    assert not ScripTemplate.objects.filter(name="Autoreply", content="Hello").exists()
    own = data | {"queue": world.networking.pk}
    client.post("/admin/scrips/scriptemplate/add/", own)
    assert ScripTemplate.objects.get(content="Hello").queue == world.networking
    everywhere = ScripTemplate.objects.filter(queue=None).first()
    assert everywhere is not None
    url = f"/admin/scrips/scriptemplate/{everywhere.pk}/change/"
    client.post(url, data)
    everywhere.refresh_from_db()
    assert everywhere.content != "Hello"


def test_a_scrip_for_no_queue_at_all_is_refused(client: Client, root: User) -> None:
    """It would never run."""
    scrip = Scrip.objects.order_by("pk").first()
    assert scrip is not None
    data = {
        "description": scrip.description,
        "condition": scrip.condition,
        "action": scrip.action,
        "template": scrip.template,
        "stage": scrip.stage,
        "sort_order": 1,
    }
    response = client.post(f"/admin/scrips/scrip/{scrip.pk}/change/", data)
    assert "Choose queues" in response.content.decode()
    scrip.refresh_from_db()
    assert scrip.is_global


# What can only be looked at


def test_incoming_mail_is_shown_and_downloaded_byte_for_byte(
    client: Client, root: User
) -> None:
    """As a download, never rendered."""
    raw = b"From: x@example.org\r\nSubject: <script>\r\n\r\n\xff\x00end"
    mail = IncomingMail.objects.create(blob=store(raw), subject="x", state="failed")
    page = client.get(f"/admin/mail/incomingmail/{mail.pk}/change/").content.decode()
    assert "Subject: &lt;script&gt;" in page
    response = client.get(f"/admin/mail/incomingmail/{mail.pk}/raw/")
    assert b"".join(response.streaming_content) == raw  # type: ignore[attr-defined]
    assert response["Content-Disposition"].startswith("attachment")


def test_mail_can_be_processed_again_unless_it_took_effect(
    client: Client, root: User
) -> None:
    """The second would be done twice."""
    failed = IncomingMail.objects.create(blob=store(b"a"), state="failed")
    done = IncomingMail.objects.create(blob=store(b"b"), state="processed")
    response = client.post(
        "/admin/mail/incomingmail/",
        {"action": "process_again", "_selected_action": [failed.pk, done.pk]},
        follow=True,
    )
    failed.refresh_from_db()
    done.refresh_from_db()
    assert (failed.state, done.state) == ("received", "processed")
    page = response.content.decode()
    assert "1 mail to be processed again." in page
    assert "has taken effect already" in page


def test_kept_mail_can_be_sent(client: Client, root: User) -> None:
    """When a mail server is there at last."""
    mail = OutgoingMail.objects.create(
        key="k", message_id="m@example.org", to=["a@example.org"], state="kept"
    )
    page = client.get("/admin/mail/outgoingmail/").content.decode()
    assert "a@example.org" in page
    client.post(
        "/admin/mail/outgoingmail/",
        {"action": "send_again", "_selected_action": [mail.pk]},
    )
    mail.refresh_from_db()
    assert mail.state == "queued"


def test_raw_mail_is_for_superusers(
    client: Client, log_in: Callable[..., User]
) -> None:
    """It may hold what only some may read."""
    mail = IncomingMail.objects.create(blob=store(b"secret"))
    log_in(Right.ADMIN_USERS, Right.ADMIN_QUEUE)
    assert client.get(f"/admin/mail/incomingmail/{mail.pk}/raw/").status_code == 403


def test_tickets_and_transactions_cannot_be_changed_here(
    client: Client, root: User, world: World
) -> None:
    """Commands alone write them."""
    ticket = create_ticket(
        NewTicket(queue=world.general, subject="Kept"), actor=world.bob
    ).ticket
    url = f"/admin/tickets/ticket/{ticket.pk}/change/"
    assert "Kept" in client.get(url).content.decode()
    assert client.post(url, {"subject": "Changed"}).status_code == 403
    ticket.refresh_from_db()
    assert ticket.subject == "Kept"


@pytest.mark.parametrize(
    "path", ["accounts/user", "tickets/transaction", "queues/queue"]
)
def test_lists_cost_the_same_whatever_their_length(
    client: Client,
    root: User,
    world: World,
    path: str,
    django_assert_max_num_queries: Any,
) -> None:
    """No query per row."""
    for number in range(12):
        create_user(f"user{number}", email=f"u{number}@example.org")
        Queue.objects.create(name=f"Q{number}", lifecycle=world.general.lifecycle)
        create_ticket(NewTicket(queue=world.general, subject="x"), actor=world.bob)
    with django_assert_max_num_queries(12):
        assert client.get(f"/admin/{path}/").status_code == 200

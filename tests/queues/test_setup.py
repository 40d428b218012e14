"""The set-up page: a working help desk in one go, and no half of one."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from accounts.commands import create_user, user_for_address
from accounts.models import Group, User
from accounts.rights import Right
from queues.models import Queue, QueueWatcher
from queues.rights import rights_of
from queues.setup import NewPerson, NewQueue, Plan, WhoMayWhat, aliases, set_up
from queues.site import is_set_up, organization
from tickets.commands import create_ticket, set_owner
from tickets.commands.create import NewTicket
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
URL = "/setup/"


@pytest.fixture
def root(client: Client) -> User:
    """Root, logged in with a password of their own."""
    user = User.objects.get(name="root")
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    client.force_login(user)
    return user


def posted(**changes: Any) -> dict[str, Any]:
    """Return the page as filled in; a value of None is a box left unticked."""
    queue = {
        "use": "on",
        "name": "Networking",
        "description": "Lines",
        "correspond_address": "net@example.org",
        "comment_address": "net-comment@example.org",
    }
    person = {
        "name": "amina",
        "real_name": "Amina Noor",
        "email": "amina@example.org",
        "is_staff": "on",
    }
    data: dict[str, Any] = {
        "site-organization": "Example Networks",
        "site-real_name": "Rita Root",
        "site-email": "rita@example.org",
        "queues-TOTAL_FORMS": 2,
        "queues-INITIAL_FORMS": 2,
        "people-TOTAL_FORMS": 2,
        "people-INITIAL_FORMS": 2,
        "people-1-is_staff": "on",
        "rights-anyone_writes": "on",
        "rights-requestors_see_their_own": "on",
        "rights-staff_does_the_rest": "on",
        "rights-staff_gets_mail": "on",
        "rights-includes_general": "on",
        "rights-staff_group": "Staff",
        "rights-joins_staff": "on",
        "save": "1",
    }
    data |= {f"queues-0-{key}": value for key, value in queue.items()}
    data |= {f"people-0-{key}": value for key, value in person.items()}
    data |= {key.replace("__", "-"): value for key, value in changes.items()}
    return {key: value for key, value in data.items() if value is not None}


def assert_nothing_was_done() -> None:
    """Check every table the page writes to."""
    assert not Queue.objects.filter(name="Networking").exists()
    assert not User.objects.filter(name="amina").exists()
    assert not Group.objects.filter(name="Staff").exists()
    assert not is_set_up()
    assert User.objects.get(name="root").email == "root@localhost"


def test_strangers_log_in_and_staff_are_refused(client: Client) -> None:
    """The page is for superusers."""
    assert client.get(URL).status_code == 302
    client.force_login(create_user("bob", is_privileged=True))
    assert client.get(URL).status_code == 403
    assert client.post(URL, posted()).status_code == 403
    assert_nothing_was_done()


def test_the_command_itself_asks_for_a_superuser() -> None:
    """Whoever calls it."""
    plan = Plan("Example", real_name="Bob", email="bob@example.org")
    with pytest.raises(PermissionDenied):
        set_up(plan, actor=create_user("bob", is_privileged=True))
    assert not is_set_up()


def test_it_offers_queues_that_do_not_exist_yet(client: Client, root: User) -> None:
    """With addresses, unticked."""
    Queue.objects.create(
        name="security", lifecycle=Queue.objects.get(name="General").lifecycle
    )
    page = client.get(URL).content.decode()
    for name in ("Networking", "Services", "Systems", "Help Desk"):
        assert f'value="{name}"' in page
    assert 'value="Security"' not in page
    assert 'value="helpdesk@example.com"' in page


def test_afterwards_mail_works_at_once(client: Client, root: User) -> None:
    """Strangers open, staff own and are told, requestors see their own alone."""
    assert client.post(URL, posted()).status_code == 200
    stranger = user_for_address("stranger@elsewhere.example")
    other = user_for_address("other@elsewhere.example")
    amina = User.objects.get(name="amina")
    for name in ("Networking", "General"):
        queue = Queue.objects.select_related("lifecycle").get(name=name)
        ticket = create_ticket(
            NewTicket(queue=queue, subject="Down", requestors=(stranger,)),
            actor=stranger,
        ).ticket
        set_owner(ticket, owner=amina, actor=amina)
        assert Ticket.objects.visible_to(stranger).filter(pk=ticket.pk).exists()
        assert not Ticket.objects.visible_to(other).filter(pk=ticket.pk).exists()
        assert Ticket.objects.visible_to(amina).filter(pk=ticket.pk).exists()
        watcher = QueueWatcher.objects.get(queue=queue)
        assert (watcher.role, watcher.group) == (
            "AdminCc",
            Group.objects.get(name="Staff"),
        )
    assert set(Group.objects.get(name="Staff").user_set.all()) == {amina, root}


def test_names_and_addresses_are_kept(client: Client, root: User) -> None:
    """Of the site, of root, of the queue."""
    client.post(URL, posted())
    assert organization() == "Example Networks"
    assert is_set_up()
    root.refresh_from_db()
    assert (root.real_name, root.email) == ("Rita Root", "rita@example.org")
    queue = Queue.objects.get(name="Networking")
    assert queue.correspond_address == "net@example.org"
    assert queue.comment_address == "net-comment@example.org"


def test_the_password_shown_works_and_has_to_be_changed(
    client: Client, root: User
) -> None:
    """It is in the answer, which no cache may keep, and nowhere else."""
    response = client.post(URL, posted())
    done = response.context["done"]
    account = done.accounts[0]
    assert account.password in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    amina = User.objects.get(name="amina")
    assert amina.check_password(account.password)
    assert amina.must_change_password
    assert amina.is_privileged
    assert account.password not in client.get(URL).content.decode()


def test_the_alias_lines_name_queue_and_address(
    client: Client, root: User, settings: Any
) -> None:
    """Ready to be pasted."""
    settings.WEB_URL = "https://desk.example.org/rt"
    page = client.post(URL, posted()).content.decode()
    assert (
        "net: &quot;|/usr/bin/rt-mailgate --queue Networking --action correspond "
        "--url https://desk.example.org/rt&quot;" in page
    )
    assert "net-comment: " in page
    assert "--queue General --action comment" in page


def test_an_odd_queue_name_cannot_break_out_of_its_alias() -> None:
    """Quoted for the shell and for the alias file."""
    queue = Queue(name='A "b" $(c) d', correspond_address="a@example.org")
    line = aliases([queue])[0].lines[0]
    assert line.startswith('a: "|/usr/bin/rt-mailgate --queue ')
    assert r"'A \"b\" $(c) d'" in line


def test_what_is_not_ticked_is_not_granted(client: Client, root: User) -> None:
    """And General is left alone if so wished."""
    client.post(
        URL,
        posted(
            rights__anyone_writes=None,
            rights__staff_gets_mail=None,
            rights__includes_general=None,
            rights__joins_staff=None,
        ),
    )
    queue = Queue.objects.get(name="Networking")
    general = Queue.objects.get(name="General")
    stranger = user_for_address("stranger@elsewhere.example")
    amina = User.objects.get(name="amina")
    assert not rights_of(stranger).has(Right.CREATE_TICKET, queue.pk)
    assert rights_of(amina).has(Right.OWN_TICKET, queue.pk)
    assert not rights_of(amina).has(Right.OWN_TICKET, general.pk)
    assert not QueueWatcher.objects.exists()
    assert not Group.objects.get(name="Staff").user_set.filter(pk=root.pk).exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"site__organization": ""}, "This field is required."),
        ({"site__email": "nonsense"}, "Enter a valid email address."),
        ({"queues__0__name": ""}, "A queue needs a name."),
        ({"queues__0__name": "12"}, "digits only"),
        ({"queues__0__name": "general"}, "There is a queue of this name already."),
        ({"queues__0__correspond_address": "x"}, "Enter a valid email address."),
        (
            {"queues__0__comment_address": "net@example.org"},
            "Replies and comments need different addresses.",
        ),
        ({"queues__1__name": "Odd"}, "Tick the box to create this queue."),
        (
            {"queues__1__use": "on", "queues__1__name": "networking"},
            "This is in a row above already.",
        ),
        ({"people__0__name": "ROOT"}, "There is a user of this name already."),
        ({"people__0__name": ""}, "Choose a login name."),
        ({"people__0__email": ""}, "An address is needed"),
        (
            {"people__1__name": "two", "people__1__email": "AMINA@example.org"},
            "This is in a row above already.",
        ),
        ({"rights__staff_group": "Everyone"}, "a group of the system"),
        ({"queues__TOTAL_FORMS": None}, "ManagementForm"),
    ],
)
def test_every_mistake_is_said_and_nothing_is_done(
    client: Client, root: User, changes: dict[str, Any], message: str
) -> None:
    """Beside the field, with all that was typed still there."""
    response = client.post(URL, posted(**changes))
    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    assert 'value="amina@example.org"' in page or "people__0__email" in changes
    assert_nothing_was_done()


def test_more_rows_lose_nothing_and_complain_about_nothing(
    client: Client, root: User
) -> None:
    """Half-typed values included."""
    data = posted(site__email="half@", people__0__name="", more_people="1", save=None)
    data["rights-anyone_writes"] = ""
    response = client.post(URL, data)
    page = response.content.decode()
    assert response.status_code == 200
    assert 'value="half@"' in page
    assert 'value="Amina Noor"' in page
    assert 'name="people-4-name"' in page
    assert 'class="errors"' not in page
    assert 'id="id_queues-0-use" checked' in page
    assert 'id="id_queues-1-use" checked' not in page
    assert_nothing_was_done()


def test_a_failure_in_the_middle_undoes_all(root: User) -> None:
    """One database transaction."""
    plan = Plan(
        "Example",
        real_name="Rita",
        email="rita@example.org",
        people=[NewPerson("amina", email="amina@example.org")],
        queues=[NewQueue("Networking"), NewQueue("networking")],
    )
    with pytest.raises(ValidationError):
        set_up(plan, actor=root)
    assert_nothing_was_done()


def test_a_second_visit_only_adds(client: Client, root: User) -> None:
    """Rights taken from General on purpose stay taken unless it is ticked."""
    client.post(URL, posted())
    page = client.get(URL).content.decode()
    assert 'name="rights-includes_general" id="id_rights-includes_general">' in page
    plan = Plan(
        "Example Networks",
        real_name="Rita Root",
        email="rita@example.org",
        queues=[NewQueue("Office")],
        rights=WhoMayWhat(includes_general=False),
    )
    general = Queue.objects.get(name="General")
    QueueWatcher.objects.filter(queue=general).delete()
    set_up(plan, actor=root)
    assert not QueueWatcher.objects.filter(queue=general).exists()
    assert QueueWatcher.objects.filter(queue__name="Office").count() == 1
    assert Group.objects.filter(name="Staff").count() == 1


def test_sending_twice_sets_up_once(client: Client, root: User) -> None:
    """The second one is told that the names are there."""
    client.post(URL, posted())
    response = client.post(URL, posted())
    assert response.status_code == 422
    assert Queue.objects.filter(name="Networking").count() == 1
    assert User.objects.filter(name="amina").count() == 1

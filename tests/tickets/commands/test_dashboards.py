"""Commands on dashboards: each right, each privacy, and what cannot be."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from accounts.rights import Right
from queues.rights import grant, revoke, system_group
from tests.conftest import World
from tests.tickets.dashboards.making import make_dashboard, make_search, of_each
from tickets import commands
from tickets.at_hand import Home, RailDashboard, at_hand
from tickets.dashboards.kinds import Kind
from tickets.dashboards.layout import BUILT_IN, Layout
from tickets.dashboards.stored import read_layout
from tickets.models import Dashboard, DashboardPlace
from tickets.privacy import Privacy

pytestmark = pytest.mark.django_db
NEEDED = {
    "own": Right.ADMIN_OWN_DASHBOARD,
    "group": Right.ADMIN_GROUP_DASHBOARD,
    "system": Right.ADMIN_DASHBOARD,
}
Act = Callable[[Dashboard, User], object]
ACTS: dict[str, Act] = {
    "update": lambda d, a: commands.update_dashboard(
        d,
        actor=a,
        name="New",
        description="",
        privacy=Privacy(owner=d.owner, group=d.group),
    ),
    "arrange": lambda d, a: commands.arrange_dashboard(
        d, actor=a, change=lambda layout: adding(layout, Kind.QUEUE_LIST)
    ),
    "disable": lambda d, a: commands.set_dashboard_disabled(d, actor=a, disabled=True),
    "delete": lambda d, a: commands.delete_dashboard(d, actor=a),
}


def adding(layout: Layout, kind: Kind, target: int | None = None) -> Layout:
    """Add a part in the first row."""
    return layout.with_portlet(kind, row=layout.rows[0].key, column=0, target=target)


def home_of(user: User) -> Home:
    """Return a user's home page."""
    return at_hand(user).home


def rail_dashboards(user: User) -> list[RailDashboard]:
    """Return the dashboards of a user's rail."""
    return at_hand(user).dashboards


def add(
    dashboard: Dashboard, kind: Kind, target: int | None = None, *, actor: User
) -> Layout:
    """Add a part by the command."""
    return commands.arrange_dashboard(
        dashboard, actor=actor, change=lambda now: adding(now, kind, target)
    )


def stored() -> list[tuple[object, ...]]:
    """Return everything there is of dashboards."""
    rows = Dashboard.objects.order_by("pk")
    return list(rows.values_list("pk", "name", "layout", "disabled", "group"))


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize("place", NEEDED)
def test_the_right_of_each_privacy(world: World, place: str, act: Act) -> None:
    """Without it nothing has changed, with it something has."""
    dashboard = of_each(world)[place]
    before = stored()
    if place == "own":
        revoke(system_group("Privileged"), NEEDED[place])
    with pytest.raises(PermissionDenied):
        act(dashboard, world.bob)
    assert stored() == before
    grant(world.bob, NEEDED[place])
    act(dashboard, world.bob)
    assert stored() != before


@pytest.mark.parametrize("place", NEEDED)
def test_creating_needs_the_right(world: World, place: str) -> None:
    """For oneself, for a group one is in, for all."""
    privacy = {
        "own": Privacy(owner=world.bob),
        "group": Privacy(group=world.staff),
        "system": Privacy(),
    }[place]
    if place == "own":
        revoke(system_group("Privileged"), NEEDED[place])
    with pytest.raises(PermissionDenied):
        commands.create_dashboard(actor=world.bob, name="x", privacy=privacy)
    assert not Dashboard.objects.exists()
    grant(world.bob, NEEDED[place])
    made = commands.create_dashboard(actor=world.bob, name="x", privacy=privacy)
    assert (made.owner, made.group) == (privacy.owner, privacy.group)


def test_nobody_changes_another_persons(world: World) -> None:
    """Not even a superuser."""
    dashboard = make_dashboard(world.bob)
    grant(world.carol, Right.SUPER_USER)
    with pytest.raises(PermissionDenied):
        ACTS["delete"](dashboard, world.carol)
    assert Dashboard.objects.exists()


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "morning"])
def test_names_that_cannot_be(world: World, name: str) -> None:
    """None, too long, taken in any case."""
    make_dashboard(world.bob)
    with pytest.raises(ValidationError):
        commands.create_dashboard(
            actor=world.bob, name=name, privacy=Privacy(owner=world.bob)
        )
    assert Dashboard.objects.count() == 1


@pytest.mark.parametrize("kind", [Kind.SEARCH, Kind.DASHBOARD])
def test_only_what_one_may_see_can_be_added(world: World, kind: Kind) -> None:
    """Whether another's exists cannot be found out like this."""
    dashboard = make_dashboard(world.bob)
    if kind is Kind.SEARCH:
        theirs = make_search(world.carol).pk
    else:
        theirs = make_dashboard(world.carol).pk
    messages = set()
    for target in (theirs, 999_999):
        with pytest.raises(ValidationError) as refused:
            add(dashboard, kind, target, actor=world.bob)
        messages.add(refused.value.messages[0])
    assert len(messages) == 1
    assert read_layout(Dashboard.objects.get(pk=dashboard.pk).layout) == read_layout(
        dashboard.layout
    )


def test_what_another_added_stays(world: World) -> None:
    """A part one may not see does not stop one from arranging the others."""
    hidden = make_search(world.carol)
    dashboard = make_dashboard(None, ("Search", hidden.pk), group=world.staff)
    grant(world.staff, Right.ADMIN_GROUP_DASHBOARD)
    ACTS["arrange"](dashboard, world.bob)
    layout = read_layout(Dashboard.objects.get().layout)
    assert layout.targets(Kind.SEARCH) == {hidden.pk}
    assert len(list(layout.portlets())) == 2


def test_no_circles(world: World) -> None:
    """A dashboard shows itself neither at once nor by way of others."""
    outer = make_dashboard(world.bob, name="Outer")
    inner = make_dashboard(world.bob, ("Dashboard", outer.pk), name="Inner")
    middle = make_dashboard(world.bob, ("Dashboard", inner.pk), name="Middle")
    for target in (outer, inner, middle):
        with pytest.raises(ValidationError, match="would show itself"):
            add(outer, Kind.DASHBOARD, target.pk, actor=world.bob)


def test_dashboards_in_dashboards_have_a_depth(world: World) -> None:
    """Three in one another and no more."""
    inner = make_dashboard(world.bob, name="0")
    for number in range(1, 3):
        inner = make_dashboard(world.bob, ("Dashboard", inner.pk), name=str(number))
    outer = make_dashboard(world.bob, name="outer")
    add(outer, Kind.DASHBOARD, inner.pk, actor=world.bob)
    too_deep = make_dashboard(world.bob, name="too deep")
    with pytest.raises(ValidationError, match="deep"):
        add(too_deep, Kind.DASHBOARD, outer.pk, actor=world.bob)


def test_arranging_ones_home(world: World) -> None:
    """It begins as what one sees, is one's own, and is made once."""
    first = commands.arrange_home(actor=world.bob)
    assert commands.arrange_home(actor=world.bob) == first
    assert home_of(world.bob).layout == BUILT_IN
    assert home_of(world.bob).is_own
    assert not home_of(world.carol).is_own
    ACTS["arrange"](first, world.bob)
    assert len(list(home_of(world.bob).layout.portlets())) == 7
    commands.reset_home(actor=world.bob)
    assert home_of(world.bob).layout == BUILT_IN
    assert commands.arrange_home(actor=world.bob).name == "At a glance 2"


@pytest.mark.parametrize("right", [Right.MODIFY_SELF, Right.ADMIN_OWN_DASHBOARD])
def test_arranging_needs_rights(world: World, right: Right) -> None:
    """ModifySelf as all preferences do, and a dashboard of one's own."""
    revoke(system_group("Privileged"), right)
    with pytest.raises(PermissionDenied):
        commands.arrange_home(actor=world.bob)
    assert not Dashboard.objects.exists()
    assert not DashboardPlace.objects.exists()


def test_everybodys_home(world: World) -> None:
    """Of the system only, by its administrators; one's own comes before it."""
    shared = make_dashboard(None, "QueueList")
    mine = make_dashboard(world.bob, "MyReminders")
    with pytest.raises(PermissionDenied):
        commands.set_home_of_all(shared, actor=world.bob)
    grant(world.bob, Right.ADMIN_DASHBOARD)
    with pytest.raises(ValidationError):
        commands.set_home_of_all(mine, actor=world.bob)
    assert home_of(world.carol).layout == BUILT_IN
    commands.set_home_of_all(shared, actor=world.bob)
    commands.set_home(mine, actor=world.bob)
    assert home_of(world.carol).dashboard_id == shared.pk
    assert home_of(world.bob).dashboard_id == mine.pk
    revoke(system_group("Privileged"), Right.SEE_DASHBOARD)
    assert home_of(User.objects.get(pk=world.dave.pk)).dashboard_id == shared.pk
    commands.set_home_of_all(None, actor=world.bob)
    assert home_of(world.carol).layout == BUILT_IN


@pytest.mark.parametrize("how", ["disabled", "private", "deleted", "unreadable"])
def test_a_home_that_is_no_more(world: World, how: str) -> None:
    """Everybody has the built-in page again, and nothing private shows."""
    grant(world.bob, Right.ADMIN_DASHBOARD)
    shared = make_dashboard(None, "QueueList")
    commands.set_home_of_all(shared, actor=world.bob)
    if how == "disabled":
        commands.set_dashboard_disabled(shared, actor=world.bob, disabled=True)
    elif how == "private":
        commands.update_dashboard(
            shared,
            actor=world.bob,
            name="Mine",
            description="",
            privacy=Privacy(owner=world.bob),
        )
    elif how == "deleted":
        commands.delete_dashboard(shared, actor=world.bob)
    else:
        Dashboard.objects.update(layout=["broken"])
    assert home_of(world.carol).layout == BUILT_IN
    assert home_of(world.bob).layout == BUILT_IN


def test_what_one_may_not_see_is_no_home(world: World) -> None:
    """Neither chosen, nor shown once the right is gone."""
    shared = make_dashboard(None, "QueueList", group=world.staff)
    with pytest.raises(PermissionDenied):
        commands.set_home(shared, actor=world.bob)
    grant(world.staff, Right.SEE_GROUP_DASHBOARD)
    commands.set_home(shared, actor=world.bob)
    assert home_of(world.bob).dashboard_id == shared.pk
    revoke(world.staff, Right.SEE_GROUP_DASHBOARD)
    assert home_of(world.bob).dashboard_id is None


def test_the_rail(world: World) -> None:
    """Everybody's first, then one's own, each once, no more than fit."""
    shared, mine = make_dashboard(None, name="All"), make_dashboard(world.bob)
    for _ in range(2):
        commands.set_in_rail(mine, actor=world.bob, on=True)
        commands.set_in_rail(shared, actor=world.bob, on=True)
    with pytest.raises(PermissionDenied):
        commands.set_in_rail_of_all(shared, actor=world.bob, on=True)
    grant(world.carol, Right.ADMIN_DASHBOARD)
    commands.set_in_rail_of_all(shared, actor=world.carol, on=True)
    assert [d.name for d in rail_dashboards(world.bob)] == ["All", "Morning"]
    assert [d.name for d in rail_dashboards(world.dave)] == ["All"]
    with pytest.raises(PermissionDenied):
        commands.set_in_rail(mine, actor=world.dave, on=True)
    commands.set_in_rail(mine, actor=world.bob, on=False)
    assert [d.name for d in rail_dashboards(world.bob)] == ["All"]
    for number in range(9):
        commands.set_in_rail(
            make_dashboard(world.bob, name=str(number)), actor=world.bob, on=True
        )
    with pytest.raises(ValidationError, match="At most"):
        commands.set_in_rail(mine, actor=world.bob, on=True)

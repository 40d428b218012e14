"""Charts in mails: a table with bars, absolute links, nothing a mail program drops."""

import pytest

from tests.tickets.search.conftest import NOW, World
from tickets.charts import ChartSpec, compute
from tickets.charts.drawing import Shown, shown_chart
from tickets.charts.mail import mail_html, mail_text

pytestmark = pytest.mark.django_db
SITE = "https://desk.example.org"


@pytest.fixture
def queues(world: World) -> Shown:
    """Bob's tickets by queue."""
    spec = ChartSpec(group_by=("Queue",))
    chart = compute("id > 0", spec, user=world.named("bob"), now=NOW)
    return shown_chart(chart, edit_url="/search/chart/?query=id")


def test_html(queues: Shown) -> None:
    html = mail_html(queues, base_url=SITE)
    assert f'href="{SITE}/search/?query=Queue' in html
    assert f'href="{SITE}/search/chart/?query=id"' in html
    assert 'width="100%"><tr><td bgcolor' in html
    assert 'width="50%"><tr><td bgcolor' in html
    assert "<svg" not in html


def test_text(queues: Shown) -> None:
    assert mail_text(queues).splitlines() == [
        "Tickets by Queue",
        "",
        "Queue      Tickets",
        "Alerts           2",
        "Help Desk        3",
        "Network          4",
        "Total            9",
    ]

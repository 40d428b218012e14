"""What a chart shows, read from addresses of ours and of RT's, and written again."""

import pytest
from django.http import QueryDict
from django.utils.http import urlencode

from tickets.charts import ChartError, ChartSpec

RT_URL = (
    "Query=id>0&GroupBy=Created.Monthly&GroupBy=Status&ChartStyle=bar+table"
    "&ChartFunction=ALL(Created->Resolved)&ChartOrderBy=value&ChartOrder=DESC"
    "&ChartLimit=5&ChartLimitType=Bottom&Width=600px&Height=400"
)
WRONG = {
    "group_by=Statsu": ("group_by", "Did you mean Status?"),
    "group_by=Created.Montly": ("group_by", "Did you mean Created.Monthly?"),
    "group_by=Status.Name": ("group_by", "Status has no parts."),
    "group_by=Status&group_by=Queue&group_by=SLA&group_by=Priority": (
        "group_by",
        "Not more than 3 at once.",
    ),
    "function=MEDIAN(TimeWorked)": ("function", "There is no function"),
    "function=SUM(Priority)": ("function", "There is no function"),
    "style=cloud": ("style", "There is no style “cloud”."),
    "order_by=size": ("order_by", "Choose one of label, value."),
    "direction=up": ("direction", "Choose one of asc, desc."),
    "limit=101": ("limit", "Enter a number from 1 to 100."),
    "limit=-1": ("limit", "Enter a number from 1 to 100."),
    "limit_type=best": ("limit_type", "Choose one of top, bottom."),
    "width=99": ("width", "Enter a number from 200 to 2000."),
    "height=tall": ("height", "Enter a number from 200 to 2000."),
}


def read(text: str) -> ChartSpec:
    """Return the chart that an address means."""
    return ChartSpec.from_query(QueryDict(text))


def test_nothing_asked_for_is_tickets_by_status() -> None:
    assert read("") == ChartSpec()
    assert ChartSpec().to_query() == [("group_by", "Status")]


def test_addresses_of_rt() -> None:
    assert read(RT_URL) == ChartSpec(
        group_by=("Created.Monthly", "Status"),
        functions=("ALL(Created to Resolved)",),
        style="bar",
        order_by="value",
        is_descending=True,
        limit=5,
        limit_type="bottom",
        width=600,
        height=400,
    )


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("owner", "Owner.Name"),
        ("Requestor", "Requestor.EmailAddress"),
        ("Requestors.organization", "Requestor.Organization"),
        ("created", "Created.Daily"),
        ("LastContact.hour", "Told.Hour"),
        ("CF.Site", "CF.{Site}"),
        ("CustomField.{Rack Unit}", "CF.{Rack Unit}"),
        ("Created-Resolved", "CreatedToResolved.Default"),
        ("Due to Resolved.Day", "DueToResolved.Day"),
        ("Started→Resolved.Week", "StartedToResolved.Week"),
    ],
)
def test_names_of_groupings(written: str, name: str) -> None:
    assert read(urlencode({"group_by": written})).group_by == (name,)


def test_fields_of_a_form() -> None:
    """The part chosen for another field is passed over, an empty level left out."""
    form = "group_by=Created&by=Monthly&group_by=Status&by=Monthly&group_by=&by="
    assert read(form).group_by == ("Created.Monthly", "Status")


@pytest.mark.parametrize(
    "text", ["", RT_URL, "group_by=CF.%7BSite%7D&style=pie&limit=3"]
)
def test_written_and_read_again(text: str) -> None:
    spec = read(text)
    assert read(urlencode(spec.to_query())) == spec
    assert ChartSpec.from_json(spec.to_json()) == spec


@pytest.mark.parametrize("text", WRONG)
def test_each_mistake_is_named(text: str) -> None:
    field, message = WRONG[text]
    with pytest.raises(ChartError) as caught:
        read(text)
    assert list(caught.value.message_dict) == [field]
    assert message in caught.value.message_dict[field][0]


def test_what_was_right_is_kept() -> None:
    """The form shows it beside what was wrong."""
    with pytest.raises(ChartError) as caught:
        read("group_by=Queue&style=line&limit=x")
    assert caught.value.chosen == ChartSpec(group_by=("Queue",), style="line")

"""Every query the parser accepts either runs or is refused with our error."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tickets.search.conftest import NOW, World
from tickets.search import TicketSQLError, search
from tickets.search.fields import field_names
from tickets.search.nodes import Operator, quote

FIELDS = st.sampled_from(
    [
        *field_names(),
        *("CF.{Location}", "CF.{Severity}", "CF.{Deadline}", "CF.{Address}"),
        *("Requestor.City", "Owner.id", "Watcher.Name", "CF.{Seen}"),
    ]
)
VALUES = st.one_of(
    st.sampled_from(
        [
            *("NULL", "0", "1", "-1", "Due", "Priority", "Owner", "CF.{Deadline}"),
            *("'open'", "'__Active__'", "'__CurrentUser__'", "'today'", "'bob'"),
            *("'10.0.0.0/8'", "'2 days ago'", "'%'", "''", "2147483647", "1.5"),
        ]
    ),
    st.integers().map(str),
    st.text(max_size=12).map(quote),
)
SIMPLE = st.sampled_from(
    [op.value for op in Operator if op not in {Operator.IN, Operator.BETWEEN}]
)
CONDITIONS = st.one_of(
    st.tuples(FIELDS, SIMPLE, VALUES).map(" ".join),
    st.tuples(FIELDS, st.just("SHALLOW"), SIMPLE, VALUES).map(" ".join),
    st.tuples(FIELDS, st.lists(VALUES, min_size=1, max_size=3)).map(
        lambda pair: f"{pair[0]} IN ({', '.join(pair[1])})"
    ),
    st.tuples(FIELDS, VALUES, VALUES).map(
        lambda three: f"{three[0]} NOT BETWEEN {three[1]} AND {three[2]}"
    ),
)
QUERIES = st.recursive(
    CONDITIONS,
    lambda inner: st.one_of(
        inner.map(lambda query: f"NOT ({query})"),
        st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(
            lambda three: f"({three[0]}) {three[1]} ({three[2]})"
        ),
    ),
    max_leaves=4,
)


@pytest.mark.django_db
@given(query=QUERIES)
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
def test_runs_or_is_refused(world: World, query: str) -> None:
    for user in (world.root, world.alice):
        try:
            found = {ticket.pk for ticket in search(query, user=user, now=NOW)}
        except TicketSQLError:
            continue
        negated = search(f"NOT ({query})", user=user, now=NOW)
        others = {ticket.pk for ticket in negated}
        everything = {ticket.pk for ticket in search("id > 0", user=user, now=NOW)}
        assert not found & others
        assert everything <= found | others

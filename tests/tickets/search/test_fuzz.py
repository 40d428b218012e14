"""Every query the parser accepts either runs or is refused with our error."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tickets.search.answering import OtherDatabase, answer
from tests.tickets.search.conftest import NOW, World
from tests.tickets.search.corpus import corpus
from tickets.search import TicketSQLError, search
from tickets.search.fields import field_names
from tickets.search.nodes import Operator, quote

FIELDS = st.sampled_from(
    [
        *field_names(),
        *("Subject", "Content", "Content", "Description") * 2,
        *("CF.{Location}", "CF.{Severity}", "CF.{Deadline}", "CF.{Address}"),
        *("Requestor.City", "Owner.id", "Watcher.Name", "CF.{Seen}"),
        *("Created.DayOfWeek", "Created.Hour", "Due.Monthly", "Told.DayOfYear"),
        *("Created.WeekOfYear", "Resolved.Year", "LastUpdated.Month", "Created.Daily"),
    ]
)
VALUES = st.one_of(
    st.sampled_from(
        [
            *("NULL", "0", "1", "-1", "Due", "Priority", "Owner", "CF.{Deadline}"),
            *("'open'", "'__Active__'", "'__CurrentUser__'", "'today'", "'bob'"),
            *("'10.0.0.0/8'", "'2 days ago'", "'%'", "''", "2147483647", "1.5"),
            *("'cable'", "'blue cab'", "'printer'", "'\"paper jam\"'", "'10.1.2*'"),
            *("'Monday'", "'May'", "'2026-05'", "'2026-05-13'", "'東京'", "'acme'"),
        ]
    ),
    st.integers().map(str),
    st.text(max_size=12).map(quote),
)
SIMPLE = st.sampled_from(
    [op.value for op in Operator if op not in {Operator.IN, Operator.BETWEEN}]
)


def queries(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Compose queries that mostly make sense of any fields with these values."""
    conditions = st.one_of(
        st.tuples(FIELDS, SIMPLE, values).map(" ".join),
        st.tuples(FIELDS, st.just("SHALLOW"), SIMPLE, values).map(" ".join),
        st.tuples(FIELDS, st.lists(values, min_size=1, max_size=3)).map(
            lambda pair: f"{pair[0]} IN ({', '.join(pair[1])})"
        ),
        st.tuples(FIELDS, values, values).map(
            lambda three: f"{three[0]} NOT BETWEEN {three[1]} AND {three[2]}"
        ),
    )
    return st.recursive(
        conditions,
        lambda inner: st.one_of(
            inner.map(lambda query: f"NOT ({query})"),
            st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(
                lambda three: f"({three[0]}) {three[1]} ({three[2]})"
            ),
        ),
        max_leaves=4,
    )


# What the databases call the same letter differs beyond ASCII, ids of people too.
COMPARABLE_VALUES = st.one_of(
    st.sampled_from(
        [
            *("NULL", "0", "-1", "Due", "Priority", "Owner", "CF.{Deadline}", "1.5"),
            *("'open'", "'__Active__'", "'__CurrentUser__'", "'today'", "'bob'"),
            *("'10.0.0.0/8'", "'2 days ago'", "'%'", "''", "2147483647", "'acme'"),
            *("'cable'", "'blue cab'", "'printer'", "'\"paper jam\"'", "'10.1.2*'"),
            *("'Monday'", "'May'", "'2026-05'", "'2026-05-13'", "'東京'", "'Zürich'"),
        ]
    ),
    st.text("aeiou brtn-.*%_'\"\\", max_size=8).map(quote),
)


@pytest.mark.django_db
@given(query=queries(VALUES))
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


@pytest.mark.postgresql
@pytest.mark.django_db
@given(query=queries(COMPARABLE_VALUES))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_both_databases_find_the_same(
    world: World, other_database: OtherDatabase, query: str
) -> None:
    for name in ("bob", "alice"):
        here = answer(query, person=name)
        assert other_database.answer(query, person=name) == here


@pytest.mark.postgresql
@pytest.mark.django_db
def test_both_databases_find_what_the_corpus_says(
    world: World, other_database: OtherDatabase
) -> None:
    for expected in corpus():
        if not expected.is_read_like_rt:
            found = other_database.answer(expected.query, person=expected.person)
            assert found == expected.ids, expected

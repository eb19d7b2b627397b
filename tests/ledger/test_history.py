"""When something was known: the moments of entries, and the times for which rows stood."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from flows.history import moments_of, prefixes, related, spans
from flows.records import Entry

FIRST = datetime(2026, 9, 2, 1, 15, tzinfo=UTC).replace(tzinfo=None)
_HOUR, _JUST = timedelta(hours=1), timedelta(microseconds=1)


def _entries(*given: tuple[str, datetime, Mapping[str, Any]]) -> list[Entry]:
    return [Entry(seq, at.replace(tzinfo=UTC), kind, body, "", "") for seq, (kind, at, body) in enumerate(given, 1)]


def test_what_a_night_published_is_told_apart_from_what_came_at_the_same_time_after_it() -> None:
    entries = _entries(("night", FIRST, {}), ("published", FIRST, {}), ("extension", FIRST, {}), ("receipt", FIRST, {}))
    assert list(moments_of(entries).values()) == [FIRST, FIRST, FIRST + _JUST, FIRST + _JUST]


def test_a_clock_that_was_put_back_does_not_reorder_what_was_known() -> None:
    entries = _entries(("receipt", FIRST, {}), ("receipt", FIRST - _HOUR, {}), ("receipt", FIRST + _HOUR, {}))
    assert list(moments_of(entries).values()) == [FIRST, FIRST, FIRST + _HOUR]


def test_a_row_that_did_not_change_from_state_to_state_stands_in_one_piece() -> None:
    states = [(FIRST, ["a", "b"]), (FIRST + _HOUR, ["a"]), (FIRST + 2 * _HOUR, ["a", "b"])]
    assert spans(states) == [
        ("b", FIRST, FIRST + _HOUR),
        ("a", FIRST, None),
        ("b", FIRST + 2 * _HOUR, None),
    ]


def test_of_several_states_at_one_moment_the_last_counts() -> None:
    assert spans([(FIRST, ["a"]), (FIRST, ["b"])]) == [("b", FIRST, None)]


@given(states=st.lists(st.sets(st.sampled_from("abcd")), min_size=1, max_size=8))
def test_the_rows_that_stood_at_a_moment_are_its_state(states: list[set[str]]) -> None:
    dated = [(FIRST + number * _HOUR, rows) for number, rows in enumerate(states)]
    found = spans(dated)
    for moment, rows in dated:
        assert {row for row, start, end in found if start <= moment and (end is None or end > moment)} == rows
    by_row = pairwise(sorted((row, start, end or dated[-1][0]) for row, start, end in found))
    assert all(one[2] < other[1] for one, other in by_row if one[0] == other[0])


def _verdict(submission_id: int, ags: str | None) -> tuple[str, datetime, Mapping[str, Any]]:
    return "verdict", FIRST, {"submission_id": submission_id, "ags": ags, "period": "2026-H1"}


def test_submissions_of_one_body_and_period_are_looked_at_together() -> None:
    receipts = [("receipt", FIRST, {}) for _ in range(4)]
    verdicts = [_verdict(1, "06431"), _verdict(2, "06611"), _verdict(3, "06431"), _verdict(4, None)]
    groups = [[entry.seq for entry in group] for group in related(_entries(*receipts, *verdicts))]
    assert sorted(groups) == [[1, 3, 5, 7], [2, 6], [4, 8]]


def test_a_submission_that_was_judged_again_as_another_bodys_report_belongs_to_both() -> None:
    receipts = [("receipt", FIRST, {}) for _ in range(3)]
    verdicts = [_verdict(1, "06431"), _verdict(2, "06611"), _verdict(3, "06431"), _verdict(3, "06611")]
    groups = [[entry.seq for entry in group] for group in related(_entries(*receipts, *verdicts))]
    assert groups == [[1, 2, 3, 4, 5, 6, 7]]


def test_an_erasure_counts_from_the_beginning_and_everything_else_from_its_moment() -> None:
    entries = _entries(("receipt", FIRST, {}), ("verdict", FIRST + _HOUR, {}), ("erased", FIRST + 2 * _HOUR, {}))
    known = [[one.seq for one in some] for _, some in prefixes(entries, moments_of(entries), always={"erased"})]
    assert known == [[1, 3], [1, 2, 3], [1, 2, 3]]

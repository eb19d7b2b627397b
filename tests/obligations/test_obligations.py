"""Obligations: who owes which report when, with the holidays of Hessen."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.period import all_periods
from flows.obligations import (
    ACTS_SCHEMA,
    OBLIGATIONS_SCHEMA,
    STATES,
    ObligationsError,
    next_working_day,
    obligations,
    periods_at,
)
from flows.reference import packaged

BODY = "06431"
LATER = date(2027, 5, 2)
SUBMISSIONS_SCHEMA = {
    "submission_id": pl.Int64(),
    "ags": pl.String(),
    "period": pl.String(),
    "received_on": pl.Date(),
    "verdict": pl.String(),
    "in_force": pl.Boolean(),
    "voided": pl.Boolean(),
    "erased": pl.Boolean(),
}


def uploads(
    *rows: tuple[str, date, str | None, bool], ags: str | None = BODY, voided: Collection[int] = ()
) -> pl.DataFrame:
    """Uploads of one body: period, day, verdict, in force; numbered from 1."""
    full = [(number, ags, *row, number in voided, False) for number, row in enumerate(rows, start=1)]
    return pl.DataFrame(full, schema=SUBMISSIONS_SCHEMA, orient="row")


def acts(*rows: tuple[str, str, date | None, int], ags: str = BODY) -> pl.DataFrame:
    """Acts: period, act, until, and the hour of the day at which it was done."""
    full = [(ags, *row[:3], datetime(2026, 7, 1, row[3], tzinfo=UTC)) for row in rows]
    return pl.DataFrame(full, schema=ACTS_SCHEMA, orient="row")


def grants(*rows: Mapping[str, Any], ags: str = BODY) -> dict[str, pl.DataFrame]:
    """Packaged reference data and a register of grants with `budget_year`, `due_on` and `duty_basis`."""
    empty = packaged().frames["grants"]
    filled = pl.DataFrame([{"ags": ags, **row} for row in rows], schema_overrides=empty.schema)
    return {**packaged().frames, "grants": pl.concat([empty, filled], how="diagonal")}


def row_of(
    period: str,
    on: date,
    *,
    sent: pl.DataFrame | None = None,
    reference: Mapping[str, pl.DataFrame] | None = None,
    done: pl.DataFrame | None = None,
) -> dict[str, Any]:
    frame = obligations(reference or packaged().frames, uploads() if sent is None else sent, on, acts=done)
    return frame.row(by_predicate=(pl.col("ags") == BODY) & (pl.col("period") == period), named=True)


# --- who and when ----------------------------------------------------------------------------------------------------


def test_every_period_has_33_bodies() -> None:
    frame = obligations(packaged().frames, uploads(), date(2031, 12, 31))
    assert frame.height == 33 * 11
    assert frame.schema == OBLIGATIONS_SCHEMA
    assert frame.group_by("period").len()["len"].unique().to_list() == [33]
    assert not frame.select("ags", "period").is_duplicated().any()


def test_hanau_reports_for_itself_since_2026() -> None:
    keys = set(obligations(packaged().frames, uploads(), date(2026, 7, 1))["ags"])
    assert {"06415", "06435"} <= keys
    assert "06435014" not in keys


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 12, 31), []),
        (date(2026, 1, 1), ["2026-H1"]),
        (date(2026, 6, 29), ["2026-H1"]),
        (date(2026, 6, 30), ["2026-H1", "2026"]),
        (date(2027, 4, 1), ["2026-H1", "2026", "2027-H1"]),
    ],
)
def test_periods_are_listed_once_they_closed_or_close_next(day: date, expected: list[str]) -> None:
    assert [period.code for period in periods_at(day)] == expected


def test_the_final_report_closes_with_the_last_year() -> None:
    assert periods_at(date(2030, 7, 1)) == periods_at(date(2040, 1, 1)) == all_periods()


@pytest.mark.parametrize(
    ("period", "due_on"),
    [
        ("2026-H1", date(2026, 8, 31)),  # a Monday
        ("2026", date(2027, 3, 31)),
        ("2027", date(2028, 3, 31)),
        ("2028", date(2029, 4, 3)),  # 31 March is the Saturday before Easter
        ("2029", date(2030, 4, 1)),  # 31 March is a Sunday
        ("2030", date(2031, 3, 31)),
        ("2026-2030", date(2031, 3, 31)),
        ("2030-H1", date(2030, 9, 2)),  # 31 August is a Saturday
    ],
)
def test_due_dates_fall_on_working_days(period: str, due_on: date) -> None:
    assert row_of(period, date(2031, 12, 31))["due_on"] == due_on


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2026, 1, 1), date(2032, 12, 20)))
def test_the_next_working_day_is_the_first_one_possible(day: date) -> None:
    holidays = frozenset(packaged().frames["holidays"]["date"])
    moved = next_working_day(day, holidays)
    between = [date.fromordinal(number) for number in range(day.toordinal(), moved.toordinal())]
    assert moved.weekday() < 5
    assert moved not in holidays
    assert all(skipped.weekday() >= 5 or skipped in holidays for skipped in between)


def test_unknown_holidays_are_an_error_and_not_a_working_day() -> None:
    with pytest.raises(ObligationsError, match="holidays of 2040 are missing"):
        next_working_day(date(2040, 3, 31), frozenset(packaged().frames["holidays"]["date"]))


def test_a_missing_parameter_is_named() -> None:
    frames = packaged().frames
    without = {**frames, "parameters": frames["parameters"].filter(pl.col("name") != "year_due")}
    with pytest.raises(ObligationsError, match="year_due is missing for 2026-12-31"):
        obligations(without, uploads(), LATER)


# --- what a notice says ----------------------------------------------------------------------------------------------


def test_the_strictest_notice_sets_the_date_of_the_annual_report() -> None:
    reference = grants(
        {"budget_year": 2026, "due_on": date(2027, 4, 30), "duty_basis": "Richtlinie"},
        {"budget_year": 2026, "due_on": date(2027, 2, 26), "duty_basis": "Bescheid"},
        {"budget_year": 2027, "due_on": date(2028, 1, 31), "duty_basis": "Bescheid"},
    )
    row = row_of("2026", LATER, reference=reference)
    assert (row["due_on"], row["duty_basis"]) == (date(2027, 2, 26), "Bescheid")
    assert row_of("2026-H1", LATER, reference=reference)["due_on"] == date(2026, 8, 31)


def test_a_notice_that_ends_before_the_year_closes_does_not_date_the_annual_report() -> None:
    reference = grants({"budget_year": 2026, "due_on": date(2026, 9, 30), "duty_basis": "Bescheid"})
    assert row_of("2026", LATER, reference=reference)["due_on"] == date(2027, 3, 31)


def test_a_date_in_a_notice_moves_to_a_working_day_too() -> None:
    reference = grants({"budget_year": 2026, "due_on": date(2027, 3, 26), "duty_basis": "Bescheid"})  # Good Friday
    assert row_of("2026", LATER, reference=reference)["due_on"] == date(2027, 3, 30)


def test_a_voluntary_report_is_never_late() -> None:
    reference = grants({"budget_year": 2026, "due_on": None, "duty_basis": "freiwillig"})
    assert row_of("2026", LATER, reference=reference)["state"] == "voluntary"
    late = uploads(("2026", date(2027, 5, 1), "accepted", True))
    row = row_of("2026", LATER, reference=reference, sent=late)
    assert (row["state"], row["days_late"], row["accepted_on"]) == ("voluntary", 0, date(2027, 5, 1))


def test_without_a_notice_the_duty_rests_on_the_richtlinie() -> None:
    assert row_of("2026", LATER)["duty_basis"] == "Richtlinie"


# --- what came -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "state"),
    [(date(2027, 3, 31), "not_yet_due"), (date(2027, 4, 1), "missing")],
)
def test_a_report_is_missing_from_the_day_after_it_is_due(on: date, state: str) -> None:
    assert row_of("2026", on)["state"] == state


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        (None, "received"),
        ("returned", "returned"),
        ("unreadable", "returned"),
        ("awaiting_explanation", "awaiting_explanation"),
    ],
)
def test_the_newest_upload_tells_the_state_while_none_is_in_force(verdict: str | None, state: str) -> None:
    sent = uploads(("2026", date(2027, 3, 1), "returned", False), ("2026", date(2027, 3, 20), verdict, False))
    row = row_of("2026", LATER, sent=sent)
    assert (row["state"], row["received_on"], row["accepted_on"]) == (state, date(2027, 3, 1), None)
    assert (row["days_late"], row["in_force_submission_id"]) == (None, None)


def test_the_first_upload_that_is_accepted_counts_for_the_date() -> None:
    sent = uploads(
        ("2026", date(2027, 3, 1), "returned", False),
        ("2026", date(2027, 3, 30), "accepted", False),
        ("2026", date(2027, 4, 20), "accepted_with_warnings", True),
        ("2026", date(2027, 4, 25), "returned", False),
    )
    row = row_of("2026", LATER, sent=sent)
    assert (row["received_on"], row["accepted_on"]) == (date(2027, 3, 1), date(2027, 3, 30))
    assert (row["state"], row["days_late"], row["in_force_submission_id"]) == ("accepted", 0, 3)


def test_a_report_accepted_after_the_due_date_is_late_by_days() -> None:
    row = row_of("2026", LATER, sent=uploads(("2026", date(2027, 4, 2), "accepted", True)))
    assert (row["state"], row["days_late"]) == ("accepted_late", 2)


def test_on_the_day_itself_is_in_time() -> None:
    row = row_of("2026", LATER, sent=uploads(("2026", date(2027, 3, 31), "accepted", True)))
    assert (row["state"], row["days_late"]) == ("accepted", 0)


def test_uploads_of_unknown_senders_and_other_periods_change_nothing() -> None:
    foreign = uploads(("2026", date(2027, 3, 1), "unreadable", False), ags=None)
    other = uploads(("2026-H1", date(2026, 8, 1), "accepted", True))
    row = row_of("2026", LATER, sent=pl.concat([foreign, other]))
    assert (row["state"], row["received_on"]) == ("missing", None)


def test_a_voided_report_is_no_report() -> None:
    sent = uploads(("2026", date(2027, 3, 20), "accepted", False), voided=[1])
    row = row_of("2026", LATER, sent=sent)
    assert (row["state"], row["received_on"], row["accepted_on"]) == ("voided", date(2027, 3, 20), None)
    assert row["days_late"] is None


def test_what_was_voided_was_not_in_time_either() -> None:
    sent = uploads(
        ("2026", date(2027, 3, 20), "accepted", False), ("2026", date(2027, 4, 5), "accepted", True), voided=[1]
    )
    row = row_of("2026", LATER, sent=sent)
    assert (row["state"], row["accepted_on"], row["days_late"]) == ("accepted_late", date(2027, 4, 5), 5)


def test_the_report_before_a_voided_one_counts_again() -> None:
    sent = uploads(
        ("2026", date(2027, 3, 20), "accepted", True), ("2026", date(2027, 4, 5), "accepted", False), voided=[2]
    )
    row = row_of("2026", LATER, sent=sent)
    assert (row["state"], row["in_force_submission_id"], row["days_late"]) == ("accepted", 1, 0)


# --- acts ------------------------------------------------------------------------------------------------------------


def test_an_extension_moves_the_deadline_but_not_the_original_date() -> None:
    done = acts(("2026", "extend", date(2027, 5, 1), 9))  # a holiday on a Saturday
    row = row_of("2026", LATER, done=done)
    assert (row["due_on"], row["extended_to"], row["state"]) == (date(2027, 3, 31), date(2027, 5, 3), "extended")
    assert row_of("2026", date(2027, 5, 4), done=done)["state"] == "missing"
    accepted = row_of("2026", LATER, done=done, sent=uploads(("2026", date(2027, 4, 30), "accepted", True)))
    assert (accepted["state"], accepted["days_late"]) == ("accepted", 0)


def test_a_waiver_exempts_whatever_came() -> None:
    done = acts(("2026", "waive", None, 9))
    assert row_of("2026", LATER, done=done)["state"] == "exempt"
    row = row_of("2026", LATER, done=done, sent=uploads(("2026", date(2027, 4, 30), "accepted", True)))
    assert (row["state"], row["exempt"], row["days_late"]) == ("exempt", True, 0)


def test_the_newest_act_counts() -> None:
    done = acts(("2026", "extend", date(2027, 6, 30), 11), ("2026", "waive", None, 9))
    row = row_of("2026", LATER, done=done)
    assert (row["state"], row["exempt"]) == ("extended", False)


@settings(max_examples=15, deadline=None)
@given(
    on=st.dates(date(2026, 1, 1), date(2031, 12, 31)),
    sent=st.lists(
        st.tuples(
            st.sampled_from([period.code for period in all_periods()]),
            st.dates(date(2026, 7, 1), date(2031, 12, 31)),
            st.sampled_from([None, "accepted", "returned", "awaiting_explanation", "unreadable"]),
            st.just(value=False),
        ),
        max_size=8,
    ),
)
def test_every_row_has_a_known_state_and_dates_that_fit(on: date, sent: list[tuple[str, date, str, bool]]) -> None:
    in_force = [(*row[:3], row[2] == "accepted") for row in sent]
    for row in obligations(packaged().frames, uploads(*in_force), on).iter_rows(named=True):
        assert row["state"] in STATES
        assert (row["accepted_on"] is None) == (row["days_late"] is None) == (row["in_force_submission_id"] is None)
        assert row["received_on"] is None or row["accepted_on"] is None or row["received_on"] <= row["accepted_on"]
        assert (row["state"] == "accepted_late") == bool(row["days_late"])

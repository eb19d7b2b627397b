"""Obligations: which body owes which report when, and what has become of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from expectations.errors import StatedError
from expectations.finding import Verdict
from expectations.period import Period, ReportKind, all_periods

OBLIGATIONS_SCHEMA: Mapping[str, pl.DataType] = {
    "ags": pl.String(),
    "period": pl.String(),
    "report_kind": pl.String(),
    "duty_basis": pl.String(),  # Bescheid | Richtlinie | freiwillig
    "due_on": pl.Date(),  # the original due date, moved to a working day
    "exempt": pl.Boolean(),
    "extended_to": pl.Date(),  # null without an extension
    "received_on": pl.Date(),  # the first upload of all
    "accepted_on": pl.Date(),  # receipt of the first upload that was accepted, then or later
    "in_force_submission_id": pl.Int64(),
    "days_late": pl.Int32(),  # of accepted_on after the due date or its extension; 0 in time, null without one
    "state": pl.String(),  # one of STATES
}
"""One row per body and period."""

STATES = (
    "not_yet_due",  # nothing came, and nothing had to
    "extended",  # nothing came, and the extension still runs
    "missing",  # nothing came in time
    "received",  # came, not judged yet
    "returned",  # the newest upload is returned or unreadable
    "voided",  # the newest upload was accepted and is voided or erased since
    "awaiting_explanation",  # the newest upload waits for its sender's explanation
    "accepted",  # a report is in force, the first accepted one came in time
    "accepted_late",  # a report is in force, the first accepted one came late
    "exempt",  # waived
    "voluntary",  # may come, must not
)

ACTS_SCHEMA: Mapping[str, pl.DataType] = {
    "ags": pl.String(),
    "period": pl.String(),
    "act": pl.String(),  # extend | waive
    "until": pl.Date(),  # of an extension
    "at": pl.Datetime("us", "UTC"),
}
"""Extensions and waivers. For a body and period the newest act counts."""

_ACCEPTED = frozenset(verdict.value for verdict in Verdict if verdict.in_force)
_STRICTEST_FIRST = ("Bescheid", "Richtlinie", "freiwillig")


class ObligationsError(StatedError):
    """Reference data needed for a due date are missing; the message says which."""


@dataclass(frozen=True)
class _Rules:
    """What due dates are made of.

    Attributes:
        grants: (ags, budget year) → rows of the register of grants.
        acts: (ags, period) → the newest act.
    """

    parameters: Sequence[Mapping[str, Any]]
    holidays: frozenset[date]
    grants: Mapping[tuple[str, int], list[dict[str, Any]]]
    acts: Mapping[tuple[str, str], dict[str, Any]]


def obligations(
    reference: Mapping[str, pl.DataFrame],
    submissions: pl.DataFrame,
    business_on: date,
    *,
    acts: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Who owes what, as of a day.

    Due dates: half-year reports on the parameter `half_year_due` of the same year, annual and final reports on
    `year_due` of the next; for an annual report the earliest date that a grant notice of that budget year sets
    replaces it (the strictest notice; a date before the year has closed belongs to another proof and is left out).
    A due date or extension on a weekend or Hessian holiday moves to the next working day. The basis of the duty is the
    strictest of the body's grants of that year (final report: of all years); without any it is the Richtlinie.

    Args:
        reference: `municipalities`, `parameters`, `holidays` and `grants`, as of now.
        submissions: `submission_id, ags, period, received_on, verdict, in_force, voided, erased`; rows of unknown
            senders are ignored.
        business_on: the day.
        acts: see `ACTS_SCHEMA`; None = there are none.

    Returns:
        See `OBLIGATIONS_SCHEMA`: a row for every body of a period's closing day, for all periods closed by then and
        those that close next; in order of period and key.

    Raises:
        ObligationsError: a parameter, or the holidays of a year, are missing.
    """
    rules = _Rules(
        parameters=reference["parameters"].rows(named=True),
        holidays=frozenset(reference["holidays"]["date"]),
        grants=_grouped(reference["grants"], "ags", "budget_year"),
        acts={key: rows[-1] for key, rows in _grouped(_sorted(acts, "at"), "ags", "period").items()},
    )
    uploads = _grouped(submissions.sort("received_on", "submission_id"), "ags", "period")
    rows = [
        _obligation(rules, ags, period, uploads.get((ags, period.code), []), business_on)
        for period in periods_at(business_on)
        for ags in bodies_at(reference["municipalities"], period.closing_day)
    ]
    return pl.DataFrame(rows, schema=OBLIGATIONS_SCHEMA)


def periods_at(day: date) -> tuple[Period, ...]:
    """All periods that have closed by a day, and those that close next; none before the programme begins."""
    begun = [period for period in all_periods() if period.first_day <= day]
    next_closing = min((period.closing_day for period in begun if period.closing_day > day), default=day)
    return tuple(period for period in begun if period.closing_day <= next_closing)


def bodies_at(municipalities: pl.DataFrame, day: date) -> list[str]:
    """The keys of the bodies that exist on a day, in order."""
    valid = municipalities.filter((pl.col("valid_from") <= day) & (pl.col("valid_to") >= day))
    return sorted(valid["ags"])


def next_working_day(day: date, holidays: frozenset[date]) -> date:
    """The day itself, or the next that is neither weekend nor holiday.

    Raises:
        ObligationsError: the holidays of that year are not known.
    """
    if day.year not in {holiday.year for holiday in holidays}:
        raise ObligationsError(
            f"The holidays of {day.year} are missing: add them to holidays.csv and run `wir reference import`."
        )
    while day.weekday() >= 5 or day in holidays:
        day += timedelta(days=1)
    return day


def _obligation(
    rules: _Rules, ags: str, period: Period, uploads: list[dict[str, Any]], business_on: date
) -> dict[str, Any]:
    act = rules.acts.get((ags, period.code), {"act": None, "until": None})
    basis = _duty_basis(rules, ags, period)
    is_exempt = act["act"] == "waive"
    due_on = _due_on(rules, ags, period)
    extended_to = next_working_day(act["until"], rules.holidays) if act["act"] == "extend" else None
    in_force = next((row["submission_id"] for row in reversed(uploads) if row["in_force"]), None)
    accepted_on = None if in_force is None else _first_accepted(uploads)
    days_late = None if accepted_on is None else max(0, (accepted_on - (extended_to or due_on)).days)
    if is_exempt or basis == "freiwillig":
        state = "exempt" if is_exempt else "voluntary"
        days_late = None if days_late is None else 0
    elif days_late is not None:
        state = "accepted_late" if days_late else "accepted"
    elif uploads:
        state = _state_of(uploads[-1]["verdict"])
    else:
        state = _state_of_nothing(due_on, extended_to, business_on)
    return {
        "ags": ags,
        "period": period.code,
        "report_kind": period.kind.value,
        "duty_basis": basis,
        "due_on": due_on,
        "exempt": is_exempt,
        "extended_to": extended_to,
        "received_on": uploads[0]["received_on"] if uploads else None,
        "accepted_on": accepted_on,
        "in_force_submission_id": in_force,
        "days_late": days_late,
        "state": state,
    }


def _first_accepted(uploads: Iterable[Mapping[str, Any]]) -> date:
    """The receipt of the first upload that was accepted and still stands, whether it is in force or was replaced."""
    received_on: date = next(row["received_on"] for row in uploads if row["in_force"] or _stands(row))
    return received_on


def _stands(row: Mapping[str, Any]) -> bool:
    return row["verdict"] in _ACCEPTED and not row["voided"] and not row["erased"]


def _state_of(verdict: str | None) -> str:
    """The state of a report that came but is not in force."""
    if verdict is None:
        return "received"
    if verdict in _ACCEPTED:
        return "voided"
    return "awaiting_explanation" if verdict == Verdict.AWAITING_EXPLANATION else "returned"


def _state_of_nothing(due_on: date, extended_to: date | None, business_on: date) -> str:
    """The state of a report of which nothing came."""
    if business_on > (extended_to or due_on):
        return "missing"
    return "extended" if extended_to else "not_yet_due"


def _due_on(rules: _Rules, ags: str, period: Period) -> date:
    is_half_year = period.kind is ReportKind.HALF_YEAR
    month, day = _parameter(rules, "half_year_due" if is_half_year else "year_due", period.closing_day).split("-")
    due_on = date(period.year + (not is_half_year), int(month), int(day))
    if period.kind is ReportKind.YEAR:
        noticed = [row["due_on"] for row in rules.grants.get((ags, period.year), []) if row["due_on"] is not None]
        due_on = min((day for day in noticed if day > period.closing_day), default=due_on)
    return next_working_day(due_on, rules.holidays)


def _duty_basis(rules: _Rules, ags: str, period: Period) -> str:
    years = range(period.first_day.year, period.year + 1)
    found = {row["duty_basis"] for year in years for row in rules.grants.get((ags, year), [])}
    return next((basis for basis in _STRICTEST_FIRST if basis in found), "Richtlinie")


def _parameter(rules: _Rules, name: str, day: date) -> str:
    values = [
        row["value"]
        for row in rules.parameters
        if row["name"] == name and row["valid_from"] <= day and row["valid_to"] >= day
    ]
    if not values:
        raise ObligationsError(
            f"The parameter {name} is missing for {day}: add it to parameters.csv and run `wir reference import`."
        )
    return str(values[0])


def _sorted(acts: pl.DataFrame | None, by: str) -> pl.DataFrame:
    return pl.DataFrame(schema=ACTS_SCHEMA) if acts is None else acts.sort(by, maintain_order=True)


def _grouped(frame: pl.DataFrame, *keys: str) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    """Rows by key, in their order; rows without a key are left out."""
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in frame.iter_rows(named=True):
        key = tuple(row[name] for name in keys)
        if None not in key:
            groups.setdefault(key, []).append(row)
    return groups

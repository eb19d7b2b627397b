"""What the ministry knows already and prints into a body's template, so that nobody is asked for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from expectations.errors import StatedError
from expectations.german import date_text
from expectations.period import Period, ReportKind

Content = str | int | float | Decimal | date | None
"""What may stand in a cell."""


class TemplateError(StatedError):
    """A template cannot be made; the message says what is missing and where to put it."""


class UnknownBodyError(StatedError):
    """A key was asked for that no reporting body has."""

    exit_code = 64


@dataclass(frozen=True)
class Grant:
    """A line of the register of grants: what one notice grants for a cost type and budget year."""

    grant_number: str
    cost_type: str
    budget_year: int
    granted_eur: Decimal


@dataclass(frozen=True)
class Carried:
    """Answers of an earlier report that still stand in a section, written into its inputs to be checked.

    Attributes:
        period: the report's period, `2026`.
        rows: row key (`""` in a values section, else the ordinal) → field name → content.
        left_out: German sentences on what the next form has no place for.
    """

    section: str
    period: str
    rows: Mapping[str, Mapping[str, Content]]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Prefill:
    """Everything body-specific that a template prints.

    Attributes:
        body_type: Landkreis, Kreisfreie Stadt or Sonderstatusstadt; tells apart bodies of the same name.
        grants: lines of the register up to the period, of any budget year.
        targets: agreed targets, each by field name of the form's section `targets`.
        last: last accepted figures, (field path, row key) → value; shown grey beside the input.
        last_period: the period that they come from.
        last_periods: field path → that period, where it is another one.
        carried: section → answers of an earlier report that still stand.
        explanations: what the last report explained, each by field name of the form's section `earlier_explanations`.
        skipped: sections that do not concern the body; None where its grants say so.
        due_on: until when the report is due; None where only the notice says so.
        contact: whom to ask, in one sentence.
    """

    ags: str
    body_name: str
    body_type: str = ""
    grants: tuple[Grant, ...] = ()
    targets: tuple[Mapping[str, Content], ...] = ()
    last: Mapping[tuple[str, str], Content] = field(default_factory=dict)
    last_period: str = ""
    last_periods: Mapping[str, str] = field(default_factory=dict)
    carried: Mapping[str, Carried] = field(default_factory=dict)
    explanations: tuple[Mapping[str, Content], ...] = ()
    skipped: frozenset[str] | None = None
    due_on: date | None = None
    contact: str = ""

    def period_of_last(self, path: str) -> str:
        """The period that a field's last figures come from."""
        return self.last_periods.get(path, self.last_period)

    @property
    def grant_numbers(self) -> tuple[str, ...]:
        """The body's grant numbers, each once, in order."""
        return tuple(sorted({grant.grant_number for grant in self.grants}))


def prefill_for(
    reference: Mapping[str, pl.DataFrame],
    ags: str,
    period: Period,
    *,
    due_on: date | None = None,
    contact: str = "",
) -> Prefill:
    """Gather what the registers say of a body.

    Args:
        reference: frames `municipalities`, `grants` and `targets`; the last two may be missing or empty.
        ags: official municipality key.
        period: the period reported on; registers count as they stand at its closing day.
        due_on: the due date after weekends, holidays and extensions.
        contact: whom to ask, in one sentence.

    Raises:
        UnknownBodyError: no reporting body has this key on the closing day.
    """
    body = _body(reference["municipalities"], ags, period)
    return Prefill(
        ags=ags,
        body_name=body["name"],
        body_type=body["type"],
        grants=_grants(reference.get("grants"), ags, period),
        targets=_targets(reference.get("targets"), ags, period),
        due_on=due_on,
        contact=contact,
    )


def _body(municipalities: pl.DataFrame, ags: str, period: Period) -> dict[str, Any]:
    day = period.closing_day
    valid = (pl.col("ags") == ags) & (pl.col("valid_from") <= day) & (pl.col("valid_to") >= day)
    rows = municipalities.filter(valid).rows(named=True)
    if not rows:
        raise UnknownBodyError(
            f"{ags} ist am {date_text(day)} keine berichtende Kommune (data/reference/municipalities.csv)."
        )
    return rows[0]


def _grants(register: pl.DataFrame | None, ags: str, period: Period) -> tuple[Grant, ...]:
    if register is None or register.is_empty():
        return ()
    own = register.filter((pl.col("ags") == ags) & (pl.col("budget_year") <= period.year))
    ordered = own.sort("grant_number", "budget_year", maintain_order=True)
    columns = ("grant_number", "cost_type", "budget_year", "granted_eur")
    return tuple(Grant(*row) for row in ordered.select(columns).iter_rows())


def _targets(register: pl.DataFrame | None, ags: str, period: Period) -> tuple[Mapping[str, Content], ...]:
    if register is None or register.is_empty():
        return ()
    in_time = (pl.col("year_from") <= period.year) & (pl.col("year_to") >= period.first_day.year)
    own = register.filter((pl.col("ags") == ags) & in_time).sort("target_number", maintain_order=True)
    return tuple(_target(row) for row in own.rows(named=True))


def _target(row: dict[str, Any]) -> Mapping[str, Content]:
    first, last = row["year_from"], row["year_to"]
    years = str(first) if first == last else f"{first}–{last}"
    names = ("target_number", "field_of_action", "target_text", "baseline", "target", "unit", "direction")
    return {"years": years, **{name: row[name] for name in names}}


def current_grants(prefill: Prefill, period: Period) -> tuple[Grant, ...]:
    """The lines that a report of the period accounts for: its budget year, in the final report all years."""
    if period.kind is ReportKind.FINAL:
        return prefill.grants
    return tuple(grant for grant in prefill.grants if grant.budget_year == period.year)

"""Reporting periods: 2026-H1 (half-year), 2026 (year), 2026-2030 (final report)."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

FIRST_YEAR = 2026
LAST_YEAR = 2030


class ReportKind(StrEnum):
    """The three kinds of report, by their German names as printed on the form."""

    HALF_YEAR = "Halbjahresbericht"
    YEAR = "Jahresbericht"
    FINAL = "Schlussbericht"


@dataclass(frozen=True, order=True)
class Period:
    """One reporting period.

    Attributes:
        year: the calendar year reported on; for the final report the last year.
        kind: half-year, year or final report.
    """

    year: int
    kind: ReportKind

    @property
    def code(self) -> str:
        """The period as commands and tables write it: `2026-H1`, `2026` or `2026-2030`."""
        if self.kind is ReportKind.HALF_YEAR:
            return f"{self.year}-H1"
        if self.kind is ReportKind.YEAR:
            return str(self.year)
        return f"{FIRST_YEAR}-{LAST_YEAR}"

    @property
    def first_day(self) -> date:
        """1 January: all flow measures are cumulative since then."""
        return date(FIRST_YEAR if self.kind is ReportKind.FINAL else self.year, 1, 1)

    @property
    def closing_day(self) -> date:
        """30 June or 31 December: the day of all stock measures."""
        return date(self.year, 6, 30) if self.kind is ReportKind.HALF_YEAR else date(self.year, 12, 31)

    @property
    def months(self) -> int:
        """Length in months: 6, 12 or 60."""
        if self.kind is ReportKind.HALF_YEAR:
            return 6
        return 12 if self.kind is ReportKind.YEAR else 12 * (LAST_YEAR - FIRST_YEAR + 1)


def parse_period(text: str) -> Period:
    """Read `2026-H1`, `2026` or `2026-2030`.

    Raises:
        ValueError: the text is none of the programme's periods; the message says which there are.
    """
    cleaned = text.strip().upper()
    if cleaned == f"{FIRST_YEAR}-{LAST_YEAR}":
        return Period(LAST_YEAR, ReportKind.FINAL)
    match = re.fullmatch(r"(20[0-9]{2})(-H1)?", cleaned)
    if match is None or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        raise ValueError(
            f"{text!r} is no reporting period: "
            f"use {FIRST_YEAR}-H1, {FIRST_YEAR} … {LAST_YEAR}, or {FIRST_YEAR}-{LAST_YEAR}"
        )
    return Period(int(match[1]), ReportKind.HALF_YEAR if match[2] else ReportKind.YEAR)


def all_periods() -> tuple[Period, ...]:
    """Every period of the programme, in the order in which they close."""
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    regular = [Period(year, kind) for year in years for kind in (ReportKind.HALF_YEAR, ReportKind.YEAR)]
    return (*regular, Period(LAST_YEAR, ReportKind.FINAL))

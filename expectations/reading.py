"""What reading one workbook yields: plain values between the reader, the judge and the warehouse."""

from dataclasses import dataclass, field

import polars as pl

from expectations.finding import Finding, Severity
from expectations.period import Period, ReportKind

GIVEN, BLANK, STATE_NOT_RECORDED = "given", "blank", "not_recorded"
"""States of a cell. `given` with no value: something stands there that could not be read (a finding says so)."""

CELLS_SCHEMA: dict[str, pl.DataType] = {
    "submission_id": pl.Int64(),
    "sheet": pl.String(),  # as the sheet is called in the sender's file
    "cell": pl.String(),  # A1 address in the sender's file
    "section": pl.String(),
    "field": pl.String(),  # path, section.name
    "row_key": pl.String(),  # "" in values sections
    "ordinal": pl.Int32(),  # 0 in values sections, else the row's position within the section from 1
    "raw": pl.String(),  # what stands there, as text; "" where blank
    "value": pl.String(),  # canonical text: 60000.00, 2026-12-31, Ja; null without a value
    "number": pl.Float64(),  # the value of a number field
    "date": pl.Date(),  # the value of a date field
    "state": pl.String(),  # given | blank | not_recorded
    "found_type": pl.String(),  # the declared type where the value could be read as it, else what was found instead
}
"""One row per cell of the form that the report asks for. Blank rows of tables are left out, printed rows are not.

`found_type` is `text`, `number`, `date`, `boolean`, `percent` or `duration` where something else was found, `decimals`
for a number with more decimals than its type has, `oversize` for one that no field can hold. Where a finding of the
reader says what is wrong with a cell, it is the declared type, so that the same thing is not said twice.
"""


@dataclass(frozen=True)
class Identity:
    """What a workbook says of itself.

    Attributes:
        ags: official municipality key of the reporting body.
        skipped: names of sections that do not apply to this body (no such grant).
    """

    ags: str
    body_name: str
    kind: ReportKind
    year: int
    form_version: str
    skipped: frozenset[str] = frozenset()
    grants: tuple[str, ...] = ()

    @property
    def period(self) -> Period:
        """The period reported on."""
        return Period(self.year, self.kind)


@dataclass(frozen=True)
class Reading:
    """One workbook as read.

    Attributes:
        identity: None where the file could not be recognised as a report.
        cells: see CELLS_SCHEMA; empty where a finding is fatal.
        findings: what reading itself noticed (R-TEC-…, and the fatal R-DAT-… of the front door).
        empty_tables: tables without any row: section → address of its first cell.
    """

    identity: Identity | None
    cells: pl.DataFrame
    findings: tuple[Finding, ...] = ()
    empty_tables: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def is_readable(self) -> bool:
        """Whether it can be judged at all."""
        return self.identity is not None and all(finding.severity is not Severity.FATAL for finding in self.findings)


def no_cells() -> pl.DataFrame:
    """An empty frame of cells."""
    return pl.DataFrame(schema=CELLS_SCHEMA)

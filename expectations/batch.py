"""A night's readable reports together, and the tables in which checks see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from expectations.bounds import fields_frame
from expectations.checks import history_tables
from expectations.explanation import EarlierReport, Explanation
from expectations.form import form_of
from expectations.peers import no_peers
from expectations.privacy import with_personal_data
from expectations.reading import Identity, Reading, no_cells
from expectations.rules import Rule
from expectations.tables import section_tables, sections_of_all_years


@dataclass(frozen=True)
class Case:
    """One report to be judged.

    Attributes:
        received_on: the day in Berlin on which it arrived.
        explanations: what was said to its warnings outside the workbook.
        same_as: the German name of an earlier submission with the same content in another file, `""` for none.
        sent_before: the body's earlier submissions of the same period with what was said to their warnings, in order.
    """

    submission_id: int
    reading: Reading
    received_on: date
    explanations: tuple[Explanation, ...] = ()
    same_as: str = ""
    sent_before: tuple[EarlierReport, ...] = ()


@dataclass(frozen=True)
class Context:
    """What reports are judged against.

    Attributes:
        business_on: the night's business day.
        reference: all data sets of reference data by name; those that nobody imported without rows.
        available: which of the ministry's own data are there: grants, drawdowns, targets, history.
        checks: the SQL texts under `sql/checks/` by code.
        history: section → typed rows of earlier accepted reports, with `ags` and `period`.
        peers: what changes are usual (`expectations.peers`); checks read it as `history.peers`.
        earlier: AGS → the body's reports in force, with what was said to their warnings.
        only: the rules to judge by, whatever their years; None for those of each report's own year.
    """

    business_on: date
    reference: Mapping[str, pl.DataFrame]
    available: frozenset[str]
    checks: Mapping[str, str]
    history: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    peers: pl.DataFrame = field(default_factory=no_peers)
    earlier: Mapping[str, Sequence[EarlierReport]] = field(default_factory=dict)
    only: tuple[Rule, ...] | None = None


@dataclass(frozen=True)
class Batch:
    """The readable reports: who they are, all their cells, and the same as typed rows by section."""

    cases: Mapping[int, Case]
    identities: Mapping[int, Identity]
    cells: pl.DataFrame
    sections: Mapping[str, pl.DataFrame]

    @property
    def years(self) -> tuple[int, ...]:
        """The years that they report on, in order."""
        return tuple(sorted({identity.year for identity in self.identities.values()}))


def batch_of(cases: Sequence[Case]) -> Batch:
    """Put the readable reports together.

    Typed rows follow each report's own year of the form; a check may read the fields of any year, and those that a
    report was not asked for are null.
    """
    identities = {
        case.submission_id: case.reading.identity
        for case in cases
        if case.reading.identity is not None and case.reading.is_readable
    }
    readable = {case.submission_id: case for case in cases if case.submission_id in identities}
    by_year: dict[int, list[pl.DataFrame]] = {}
    for number, case in readable.items():
        cells = case.reading.cells.with_columns(submission_id=pl.lit(number, pl.Int64))
        by_year.setdefault(identities[number].year, []).append(cells)
    tables = [section_tables(form_of(year), pl.concat(cells)) for year, cells in sorted(by_year.items())]
    sections = {
        name: pl.concat([empty, *(given[name] for given in tables if name in given)], how="diagonal_relaxed")
        for name, empty in sections_of_all_years().items()
    }
    all_cells = [frame for _, cells in sorted(by_year.items()) for frame in cells]
    return Batch(readable, identities, pl.concat([no_cells(), *all_cells]), sections)


def tables_of(batch: Batch, context: Context) -> dict[str, pl.DataFrame]:
    """What checks may read: typed rows by section, cells, submissions, reference data and earlier reports."""
    empty = {name: rows.clear() for name, rows in batch.sections.items()}
    return {
        **batch.sections,
        "cells": with_personal_data(batch.cells),
        "fields": pl.concat([fields_frame(year) for year in batch.years]),
        "submissions": _submissions(batch, context.business_on),
        "empty_tables": _empty_tables(batch),
        **{f"reference.{name}": rows for name, rows in context.reference.items()},
        **history_tables(context.history, empty, batch.years[-1]),
        "history.peers": context.peers,
    }


def _submissions(batch: Batch, business_on: date) -> pl.DataFrame:
    rows = [
        {
            "submission_id": number,
            "ags": identity.ags,
            "period": identity.period.code,
            "kind": str(identity.kind),
            "year": identity.year,
            "first_day": identity.period.first_day,
            "closing_day": identity.period.closing_day,
            "months": identity.period.months,
            "form_version": identity.form_version,
            "received_on": batch.cases[number].received_on,
            "business_on": business_on,
        }
        for number, identity in batch.identities.items()
    ]
    return pl.DataFrame(rows)


def _empty_tables(batch: Batch) -> pl.DataFrame:
    rows = [
        (number, section, sheet, cell)
        for number, case in batch.cases.items()
        for section, (sheet, cell) in case.reading.empty_tables.items()
    ]
    schema = {"submission_id": pl.Int64(), "section": pl.String(), "sheet": pl.String(), "cell": pl.String()}
    return pl.DataFrame(rows, schema=schema, orient="row")

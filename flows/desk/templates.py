"""Prefilled workbooks, for one body or for all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.progress import track

from expectations.form import Form, form_of
from expectations.period import Period, all_periods, parse_period
from flows.assemble import JUDGEMENT, OF_SUBMISSIONS, Taken, judgement_of, submissions, taken
from flows.desk.registers import DeskError, registers
from flows.feedback import WATERMARK
from flows.house import is_demo
from flows.judging import reading_of
from flows.ledger import Ledger, documents, entries
from flows.obligations import obligations
from flows.records import ReferenceData
from flows.settings import DataFolder, settings_of
from flows.template import PastReport, Prefill, file_name, prefill_for, with_what_stands, write_template

_ORDER = {period.code: number for number, period in enumerate(all_periods())}
"""Periods as they follow each other: the final report comes after the last year's."""


@dataclass(frozen=True)
class Known:
    """What is known when workbooks are made: registers, contact, and the reports in force.

    Attributes:
        folder: None where only the packaged reference data are known.
        in_force: reports in force with their submissions, see `flows.warehouse.inputs.SUBMISSIONS`.
        taken: submission → receipt and verdict.
        judged: the ledger's documents of judgements by hash.
    """

    folder: DataFolder | None
    reference: ReferenceData
    contact: str = ""
    in_force: pl.DataFrame = field(default_factory=lambda: submissions([]))
    taken: Mapping[int, Taken] = field(default_factory=dict)
    judged: Mapping[str, Any] = field(default_factory=dict)


def known_to(folder: DataFolder | None) -> Known:
    """What a data folder knows; without an opened one, what is packaged."""
    held, ledger = registers(folder)
    if folder is None or ledger is None:
        return Known(None, held)
    journal = entries(ledger, *OF_SUBMISSIONS)
    return Known(
        folder,
        held,
        _contact(folder, ledger),
        submissions(journal).filter("in_force"),
        {one.receipt.submission_id: one for one in taken(journal)},
        documents(ledger, JUDGEMENT),
    )


def _contact(folder: DataFolder, ledger: Ledger) -> str:
    return WATERMARK if is_demo(ledger) else settings_of(folder).contact


def write_templates(
    folder: DataFolder | None,
    period: Period,
    out: Path,
    *,
    ags: str | None,
    console: Console,
    form_version: str = "",
) -> list[Path]:
    """Write the workbook of one body, or of all bodies of the period, with a progress bar.

    What still stands of a body's last reports is written into its inputs, to be checked.

    Args:
        folder: whose registers and reports are used; None prints only what is public.
        period: the period to report on.
        out: a folder, or for one body also the file.
        ags: the body; None for all.
        console: where the progress bar goes.
        form_version: a listed version of the form; by default the period's own.

    Raises:
        StatedError: nobody of that key reports for the period, there is no such version, or `out` cannot be written.
    """
    known, form = known_to(folder), form_of(period.year, version=form_version)
    due = due_dates(known.reference, period)
    bodies = [ags] if ags else sorted(due)
    written = []
    for body in track(bodies, "Arbeitsmappen schreiben", console=console, disable=len(bodies) == 1):
        plain = prefill_for(known.reference.frames, body, period, due_on=due.get(body), contact=known.contact)
        prefill = with_what_stands(plain, form, period, past_reports(known, body, period))
        target = out if ags and out.suffix.lower() == ".xlsx" else out / file_name(period, prefill)
        write_workbook(form, period, prefill, target)
        written.append(target)
    return written


def write_workbook(form: Form, period: Period, prefill: Prefill, target: Path, **filled: Any) -> None:
    """Write one workbook, with its folder where that is missing.

    Raises:
        DeskError: it cannot be written there.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_template(form, period, prefill, target, **filled)
    except OSError as error:
        raise DeskError(
            f"{target} lässt sich nicht schreiben: {error.strerror}. Bitte nennen Sie ein anderes Ziel."
        ) from error


def past_reports(known: Known, ags: str, period: Period) -> list[PastReport]:
    """A body's reports in force before a period, the newest first."""
    own = known.in_force.filter(pl.col("ags") == ags).rows(named=True)
    before = [row for row in own if _ORDER[row["period"]] < _ORDER[period.code]]
    newest_first = sorted(before, key=lambda row: _ORDER[row["period"]], reverse=True)
    return [_past_report(known, row) for row in newest_first]


def _past_report(known: Known, row: Mapping[str, Any]) -> PastReport:
    if known.folder is None:
        raise ValueError("there are no reports without a data folder")
    return PastReport(
        parse_period(row["period"]),
        row["form_version"],
        reading_of(known.folder, row["submission_id"], row["sha256"]).cells,
        judgement_of(known.taken[row["submission_id"]], known.judged).findings,
    )


def due_dates(held: ReferenceData, period: Period) -> dict[str, date]:
    """Due dates of a period by body."""
    duties = obligations(held.frames, submissions([]), period.closing_day)
    return dict(duties.filter(pl.col("period") == period.code).select("ags", "due_on").iter_rows())

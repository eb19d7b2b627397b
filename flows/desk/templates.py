"""Prefilled workbooks, for one body or for all."""

from datetime import date
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.progress import track

from expectations.form import form_of
from expectations.period import Period, parse_period
from flows.assemble import submissions
from flows.desk.registers import DeskError, registers
from flows.feedback import WATERMARK
from flows.ledger import Ledger, entries
from flows.line import is_demo, reading_of
from flows.obligations import obligations
from flows.records import ReferenceData
from flows.settings import DataFolder, settings_of
from flows.template import Content, file_name, prefill_for, write_template


def write_templates(
    folder: DataFolder | None, period: Period, out: Path, *, ags: str | None, console: Console
) -> list[Path]:
    """Write the workbook of one body, or of all bodies of the period, with a progress bar.

    Args:
        folder: whose registers are printed; None prints only what is public.
        period: the period to report on.
        out: a folder, or for one body also the file.
        ags: the body; None for all.
        console: where the progress bar goes.

    Raises:
        StatedError: nobody of that key reports for the period, or `out` cannot be written.
    """
    held, ledger = registers(folder)
    contact = settings_of(folder).contact if folder else ""
    if ledger is not None and is_demo(ledger):
        contact = WATERMARK
    form, due = form_of(period.year), _due_dates(held, period)
    bodies = [ags] if ags else sorted(due)
    written = []
    for body in track(bodies, "Arbeitsmappen schreiben", console=console, disable=len(bodies) == 1):
        last_period, last = _last_figures(folder, ledger, body, period)
        prefill = prefill_for(
            held.frames,
            body,
            period,
            last=last,
            last_period=last_period,
            due_on=due.get(body),
            contact=contact,
        )
        target = out if ags and out.suffix.lower() == ".xlsx" else out / file_name(period, prefill)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_template(form, period, prefill, target)
        except OSError as error:
            raise DeskError(
                f"{target} lässt sich nicht schreiben: {error.strerror}. Bitte nennen Sie ein anderes Ziel."
            ) from error
        written.append(target)
    return written


def _last_figures(
    folder: DataFolder | None, ledger: Ledger | None, ags: str, period: Period
) -> tuple[str, dict[tuple[str, str], Content]]:
    """The period and the figures of a body's last report in force before a period, by (field path, row key)."""
    if folder is None or ledger is None:
        return "", {}
    accepted = submissions(entries(ledger, "receipt", "verdict")).filter("in_force", pl.col("ags") == ags)
    earlier = [(parse_period(row["period"]), row) for row in accepted.iter_rows(named=True)]
    earlier = [(past, row) for past, row in earlier if past.closing_day < period.closing_day]
    if not earlier:
        return "", {}
    past, row = max(earlier, key=lambda one: one[0].closing_day)
    cells = reading_of(folder, row["submission_id"], row["sha256"]).cells.filter(pl.col("number").is_not_null())
    figures = cells.select("field", "row_key", "number").iter_rows()
    return past.code, {(field, key): number for field, key, number in figures}


def _due_dates(held: ReferenceData, period: Period) -> dict[str, date]:
    """Due dates of a period by body."""
    duties = obligations(held.frames, submissions([]), period.closing_day)
    return dict(duties.filter(pl.col("period") == period.code).select("ags", "due_on").iter_rows())

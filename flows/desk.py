"""The desk: what people ask for between the nights. Templates, checks, receipts, the state of reporting, registers."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.progress import track

from expectations.batch import Case
from expectations.errors import StatedError
from expectations.form import form_of
from expectations.period import Period, parse_period
from expectations.reading import Reading, no_cells
from expectations.rules import finding, rules_version
from flows import intake, reference
from flows.assemble import submissions
from flows.feedback import WATERMARK, Checked
from flows.ledger import Ledger, entries
from flows.line import clock, is_demo, judging_context, obligations_at, open_house, reading_of
from flows.obligations import obligations
from flows.records import LeftBehind, Receipt, ReferenceData
from flows.resources import sql_files
from flows.settings import DataFolder, berlin_date, settings_of
from flows.template import Content, file_name, prefill_for, write_template
from flows.workbook import identify, read_workbook


class DeskError(StatedError):
    """Something that was asked for cannot be done; the message says why."""


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
    registers, ledger = _registers(folder)
    contact = settings_of(folder).contact if folder else ""
    if ledger is not None and is_demo(ledger):
        contact = WATERMARK
    form, due = form_of(period.year), _due_dates(registers, period)
    bodies = [ags] if ags else sorted(due)
    written = []
    for body in track(bodies, "Arbeitsmappen schreiben", console=console, disable=len(bodies) == 1):
        last_period, last = _last_figures(folder, ledger, body, period)
        prefill = prefill_for(
            registers.frames,
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


def check_files(folder: DataFolder | None, files: Sequence[Path]) -> list[Checked]:
    """Judge files in one batch without taking them in.

    Args:
        folder: whose registers the rules compare with; None judges offline, and rules that need a register are not run.
        files: paths; one that cannot be read is an unreadable report, not an error.
    """
    from expectations.judge import judge

    loaded = [_bytes_of(file) for file in files]
    readings = [
        read_workbook(data, number) if isinstance(data, bytes) else data for number, data in enumerate(loaded, start=1)
    ]
    registers, ledger = _registers(folder)
    now = datetime.now(UTC) if ledger is None else clock(ledger)
    cases = [Case(number, reading, berlin_date(now)) for number, reading in enumerate(readings, start=1)]
    judgements = judge(cases, judging_context(folder if ledger else None, ledger, registers, now))
    version = rules_version(sql_files("checks"))
    return [
        Checked(
            str(file), sha256(data).hexdigest() if isinstance(data, bytes) else "", reading, judgements[number], version
        )
        for number, (file, data, reading) in enumerate(zip(files, loaded, readings, strict=True), start=1)
    ]


def submit_files(folder: DataFolder, files: Sequence[Path], *, sender: str) -> tuple[list[Receipt], list[LeftBehind]]:
    """Take files in and give receipts.

    Raises:
        StatedError: the data folder cannot be written.
    """
    ledger = open_house(folder)
    taken = intake.submit(folder, ledger, files, sender=sender, now=clock(ledger), identify=identify)
    return list(taken.receipts), list(taken.left)


def obligations_now(folder: DataFolder, period: Period | None) -> tuple[bool, list[dict[str, Any]]]:
    """Whether the folder is a demonstration, and who owes which report, as it stands now.

    Each row bears the body's name and type, for names occur twice.
    """
    ledger = open_house(folder)
    now = clock(ledger)
    registers = reference.in_force(folder, ledger)
    frame = obligations_at(ledger, registers, now)
    if period is not None:
        frame = frame.filter(pl.col("period") == period.code)
    bodies = {row["ags"]: row for row in registers.frames["municipalities"].iter_rows(named=True)}
    rows = [
        {"name": bodies[row["ags"]]["name"], "type": bodies[row["ags"]]["type"], **row}
        for row in frame.iter_rows(named=True)
    ]
    return is_demo(ledger), rows


def import_reference(folder: DataFolder, file: Path) -> str:
    """Take in a file of reference data; a German sentence says what it was.

    Raises:
        StatedError: the file is not one of the data sets, or wrong; the message names line and column.
    """
    ledger = open_house(folder)
    entry = reference.import_file(folder, ledger, file, now=clock(ledger))
    return f"{file.name}: als „{entry.body['dataset']}“ übernommen ({entry.body['sha256'][:12]}…)."


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


def _due_dates(registers: ReferenceData, period: Period) -> dict[str, date]:
    """Due dates of a period by body."""
    duties = obligations(registers.frames, submissions([]), period.closing_day)
    return dict(duties.filter(pl.col("period") == period.code).select("ags", "due_on").iter_rows())


def _bytes_of(file: Path) -> bytes | Reading:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = finding("R-DAT-00", given=_why_not_opened(error), file=file.name)
        return Reading(identity=None, cells=no_cells(), findings=(reason,))


def _registers(folder: DataFolder | None) -> tuple[ReferenceData, Ledger | None]:
    """Reference data of an opened folder; without one, what is packaged."""
    if folder is None or not folder.ledger_file.is_file():
        return reference.packaged(), None
    ledger = open_house(folder)
    return reference.in_force(folder, ledger), ledger


def _why_not_opened(error: OSError) -> str:
    reasons = {FileNotFoundError: "es gibt sie nicht", IsADirectoryError: "sie ist ein Ordner"}
    return reasons.get(type(error), f"sie lässt sich nicht lesen: {error.strerror}")

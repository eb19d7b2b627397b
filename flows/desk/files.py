"""Files that people hand over: judged on the spot, or taken in with a receipt."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from expectations.batch import Case
from expectations.reading import Reading, no_cells
from expectations.rules import finding, rules_version
from flows import intake
from flows.desk.registers import registers
from flows.feedback import Checked
from flows.line import clock, judging_context, open_house
from flows.records import LeftBehind, Receipt
from flows.resources import sql_files
from flows.settings import DataFolder, berlin_date
from flows.workbook import identify, read_workbook


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
    held, ledger = registers(folder)
    now = datetime.now(UTC) if ledger is None else clock(ledger)
    cases = [Case(number, reading, berlin_date(now)) for number, reading in enumerate(readings, start=1)]
    judgements = judge(cases, judging_context(folder if ledger else None, ledger, held, now))
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


def _bytes_of(file: Path) -> bytes | Reading:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = finding("R-DAT-00", given=_why_not_opened(error), file=file.name)
        return Reading(identity=None, cells=no_cells(), findings=(reason,))


def _why_not_opened(error: OSError) -> str:
    reasons = {FileNotFoundError: "es gibt sie nicht", IsADirectoryError: "sie ist ein Ordner"}
    return reasons.get(type(error), f"sie lässt sich nicht lesen: {error.strerror}")

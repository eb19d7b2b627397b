"""Files that people hand over: judged on the spot, or taken in with a receipt."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from expectations.reading import Reading, no_cells
from expectations.rules import finding, rules_version
from flows import intake
from flows.desk.registers import DeskError, registers
from flows.feedback import Checked
from flows.house import clock, open_house
from flows.isolation import warm_up
from flows.judging import cases_of_files, judging_context, years_compared
from flows.records import LeftBehind, Receipt
from flows.resources import sql_files
from flows.settings import DataFolder
from flows.telling import annotate
from flows.workbook import READ_JOB, identify, read_isolated

_NOT_READ = "Die Datei konnte nicht als Bericht gelesen werden; markiert ist deshalb nichts."


def check_files(folder: DataFolder | None, files: Sequence[Path]) -> list[Checked]:
    """Judge files in one batch without taking them in.

    Args:
        folder: whose registers the rules compare with; None judges offline, and rules that need a register are not run.
        files: paths; one that cannot be read is an unreadable report, not an error.
    """
    warm_up(READ_JOB)  # a reader starts while we import the judge
    from expectations.judge import judge

    loaded = [bytes_of(file) for file in files]
    readings = _readings(loaded)
    held, ledger = registers(folder)
    now = datetime.now(UTC) if ledger is None else clock(ledger)
    digests = [sha256(data).hexdigest() if isinstance(data, bytes) else "" for data in loaded]
    cases = cases_of_files(folder, ledger, list(zip(digests, readings, strict=True)), now)
    context = judging_context(folder if ledger else None, ledger, held, now, years=years_compared(readings))
    judgements = judge(cases, context)
    version = rules_version(sql_files("checks"))
    return [
        Checked(str(file), digest, reading, judgements[number], version)
        for number, (file, digest, reading) in enumerate(zip(files, digests, readings, strict=True), start=1)
    ]


def annotate_files(files: Sequence[Path], checked: Sequence[Checked], out: Path) -> list[str]:
    """Write the judged workbooks with their findings marked in them, and a list of these in front.

    Args:
        files: what was judged.
        checked: what was found in each, in the same order.
        out: the marked workbook, or a folder for several.

    Returns:
        A German sentence for each file that could not be marked.

    Raises:
        DeskError: `out` is one of the files, or cannot be written, or several files would become one.
    """
    targets = {file: out / file.name if out.is_dir() or len(files) > 1 else out for file in files}
    if {target.resolve() for target in targets.values()} & {file.resolve() for file in files}:
        raise DeskError(f"{out} ist die geprüfte Datei selbst. Bitte nennen Sie ein anderes Ziel.")
    if len(set(targets.values())) < len(files):
        raise DeskError("Mehrere Dateien heißen gleich. Bitte lassen Sie sie einzeln markieren.")
    readable = [(file, one) for file, one in zip(files, checked, strict=True) if one.reading.is_readable]
    left = [f"{one.file}: {_NOT_READ}" for one in checked if not one.reading.is_readable]
    marked = annotate([(file.read_bytes(), one) for file, one in readable])
    for (file, _), answer in zip(readable, marked, strict=True):
        if answer.content is None:
            left.append(f"{file}: {answer.reason}")
        else:
            _write(targets[file], answer.content)
    return left


def _write(target: Path, content: bytes) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    except OSError as error:
        raise DeskError(
            f"{target} lässt sich nicht schreiben: {error.strerror}. Bitte nennen Sie ein anderes Ziel."
        ) from error


def submit_files(folder: DataFolder, files: Sequence[Path], *, sender: str) -> tuple[list[Receipt], list[LeftBehind]]:
    """Take files in and give receipts.

    Raises:
        StatedError: the data folder cannot be written.
    """
    ledger = open_house(folder)
    taken = intake.submit(folder, ledger, files, sender=sender, now=clock(ledger), identify=identify)
    return list(taken.receipts), list(taken.left)


def _readings(loaded: Sequence[bytes | Reading]) -> list[Reading]:
    """The readings of files by their place from 1 on; one that could not be opened has its reading already."""
    opened = [(number, data) for number, data in enumerate(loaded, start=1) if isinstance(data, bytes)]
    fresh = dict(zip((number for number, _ in opened), read_isolated(opened), strict=True))
    return [data if isinstance(data, Reading) else fresh[number] for number, data in enumerate(loaded, start=1)]


def bytes_of(file: Path) -> bytes | Reading:
    """A file's bytes, or the reading that says why it could not be opened."""
    try:
        return file.read_bytes()
    except OSError as error:
        reason = finding("R-DAT-00", given=_why_not_opened(error), file=file.name)
        return Reading(identity=None, cells=no_cells(), findings=(reason,))


def _why_not_opened(error: OSError) -> str:
    reasons = {FileNotFoundError: "es gibt sie nicht", IsADirectoryError: "sie ist ein Ordner"}
    return reasons.get(type(error), f"sie lässt sich nicht lesen: {error.strerror}")

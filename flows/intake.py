"""Intake: files from the inbox and from the command line go to the archive and into the ledger.

The order makes it safe to stop anywhere: archive first, then one ledger transaction, then the inbox is cleared. A pass
that was killed is simply run again: the archive keeps one copy per content, and an arrival that the ledger already
knows (same file, same time stamps, same bytes) is only cleared away.
"""

import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from os import stat_result
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from expectations.errors import StatedError
from flows import archive
from flows.archive import SourceError, Staged
from flows.ledger import Ledger, Pen, writing
from flows.records import Collected, Draft, Entry, LeftBehind, Receipt, canonical_json
from flows.settings import DataFolder, utc_text

if TYPE_CHECKING:
    from expectations.reading import Identity

Identify = Callable[[bytes], "Identity | None"]
"""What a file says of itself, by its bytes; None where it is no report of ours."""

SETTLE_SECONDS = 5.0
"""How long a file must have been left alone where nothing else tells that it is complete."""
_TORN_PATIENCE = 12
"""A file that is empty or ends in the middle of a zip gets this many times as long, then it is taken as damaged."""
_READABLE_BYTES = 20 << 20
"""Larger files are archived and recorded, but nobody looks into them."""
_UNFINISHED_SUFFIXES = {".part", ".partial", ".filepart", ".tmp", ".crdownload", ".download"}
_DROPPINGS = {"thumbs.db", "desktop.ini"}
_WORKBOOK_SUFFIXES = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}

_UNFINISHED = "wird offenbar noch geschrieben und beim nächsten Lauf angenommen"
_FOLDER = "ist ein Ordner; erwartet wird eine Datei"
_TOO_DEEP = "liegt zu tief; angenommen werden Dateien im Eingangsordner und in seinen direkten Unterordnern"
_NO_FILE = "ist keine gewöhnliche Datei; erwartet wird die Arbeitsmappe selbst, keine Verknüpfung"
_GONE = "gibt es nicht oder nicht mehr"
_UNREADABLE = "kann nicht gelesen werden"
_NOT_CLEARED = "wurde angenommen, lässt sich aber nicht aus dem Eingangsordner entfernen; bitte die Rechte prüfen"


class IntakeError(StatedError):
    """The inbox cannot be used; the message says what to do."""


@dataclass(frozen=True)
class _Arrival:
    """A file that lies in the archive and is not in the ledger yet.

    Attributes:
        name: as people call it: the path below the inbox, or the file's name.
        seen: the file's state when it was copied.
        source_key: tells this arrival from every other; a hash, since file names may hold names of people.
    """

    path: Path
    name: str
    seen: stat_result
    channel: str
    source_key: str
    sha256: str
    size: int
    received_at: datetime
    ags: str | None
    period: str | None


def collect(
    folder: DataFolder, ledger: Ledger, *, now: datetime, identify: Identify, settle_seconds: float = SETTLE_SECONDS
) -> Collected:
    """Take in what lies in the inbox and its direct subfolders, and clear away what was taken.

    Lock files, hidden and unfinished files are passed over; a file that is still being written is left for the next
    pass. Arrival is the file's time of modification, by the clock of the machine that holds it, but never after `now`.

    Args:
        folder: whose inbox, and whose archive.
        ledger: gets a `receipt` or `duplicate` per file.
        now: the business time of this pass, aware.
        identify: says of which body and period a file is.
        settle_seconds: how long a file must have been left alone, by the file system's own clock, where it is not
            seen to be complete; 0 takes everything.

    Returns:
        Receipts of new arrivals, in their order, and what was left. What an interrupted pass had recorded already gets
        no second receipt: whoever judges asks the ledger for submissions without a verdict.

    Raises:
        IntakeError: the inbox cannot be used.
        ArchiveError: the archive cannot be written.
        LedgerError: the ledger cannot be written.
    """
    archive.sweep(folder.archive)
    clock = _file_system_clock(folder.inbox)
    arrivals, left = _partition(
        _from_inbox(folder, path, now, identify, clock=clock, settle_seconds=settle_seconds)
        for path in _lying_in(folder.inbox)
    )
    arrivals.sort(key=lambda arrival: (arrival.received_at, arrival.name))
    receipts = _record(ledger, arrivals, sender="", now=now)
    return Collected(receipts, (*left, *_clear(arrivals)))


def submit(
    folder: DataFolder, ledger: Ledger, paths: Sequence[Path], *, sender: str, now: datetime, identify: Identify
) -> Collected:
    """Take in files that somebody hands over; the originals stay where they are.

    Args:
        folder: whose archive.
        ledger: gets a `receipt` or `duplicate` per file.
        paths: the files.
        sender: who hands them over, free text, may be empty.
        now: time of receipt, aware.
        identify: says of which body and period a file is.

    Returns:
        Receipts in the order of the files, and the files that could not be taken in.

    Raises:
        ArchiveError: the archive cannot be written.
        LedgerError: the ledger cannot be written.
    """
    arrivals, left = _partition(_from_hand(folder, path, now, identify) for path in paths)
    return Collected(_record(ledger, arrivals, sender=sender, now=now), tuple(left))


def receipt_of(entry: Entry, file_name: str = "") -> Receipt:
    """A receipt from its entry in the ledger (kind `receipt` or `duplicate`); the name lies in the ledger's texts."""
    body = entry.body
    duplicate_of = body.get("of")
    return Receipt(
        submission_id=entry.seq if duplicate_of is None else duplicate_of,
        sha256=body["sha256"],
        size=body["size"],
        channel=body["channel"],
        received_at=datetime.fromisoformat(body["received_at"]),
        collected_at=datetime.fromisoformat(body["collected_at"]),
        ags=body["ags"],
        period=body["period"],
        duplicate_of=duplicate_of,
        file_name=file_name,
        head=entry.hash,
    )


# --- which files -----------------------------------------------------------------------------------------------------


def _lying_in(inbox: Path) -> Iterator[Path]:
    """Files in the inbox and its direct subfolders, and folders that cannot be looked into or lie too deep."""
    for path in _listed(inbox):
        if path.is_dir() and not path.is_symlink() and path.suffix.lower() not in _WORKBOOK_SUFFIXES:
            try:
                yield from _listed(path)
            except OSError:
                yield path
        else:
            yield path


def _listed(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not _is_passed_over(path.name))


def _is_passed_over(name: str) -> bool:
    lower = name.lower()
    return name.startswith((".", "~$")) or lower in _DROPPINGS or Path(lower).suffix in _UNFINISHED_SUFFIXES


def _file_system_clock(inbox: Path) -> float:
    """The time by the clock that stamps files in the inbox, which may be another machine's."""
    probe = inbox / ".clock"
    try:
        inbox.mkdir(parents=True, exist_ok=True)
        probe.touch()
        moment = probe.stat().st_mtime
        probe.unlink(missing_ok=True)
    except OSError as error:
        raise IntakeError(
            f"The inbox {inbox} cannot be used: {error.strerror}. Check that it is a folder that may be written, "
            "and that the disk is not full."
        ) from error
    return moment


def _is_settling(path: Path, seen: stat_result, clock: float, settle_seconds: float) -> bool:
    """Whether the file may still be growing.

    The end of a zip, which every modern workbook is, is written last: a whole one is taken at once. A modification time
    in the future says nothing and is ignored.
    """
    with path.open("rb") as file:
        start = file.read(2)
    patience = settle_seconds
    if start == b"PK" or not start:
        patience = 0 if zipfile.is_zipfile(path) else settle_seconds * _TORN_PATIENCE
    changed = max(seen.st_ctime, seen.st_mtime if seen.st_mtime <= clock else 0)
    return clock - changed < patience


# --- one file --------------------------------------------------------------------------------------------------------

Taken = TypeVar("Taken")


def _partition(results: Iterable[Taken | LeftBehind]) -> tuple[list[Taken], list[LeftBehind]]:
    taken: list[Taken] = []
    left: list[LeftBehind] = []
    for result in results:
        if isinstance(result, LeftBehind):
            left.append(result)
        else:
            taken.append(result)
    return taken, left


def _from_inbox(
    folder: DataFolder, path: Path, now: datetime, identify: Identify, *, clock: float, settle_seconds: float
) -> _Arrival | LeftBehind:
    name = _plain(path.relative_to(folder.inbox).as_posix())
    try:
        seen = path.lstat()
        if stat.S_ISDIR(seen.st_mode):
            return LeftBehind(name, _why_not_looked_into(path, folder.inbox))
        if not stat.S_ISREG(seen.st_mode):
            return LeftBehind(name, _NO_FILE)
        if _is_settling(path, seen, clock, settle_seconds):
            return LeftBehind(name, _UNFINISHED)
    except OSError as error:
        return LeftBehind(name, _reason(error))
    received_at = datetime.fromtimestamp(max(0.0, min(seen.st_mtime, now.timestamp())), UTC)
    return _take(folder, path, name, seen, identify, channel="inbox", received_at=received_at)


def _why_not_looked_into(path: Path, inbox: Path) -> str:
    if path.suffix.lower() in _WORKBOOK_SUFFIXES:
        return _FOLDER
    return _UNREADABLE if path.parent == inbox else _TOO_DEEP


def _from_hand(folder: DataFolder, path: Path, now: datetime, identify: Identify) -> _Arrival | LeftBehind:
    name = _plain(path.name)
    try:
        seen = path.stat()
    except OSError as error:
        return LeftBehind(name, _reason(error))
    if not stat.S_ISREG(seen.st_mode):
        return LeftBehind(name, _FOLDER if stat.S_ISDIR(seen.st_mode) else _NO_FILE)
    return _take(folder, path, name, seen, identify, channel="cli", received_at=now)


def _take(
    folder: DataFolder,
    path: Path,
    name: str,
    seen: stat_result,
    identify: Identify,
    *,
    channel: str,
    received_at: datetime,
) -> _Arrival | LeftBehind:
    """Copy a file into the archive, unless it changes meanwhile."""
    try:
        staged = archive.stage(folder.archive, archive.chunks_of(path))
        if _state(path.stat()) != _state(seen):
            archive.discard(staged)
            return LeftBehind(name, _UNFINISHED)
    except SourceError as error:
        return LeftBehind(name, _reason(error.__cause__))
    except FileNotFoundError:
        return LeftBehind(name, _GONE)
    archive.publish(folder.archive, staged)
    identity = _identity(folder, staged, identify)
    return _Arrival(
        path=path,
        name=name,
        seen=seen,
        channel=channel,
        source_key=_source_key(name, seen, staged) if channel == "inbox" else uuid4().hex,
        sha256=staged.sha256,
        size=staged.size,
        received_at=received_at,
        ags=identity.ags if identity else None,
        period=identity.period.code if identity else None,
    )


def _identity(folder: DataFolder, staged: Staged, identify: Identify) -> "Identity | None":
    if staged.size > _READABLE_BYTES:
        return None
    try:
        return identify(archive.read(folder.archive, staged.sha256))
    except Exception as error:
        error.add_note(f"while looking into the archived file {staged.sha256}")
        raise


def _state(seen: stat_result) -> tuple[int, ...]:
    return seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns


def _source_key(name: str, seen: stat_result, staged: Staged) -> str:
    arrival = [name, seen.st_mtime_ns, seen.st_ctime_ns, staged.size, staged.sha256]
    return sha256(canonical_json(arrival).encode()).hexdigest()


def _plain(name: str) -> str:
    """A file name that any store can hold, whatever bytes it is made of."""
    return name.encode("utf-8", "replace").decode("utf-8")


def _reason(error: BaseException | None) -> str:
    return _GONE if isinstance(error, FileNotFoundError) else _UNREADABLE


# --- the record ------------------------------------------------------------------------------------------------------


def _record(ledger: Ledger, arrivals: Sequence[_Arrival], *, sender: str, now: datetime) -> tuple[Receipt, ...]:
    """Write all new arrivals into the ledger, in one transaction."""
    if not arrivals:
        return ()
    with writing(ledger) as pen:
        past = list(pen.entries("receipt", "duplicate"))
        known = {entry.body["source_key"] for entry in past}
        gone = {entry.body["submission_id"] for entry in pen.entries("erased", "voiding")}
        receipts = []
        for arrival in arrivals:
            if arrival.source_key not in known:
                entry = _append(pen, arrival, _same_report(past, arrival, gone), sender, now)
                past.append(entry)
                receipts.append(receipt_of(entry, arrival.name))
    return tuple(receipts)


def _append(pen: Pen, arrival: _Arrival, same: Entry | None, sender: str, now: datetime) -> Entry:
    body = {
        "sha256": arrival.sha256,
        "size": arrival.size,
        "channel": arrival.channel,
        "received_at": utc_text(arrival.received_at),
        "collected_at": utc_text(now),
        "source_key": arrival.source_key,
        "ags": arrival.ags,
        "period": arrival.period,
    }
    texts = {"file_name": arrival.name} | ({"sender": _plain(sender)} if sender else {})
    if same is None:
        return pen.append(Draft("receipt", body, now, texts))
    return pen.append(Draft("duplicate", {"of": same.seq, **body}, now, texts))


def _same_report(past: Sequence[Entry], arrival: _Arrival, gone: Set[int]) -> Entry | None:
    """The submission of which this arrival is a second copy.

    That is the newest of its body and period, if it has the same bytes; the bytes of an older one are a submission of
    their own, since they take something back. A file that says nothing of itself takes nothing back. What was erased
    is no longer there to be copied; and who sends again what was voided says so anew, and somebody looks at it anew.
    """
    receipts = [entry for entry in past if entry.kind == "receipt" and entry.seq not in gone]
    if arrival.period is None:
        return next((entry for entry in receipts if entry.body["sha256"] == arrival.sha256), None)
    of_same = [e for e in receipts if (e.body["ags"], e.body["period"]) == (arrival.ags, arrival.period)]
    newest = max(of_same, key=lambda entry: (entry.body["received_at"], entry.seq), default=None)
    return newest if newest is not None and newest.body["sha256"] == arrival.sha256 else None


def _clear(arrivals: Sequence[_Arrival]) -> Iterator[LeftBehind]:
    """Remove what is recorded from the inbox; a file that was replaced meanwhile is a new arrival and stays."""
    for arrival in arrivals:
        try:
            if _state(arrival.path.lstat()) == _state(arrival.seen):
                arrival.path.unlink()
        except FileNotFoundError:
            continue
        except OSError:
            yield LeftBehind(arrival.name, _NOT_CLEARED)

"""The house: a data folder opened, its clock, and the right to run a night in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from expectations.errors import StatedError
from flows.ledger import Ledger, LedgerError, append, entries, open_ledger
from flows.settings import DataFolder, require_posix, utc_text


class BusyError(StatedError):
    """Another process is running a night on the same data folder."""


def open_house(folder: DataFolder, *, demo_seed: int | None = None, started_at: datetime | None = None) -> Ledger:
    """Open a data folder; the first time, say in the ledger's first entry whether it is a demonstration.

    Args:
        folder: the data folder; created where it is missing.
        demo_seed: the seed of invented data, None for a real folder.
        started_at: the simulated start of a demonstration.

    Raises:
        LedgerError: the ledger of an archive is gone: nothing is begun afresh beside what was received.
        StatedError: the folder cannot be written.
    """
    if _is_without_ledger(folder) and any(folder.archive.glob("??/*")):
        raise LedgerError(f"{folder.archive} has lost its ledger: restore {folder.ledger_file} from a backup.")
    ledger = open_ledger(folder)
    body: dict[str, bool | int | str] = {"demo": demo_seed is not None}
    if demo_seed is not None and started_at is not None:
        body |= {"seed": demo_seed, "started_at": utc_text(started_at)}
    if not entries(ledger, "opened"):
        append(ledger, "opened", body, at=started_at or datetime.now(UTC))
    return ledger


def _is_without_ledger(folder: DataFolder) -> bool:
    try:
        return folder.ledger_file.stat().st_size == 0
    except FileNotFoundError:
        return True
    except OSError:
        return False  # whoever opens it says why it cannot be opened


def clock(ledger: Ledger) -> datetime:
    """What counts as now: the real time, or in a demonstration the business time of its last night."""
    if not is_demo(ledger):
        return datetime.now(UTC)
    nights = entries(ledger, "night")
    last = nights[-1].body["business_at"] if nights else entries(ledger, "opened")[0].body["started_at"]
    return datetime.fromisoformat(last)


def is_demo(ledger: Ledger) -> bool:
    """Whether the folder holds invented data: its first entry says so."""
    opened = entries(ledger, "opened")
    return bool(opened and opened[0].body["demo"])


def business_time(folder: DataFolder, given: datetime | None = None) -> datetime:
    """The moment that a night on this folder counts as now."""
    return given or clock(open_house(folder))


@contextmanager
def night_lock(folder: DataFolder) -> Iterator[None]:
    """Hold the right to run a night; given up when the process ends, however it ends.

    Raises:
        BusyError: another process holds it.
        StatedError: the data folder cannot be written, or the system cannot lock files and bound processes (Windows).
    """
    require_posix()
    import fcntl  # not on Windows

    try:
        folder.root.mkdir(parents=True, exist_ok=True)
        handle = folder.build_lock.open("w")
    except OSError as error:
        raise StatedError(f"The data folder {folder.root} cannot be written: {error.strerror}.") from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BusyError(f"Another night is running on {folder.root}: wait until it has ended.") from None
        yield

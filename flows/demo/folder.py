"""The demo's data folder: never one that holds real submissions, and nothing but the demo's own is taken away."""

import shutil
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from expectations.errors import StatedError
from flows.house import night_lock, open_house
from flows.ledger import Ledger, append, entries, open_ledger
from flows.settings import DataFolder

MADE = "demo"
"""Kind of the ledger's entry that lists, by SHA-256, the files that the demo is about to put into the inbox."""


class DemoError(StatedError):
    """The demo would touch what is not its own; the message says where to run it instead."""


def fresh_ledger(folder: DataFolder, seed: int, started_at: datetime) -> Ledger:
    """Empty a demo's folder, or take an unused one, and open its ledger as that of a demonstration.

    What the demo itself had put there is removed, the ledger last: a run that was killed is simply run again.

    Raises:
        DemoError: the folder holds real submissions, or files that did not come from the demo.
        StatedError: the folder cannot be written, or a night is running on it.
    """
    with night_lock(folder):
        _refuse_foreign(folder, _made_files(folder))
        _empty(folder)
        return open_house(folder, demo_seed=seed, started_at=started_at)


def record_made(ledger: Ledger, digests: Iterable[str], at: datetime) -> None:
    """Write down which files the demo is about to put into the inbox."""
    append(ledger, MADE, {"files": sorted(digests)}, at=at)


def _made_files(folder: DataFolder) -> set[str]:
    """The SHA-256 of every file that an earlier demo put here.

    Raises:
        DemoError: the ledger is not that of a demo, or knows a submission that did not come from it.
    """
    if not folder.ledger_file.is_file():
        return set()
    ledger = open_ledger(folder)
    if _is_in_use(ledger):
        raise DemoError(
            f"{folder.root} is a real data folder, the demo does not touch it. "
            "Choose another one for the demo, for example: WIR_DATA=$HOME/wir-demo wir demo"
        )
    made = {digest for entry in entries(ledger, MADE) for digest in entry.body["files"]}
    foreign = sum(entry.body["sha256"] not in made for entry in entries(ledger, "receipt", "duplicate"))
    if foreign:
        raise _not_ours(folder, f"{foreign} submission(s) that did not come from the demo")
    return made


def _is_in_use(ledger: Ledger) -> bool:
    """Whether anybody has worked with a real folder: more than nights without a report, and what the program brings."""
    known = entries(ledger)
    is_demo = bool(known) and bool(known[0].body.get("demo"))
    untouched = {"opened", "night", "published"}
    return not is_demo and any(
        entry.kind not in untouched and entry.body.get("origin") != "packaged" for entry in known
    )


def _refuse_foreign(folder: DataFolder, made: set[str]) -> None:
    """Raise where files lie in the folder that the demo did not put there.

    A ledger that is gone or empty knows of nothing: then whatever lies in a room that the demo would empty is foreign.
    """
    for name in sorted(_files_below(folder.inbox)):
        if sha256(name.read_bytes()).hexdigest() not in made and not name.name.startswith("."):
            raise _not_ours(folder, f"{name.relative_to(folder.root)}, which did not come from the demo")
    if folder.ledger_file.is_file() and entries(open_ledger(folder)):
        return
    for room in (folder.archive, folder.feedback, folder.published, folder.cache):
        if any(_files_below(room)):
            raise _not_ours(folder, f"files in {room.name}/, but no ledger that says whose they are")


def _files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _not_ours(folder: DataFolder, what: str) -> DemoError:
    return DemoError(
        f"{folder.root} holds {what}; starting the demo afresh would remove it. "
        "Move the folder away, or choose another one, for example: WIR_DATA=$HOME/wir-demo wir demo"
    )


def _empty(folder: DataFolder) -> None:
    try:
        for room in (folder.inbox, folder.archive, folder.feedback, folder.published, folder.cache):
            if room.exists():
                shutil.rmtree(room)
        for suffix in ("-wal", "-shm", ""):
            folder.ledger_file.with_name(folder.ledger_file.name + suffix).unlink(missing_ok=True)
    except OSError as error:
        raise DemoError(f"{error.filename} of an earlier demo cannot be removed: {error.strerror}.") from error

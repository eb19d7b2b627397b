"""`wir backup` and `wir restore`: everything that cannot be rebuilt, in one file that proves itself.

What is only derived (cache, protocols, the nightly database, Prefect's records) is left out: the next night makes it
again. Everything else that lies in the data folder is taken, also what we do not know.
"""

import json
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib.metadata import version
from pathlib import Path
from urllib.parse import unquote_to_bytes

from expectations.errors import StatedError
from flows import archive
from flows import ledger as journal
from flows.house import night_lock
from flows.ledger import LedgerError
from flows.proof.chain import chain_deviations, ledger_to_read, readable
from flows.proof.originals import archive_deviations, files_in, originals
from flows.proof.room import working_room
from flows.proof.sealed_zip import Member, check_sealed, unpack, write_sealed
from flows.records import Entry
from flows.releasing.places import RELEASE, REWRITTEN, recorded
from flows.releasing.shown import show
from flows.settings import DataFolder, utc_text

_ABOUT = "wir-backup.json"
_DATA = "data"
"""The folder in the package below which the data folder lies."""
_LEDGER = "ledger.sqlite"
_UNFIT = re.compile(r"[%:\\\x01-\x1f\x7f-\x9f\u2028\u2029\udc80-\udcff]")
_DERIVED = (
    "build.lock",
    "cache/*",
    "feedback/*",
    "prefect/*",
    "published/.*",
    "published/releases/.*",
    "published/wir*.duckdb*",
    "published/public*",  # shows the last release
    "ledger.sqlite*",  # its snapshot is taken instead
    "archive/*",  # what the snapshot knows is taken instead
)


class BackupError(StatedError):
    """A data folder cannot be backed up or restored; the message says what to do, in German."""


@dataclass(frozen=True)
class Backup:
    """What a backup holds.

    Attributes:
        sha256: of the file; `""` after a restore.
        files: how many files of the data folder.
        head: the last entry of the ledger.
        left_out: files of the archive that no entry knows.
    """

    sha256: str
    files: int
    head: Entry
    left_out: tuple[str, ...] = ()


def back_up(folder: DataFolder, target: Path) -> Backup:
    """Write everything that cannot be rebuilt into one file.

    No night runs meanwhile; files may come in, and those that the ledger's snapshot does not know yet are in the next
    backup.

    Args:
        folder: the data folder.
        target: the file; one that stands there is replaced once the new one is whole and was read back.

    Raises:
        BackupError: the ledger is not in this folder, or the folder is not what its ledger says.
        BusyError: a night is running.
        StatedError: the file cannot be written.
    """
    if target.resolve().is_relative_to(folder.root.resolve()):
        raise BackupError(f"{target} liegt im Datenordner selbst. Bitte nennen Sie einen anderen Ort.")
    with night_lock(folder), working_room(folder) as room:
        snapshot = DataFolder(room)
        _copy_ledger(folder, snapshot)
        entries = _sound_entries(snapshot)
        known = list(_archived(folder, entries))
        _require_originals(folder, entries)
        left_out = sorted(files_in(folder.archive).keys() - {_below(folder.archive, path) for path in known})
        members = _members(folder, snapshot, known)
        about = json.dumps(_about(entries[-1]), ensure_ascii=False, sort_keys=True, indent=1) + "\n"
        digest = write_sealed(target, [Member(_ABOUT, about.encode()), *members])
    return Backup(digest, len(members), entries[-1], tuple(left_out))


def restore(file: Path, folder: DataFolder) -> Backup:
    """Put a backup into an empty data folder, after all of it was checked.

    Everything is unpacked and checked beside the folder and then renamed, so that a restore that is killed leaves the
    folder as it was.

    Args:
        file: what `back_up` wrote.
        folder: where to; it must not exist or be empty.

    Raises:
        BackupError: the folder is not empty, or the file holds no data folder.
        SealedZipError: the file is damaged or was altered.
    """
    root = folder.root
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise BackupError(f"{root} ist nicht leer. Bitte nennen Sie mit WIR_DATA einen leeren Ordner.")
    names = check_sealed(file)
    if _ABOUT not in names or f"{_DATA}/{_LEDGER}" not in names:
        raise BackupError(f"{file} ist keine Sicherung eines Datenordners.")
    root.parent.mkdir(parents=True, exist_ok=True)
    room = Path(tempfile.mkdtemp(dir=root.parent, prefix=f".{root.name}-restore-"))
    try:
        unpack(file, room, named=unpacked_name)
        restored = DataFolder(room / _DATA)
        entries = _sound_entries(restored)
        _require_originals(restored, entries)
        _complete(restored, entries)
        if root.exists():
            root.rmdir()
        restored.root.rename(root)
    finally:
        shutil.rmtree(room, ignore_errors=True)
    return Backup("", len(names) - 1, entries[-1])


# --- what is taken ---------------------------------------------------------------------------------------------------


def _copy_ledger(folder: DataFolder, into: DataFolder) -> None:
    """A snapshot of the ledger that is whole while others append to it."""
    file = folder.ledger_file
    if not file.is_file():
        raise BackupError(
            f"{file} fehlt. Liegt das Journal in PostgreSQL, sichern Sie es bitte dort (pg_dump) und die Ordner "
            "archive/, inbox/ und published/releases/ mit der Sicherung des Dateisystems."
        )
    try:
        with (
            closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(into.ledger_file)) as copy,
        ):
            source.backup(copy)
    except sqlite3.Error as error:
        raise LedgerError(f"The ledger {file} cannot be read: {error}.") from error


def _sound_entries(folder: DataFolder) -> list[Entry]:
    """The entries of a ledger whose chain holds.

    Raises:
        BackupError: it does not: whoever backed that up would replace a sound backup by an altered one.
    """
    (rows,) = journal.rows(ledger_to_read(folder), "entries")
    broken = next(chain_deviations(rows), None)
    if broken is not None or not rows:
        said = broken.message if broken else "Das Journal ist leer."
        raise BackupError(f"{said} Bitte führen Sie wir verify aus und nehmen Sie eine frühere Sicherung.")
    return readable(rows)


def _require_originals(folder: DataFolder, entries: Sequence[Entry]) -> None:
    """See that every original is there, unaltered, and what was erased is gone.

    Raises:
        BackupError: one is not; the message names it.
    """
    expected = originals(entries)
    wrong = next(archive_deviations(folder.archive, {}, expected), None)
    if wrong is not None:
        raise BackupError(f"{wrong.message} Bitte führen Sie wir verify aus und nehmen Sie eine frühere Sicherung.")


def _archived(folder: DataFolder, entries: Sequence[Entry]) -> Iterator[Path]:
    """What lies in the archive as the ledger knows it: originals, and the marks of erased ones."""
    expected = originals(entries)
    for digest in sorted(expected.owners.keys() - expected.gone):
        yield archive.path_of(folder.archive, digest)
    for digest in sorted(expected.marked):
        yield archive.mark_of(archive.path_of(folder.archive, digest))


def _members(folder: DataFolder, snapshot: DataFolder, archived: Iterable[Path]) -> list[Member]:
    """Everything that is taken, in the order of its place in the data folder."""
    files = {f"archive/{_below(folder.archive, path)}": path for path in archived if path.exists()}
    files |= {_below(folder.root, path): path for path in _originals_of(folder.root)}
    files[_LEDGER] = snapshot.ledger_file
    return [Member(f"{_DATA}/{packed_name(name)}", path) for name, path in sorted(files.items())]


def packed_name(name: str) -> str:
    """A file's name as a package may hold it: what no system would unpack is written as `%` and two hex digits."""
    return _UNFIT.sub(lambda sign: "".join(f"%{byte:02X}" for byte in os.fsencode(sign[0])), name)


def unpacked_name(name: str) -> str:
    """The name that `packed_name` made this one of.

    Raises:
        BackupError: it made no such name.
    """
    typed = os.fsdecode(unquote_to_bytes(name))
    if packed_name(typed) != name:
        raise BackupError(f"In der Sicherung steht ein Name, den dieses Programm nicht schreibt: {name!r}.")
    return typed


def _originals_of(root: Path) -> Iterator[Path]:
    """Files that nobody derives from others; links lead elsewhere and are not followed."""
    for place, folders, names in os.walk(root):
        here = Path(place)
        folders[:] = [name for name in folders if not _is_derived(_below(root, here / name))]
        for path in (here / name for name in names):
            if path.is_file() and not path.is_symlink() and not _is_derived(_below(root, path)):
                yield path


def _is_derived(name: str) -> bool:
    return any(fnmatch(name, pattern) or fnmatch(f"{name}/", pattern) for pattern in _DERIVED)


def _below(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()


def _about(head: Entry) -> dict[str, object]:
    return {"head": {"seq": head.seq, "hash": head.hash, "at": utc_text(head.at)}, "program": version("wir-monitoring")}


def _complete(folder: DataFolder, entries: Sequence[Entry]) -> None:
    """What a data folder needs beside its files: read-only originals, and the last release for the public."""
    for path in files_in(folder.archive).values():
        path.chmod(0o444)
    releases = recorded(folder, [entry for entry in entries if entry.kind in (RELEASE, REWRITTEN)])
    if releases and releases[-1].folder.is_dir():
        show(folder, releases[-1].name)

"""Where releases lie, and which of them the ledger knows."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import file_digest
from pathlib import Path

from expectations.errors import StatedError
from flows.records import Entry
from flows.settings import DataFolder

RELEASE = "release"
"""Kind of the ledger's entries that record a release."""
REWRITTEN = "release_rewritten"
"""Kind of the entries that record that an erased submission was taken out of a release's database."""
BUILDING = ".building"
"""Where a release is made, beside those that are there."""
DATABASE = "wir.duckdb"
MANIFEST = "manifest.json"
PUBLIC = "public"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,40}")


class ReleaseError(StatedError):
    """A release cannot be made, or is not as it was recorded; the message says what to do, in German."""


@dataclass(frozen=True)
class Recorded:
    """A release as the ledger has it.

    Attributes:
        seq: its entry.
        folder: where it lies.
        database_sha256, manifest_sha256: as they must be now.
    """

    name: str
    seq: int
    folder: Path
    database_sha256: str
    manifest_sha256: str


def checked_name(name: str) -> str:
    """The name of a release, if it may be one: it is a folder's name everywhere, also on network drives.

    Raises:
        ReleaseError: it may not.
    """
    if not _NAME.fullmatch(name) or name.endswith("."):
        raise ReleaseError(
            f"„{name}“ kann nicht der Name einer Veröffentlichung sein: bis zu 41 Zeichen, Buchstaben ohne Umlaute, "
            "Ziffern, Punkt, Unterstrich und Bindestrich; am Anfang ein Buchstabe oder eine Ziffer, am Ende kein Punkt."
        )
    return name


def recorded(folder: DataFolder, entries: Iterable[Entry]) -> list[Recorded]:
    """The releases that the ledger knows, in their order.

    Args:
        folder: whose releases.
        entries: of the kinds `RELEASE` and `REWRITTEN`, in order.
    """
    found: dict[str, Recorded] = {}
    for entry in entries:
        body = entry.body
        if entry.kind == RELEASE:
            at = folder.releases / body["name"]
            found[body["name"]] = Recorded(
                body["name"], entry.seq, at, body["database_sha256"], body["manifest_sha256"]
            )
        elif entry.kind == REWRITTEN:
            hashes = {name: body[name] for name in ("database_sha256", "manifest_sha256")}
            found[body["name"]] = replace(found[body["name"]], **hashes)
    return list(found.values())


def sha256_of(file: Path) -> str:
    """SHA-256 of a file's bytes."""
    with file.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def is_as_recorded(database: Path, sha256: str) -> bool:
    """Whether a database has the bytes that the ledger names, and no log beside it, which DuckDB would read with it."""
    log = database.with_name(f"{database.name}.wal")
    return database.is_file() and not log.exists() and sha256_of(database) == sha256


def sync_tree(folder: Path) -> None:
    """See that every file and folder below a folder, and it itself, is on the disk."""
    for path in (folder, *folder.rglob("*")):
        sync(path)


def sync(path: Path) -> None:
    """See that a file or a folder is on the disk."""
    if path.is_dir() and os.name != "posix":
        return  # Windows cannot open folders
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""The archive proved: every file received is there and unaltered, no other lies beside it, erased ones are told."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

from flows import archive, retention
from flows.proof.findings import Deviation, Erased
from flows.records import Entry

_NAMED = 12
_WITH_FILE = ("receipt", "duplicate", "reference")


@dataclass(frozen=True)
class Originals:
    """What the archive should hold.

    Attributes:
        owners: SHA-256 → the first entry of the ledger that names the file.
        gone: SHA-256 of files that a recorded erasure took.
        marked: SHA-256 of all files that were ever erased: their marks stay, even where the same bytes came again.
    """

    owners: Mapping[str, Entry]
    gone: frozenset[str]
    marked: frozenset[str]


def originals(entries: Iterable[Entry]) -> Originals:
    """What the archive should hold, as the ledger has it."""
    recorded = list(entries)
    owners: dict[str, Entry] = {}
    for entry in recorded:
        if entry.kind in _WITH_FILE:
            owners.setdefault(str(entry.body["sha256"]), entry)
    marked = frozenset(str(entry.body["sha256"]) for entry in recorded if entry.kind == retention.ERASED)
    return Originals(owners, retention.gone(recorded), marked)


def erasures(entries: Iterable[Entry], whys: Mapping[int, str]) -> tuple[Erased, ...]:
    """Submissions that were erased by a recorded act.

    Args:
        entries: all entries.
        whys: what was stated with an entry, by its number; where nothing was, the entry itself names the basis.
    """
    return tuple(
        Erased(entry.body["submission_id"], entry.body["sha256"], entry, whys.get(entry.seq) or entry.body["basis"])
        for entry in entries
        if entry.kind == retention.ERASED
    )


def files_in(folder: Path) -> dict[str, Path]:
    """Everything that lies in the archive, by its place below it; what is still coming in is left out."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_symlink() or not path.is_dir())
    return {path.relative_to(folder).as_posix(): path for path in found if not archive.is_incoming(folder, path)}


def archive_deviations(folder: Path, files: Mapping[str, Path], expected: Originals) -> Iterator[Deviation]:
    """What is wrong with the archive.

    Args:
        folder: the archive.
        files: what lies in it, see `files_in`.
        expected: what should.
    """
    places = {archive.path_of(folder, digest): digest for digest in expected.owners}
    for path, digest in places.items():
        yield from _of_file(path, digest, expected)
    for name, path in files.items():
        if path not in places:
            yield from _of_other(name, path, expected)


def _of_file(path: Path, digest: str, expected: Originals) -> Iterator[Deviation]:
    """What is wrong with one file that an entry names."""
    whose, is_gone = described(expected.owners[digest]), digest in expected.gone
    if not path.exists() and not path.is_symlink():
        if not is_gone:
            yield _deviation("missing", path, f"{whose} fehlt, ohne dass eine Löschung es erklärt")
        elif not archive.mark_of(path).exists():
            yield _deviation("missing", path, f"{whose} ist laut Journal gelöscht, aber das Zeichen dafür fehlt")
    elif is_gone:
        yield _deviation("added", path, f"{whose} ist laut Journal gelöscht, liegt aber im Archiv")
    else:
        yield from _of_bytes(path, digest, whose, expected)


def _of_bytes(path: Path, digest: str, whose: str, expected: Originals) -> Iterator[Deviation]:
    if path.is_symlink() or not path.is_file():
        yield _deviation("exchanged", path, f"{whose} ist keine gewöhnliche Datei mehr")
        return
    try:
        with path.open("rb") as content:
            found = file_digest(content, "sha256").hexdigest()
    except OSError as error:
        yield _deviation("unreadable", path, f"{whose} ist nicht lesbar ({error.strerror})")
        return
    if found in expected.owners and found != digest:
        other = described(expected.owners[found])
        yield _deviation("exchanged", path, f"{whose} wurde ausgetauscht: Dort liegt {other}")
    elif found != digest:
        yield _deviation("altered", path, f"{whose} wurde verändert: Die Bytes haben eine andere Prüfsumme")


def _of_other(name: str, path: Path, expected: Originals) -> Iterator[Deviation]:
    """What is wrong with a file that no entry names: everything, but for the mark of an erasure."""
    digest = path.name.removesuffix(archive.ERASED_SUFFIX)
    if archive.mark_of(archive.path_of(path.parent.parent, digest)) != path:
        what = f"{name} kennt kein Eintrag des Journals: hinzugefügt, oder Rest einer abgebrochenen Annahme"
        yield _deviation("added", path, what)
    elif digest not in expected.marked:
        yield _deviation("added", path, f"{name} bezeugt eine Löschung, von der das Journal nichts weiß")


def described(entry: Entry) -> str:
    """What a file is, as people know it: of which submission, or which register."""
    digest, body = str(entry.body["sha256"])[:_NAMED], entry.body
    if entry.kind == "reference":
        return f"Stammdaten {body['dataset']} (Eintrag {entry.seq}, {digest}…)"
    whose = ", ".join(part for part in (body.get("ags"), body.get("period")) if part)
    number = body.get("of", entry.seq)
    return f"Original der Einreichung {number} ({whose + ', ' if whose else ''}{digest}…)"


def _deviation(kind: Any, path: Path, what: str) -> Deviation:
    return Deviation("archive", kind, f"archive/{path.parent.name}/{path.name}", f"{what}.")

"""The published database's files proved: the bytes that a night published, and nothing beside them."""

import re
from collections.abc import Iterator, Sequence, Set
from typing import Any

from flows import warehouse
from flows.proof.findings import Deviation
from flows.records import Entry
from flows.releasing.places import PUBLIC, sha256_of
from flows.settings import DataFolder

_VERSIONS = "wir-????????????.duckdb"
_OURS = re.compile(r"wir-[0-9a-f]{12}\.duckdb(\.manifest\.json(\.part)?)?|wir\.duckdb\.part")
"""What nights publish: the version that is shown, and the one before for those who still read it."""
_ADDED_DE = "gehört nicht zu dem, was eine Nacht oder eine Veröffentlichung schreibt"
_NOT_RECORDED_DE = "hat Bytes, die das Journal nicht nennt: verändert, oder Rest einer abgebrochenen Nacht"
_WORKING = (".building", f"{PUBLIC}.part", f"{PUBLIC}.before")


def published_deviations(folder: DataFolder, entries: Sequence[Entry]) -> Iterator[Deviation]:
    """Whether the published file is the one of the last publication, byte by byte, and its manifest says so too."""
    acts = [entry for entry in entries if entry.kind == "published"]
    yield from _beside(folder)
    yield from _earlier_versions(folder, {str(entry.body["sha256"]) for entry in acts})
    if not folder.database.exists():
        if acts:
            message = "Die Datenbank published/wir.duckdb fehlt. Die nächste Nacht (wir nightly) baut sie neu."
            yield of_database("missing", message)
        return
    if not folder.database.is_file():
        yield of_database("exchanged", "Die Datenbank published/wir.duckdb ist keine Datei mehr.")
        return
    digest, manifest = sha256_of(folder.database), warehouse.current_publication(folder.published)
    if not acts or acts[-1].body["sha256"] != digest:
        yield of_database("altered", _other_bytes(acts, digest))
    if manifest is None:
        said = "Das Verzeichnis der Prüfsumme neben der Datenbank (manifest.json) fehlt oder ist nicht lesbar."
        yield of_database("missing", said)
    elif manifest.sha256 != digest:
        yield of_database("altered", "Die Datenbank hat eine andere Prüfsumme, als das Verzeichnis neben ihr sagt.")


def _beside(folder: DataFolder) -> Iterator[Deviation]:
    """Whatever lies beside the database; DuckDB reads a `.wal` as if it were a part of the file next to it."""
    known = {folder.database, folder.public, folder.releases, *(folder.published / name for name in _WORKING)}
    for path in sorted(folder.published.glob("*")):
        if path not in known and not _OURS.fullmatch(path.name):
            place = path.relative_to(folder.root).as_posix()
            yield Deviation("warehouse", "added", place, f"{place} {_ADDED_DE}.")


def _earlier_versions(folder: DataFolder, recorded: Set[str]) -> Iterator[Deviation]:
    """The version before the one that is shown, for those who still read it."""
    for path in sorted(folder.published.glob(_VERSIONS)):
        if path != folder.database.resolve() and (not path.is_file() or sha256_of(path) not in recorded):
            place = path.relative_to(folder.root).as_posix()
            yield Deviation("warehouse", "altered", place, f"{place} {_NOT_RECORDED_DE}.")


def _other_bytes(acts: Sequence[Entry], digest: str) -> str:
    earlier = [entry for entry in acts if entry.body["sha256"] == digest]
    if earlier:
        return f"Die Datenbank ist nicht die zuletzt veröffentlichte, sondern die von Eintrag {earlier[-1].seq}."
    return "Die Datenbank published/wir.duckdb wurde verändert: Ihre Bytes sind keine, die das Journal nennt."


def of_database(kind: Any, message: str) -> Deviation:
    """A deviation of the published database as a whole."""
    return Deviation("warehouse", kind, "published/wir.duckdb", message)

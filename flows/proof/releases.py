"""Releases proved: every file that was published, against its manifest, and the manifest against the ledger."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from flows.proof.findings import Deviation
from flows.records import Entry
from flows.releasing.places import (
    BUILDING,
    DATABASE,
    MANIFEST,
    PUBLIC,
    RELEASE,
    REWRITTEN,
    Recorded,
    recorded,
    sha256_of,
)
from flows.settings import DataFolder

_KINDS_DE = {
    "altered": "wurde verändert",
    "missing": "fehlt",
    "added": "gehört nicht dazu",
    "unreadable": "ist nicht lesbar",
}
_NOT_RECORDED_DE = (
    "kennt das Journal nicht: hinzugefügt, oder Rest einer abgebrochenen Veröffentlichung (dann führt dasselbe "
    "wir release sie zu Ende)"
)


def release_databases(folder: DataFolder) -> dict[str, Path]:
    """The databases of all releases that lie in the data folder, by their place below it."""
    return {_place(folder, path): path for path in sorted(folder.releases.glob(f"*/{DATABASE}"))}


def release_deviations(folder: DataFolder, entries: Sequence[Entry]) -> Iterator[Deviation]:
    """What is wrong with the releases, and with the public files of the last one."""
    known = recorded(folder, [entry for entry in entries if entry.kind in (RELEASE, REWRITTEN)])
    for release in known:
        yield from _of_release(folder, release)
    expected = {release.folder for release in known} | {folder.releases / BUILDING}
    for other in sorted(folder.releases.glob("*")):
        if other not in expected:
            yield _deviation(folder, "added", other, _NOT_RECORDED_DE)
    yield from _of_public(folder, known[-1] if known else None)


def _of_release(folder: DataFolder, release: Recorded) -> Iterator[Deviation]:
    if not release.folder.is_dir():
        yield _deviation(folder, "missing", release.folder, f"fehlt, das Journal kennt sie (Eintrag {release.seq})")
        return
    manifest, database = release.folder / MANIFEST, release.folder / DATABASE
    found = _hashes(release.folder)
    if found.get(MANIFEST) != release.manifest_sha256:
        what = _KINDS_DE["missing" if MANIFEST not in found else "altered"]
        yield _deviation(folder, "altered", manifest, f"{what}: Das Journal nennt eine andere Prüfsumme")
    if found.get(DATABASE) != release.database_sha256:
        what = _KINDS_DE["missing" if DATABASE not in found else "altered"]
        yield _deviation(folder, "altered", database, f"{what}: Das Journal nennt eine andere Prüfsumme")
    listed = _listed(manifest)
    if listed is None:
        yield _deviation(folder, "unreadable", manifest, "ist nicht lesbar: Was sie verzeichnet, ist nicht zu prüfen")
        return
    by_ledger = (MANIFEST, DATABASE)
    yield from _differences(folder, release.folder, _without(listed, by_ledger), _without(found, by_ledger))


def _of_public(folder: DataFolder, last: Recorded | None) -> Iterator[Deviation]:
    """Whether what the public gets is what the last release holds for it."""
    public = folder.published / PUBLIC
    if last is None:
        for name in sorted(_hashes(public)):
            yield _deviation(folder, "added", public / name, "ist keiner Veröffentlichung entnommen")
        return
    yield from _differences(folder, public, _hashes(last.folder / PUBLIC), _hashes(public))


def _differences(
    folder: DataFolder, where: Path, expected: Mapping[str, str], found: Mapping[str, str]
) -> Iterator[Deviation]:
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            kind = "missing"
        elif name not in expected:
            kind = "added"
        elif found[name] != expected[name]:
            kind = "altered" if found[name] else "unreadable"
        else:
            continue
        yield _deviation(folder, kind, where / name, _KINDS_DE[kind])


def _hashes(where: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder by its place in it; `""` where it cannot be read or is no plain file."""
    files = sorted(path for path in where.rglob("*") if path.is_symlink() or not path.is_dir())
    return {path.relative_to(where).as_posix(): _hash(path) for path in files}


def _hash(path: Path) -> str:
    try:
        return "" if path.is_symlink() else sha256_of(path)
    except OSError:
        return ""


def _without(files: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    return {name: digest for name, digest in files.items() if name not in names}


def _listed(manifest: Path) -> dict[str, str] | None:
    """What a manifest lists; None where it cannot be read."""
    try:
        files = json.loads(manifest.read_text(encoding="utf-8"))["files"]
        return {str(file["path"]): str(file["sha256"]) for file in files}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _deviation(folder: DataFolder, kind: Any, path: Path, what: str) -> Deviation:
    place = _place(folder, path)
    return Deviation("releases", kind, place, f"{place} {what}.")


def _place(folder: DataFolder, path: Path) -> str:
    return path.relative_to(folder.root).as_posix()

"""Putting a built database where auditors read it, without ever showing them half of it.

Each publication is a file of its own; `wir.duckdb` is a symbolic link that is replaced in one step. A program that
still holds a connection keeps its version, and opens the new one when it connects again: replacing the file itself
would hand it the old one from DuckDB's cache of open paths.
"""

import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from flows.warehouse.blank import STORAGE_VERSION
from flows.warehouse.build import remove_database

DATABASE_NAME = "wir.duckdb"
_VERSIONS = "wir-*.duckdb"
_MANIFEST_SUFFIX = ".manifest.json"
_PART_SUFFIX = ".part"


@dataclass(frozen=True)
class Publication:
    """A published database: the file behind the link, and its SHA-256 as the manifest beside it says."""

    file: Path
    sha256: str
    size_bytes: int


def publish(built: Path, published: Path, *, keeps_previous: bool = True) -> Publication:
    """Publish a built database as `wir.duckdb`.

    The version before stays for readers that are still in it, older ones go. Where links are not supported (some
    network drives), the database itself is copied and replaced.

    Args:
        built: the file from `build`, on the same file system; it is moved.
        published: the folder that auditors read.
        keeps_previous: whether the version before stays; not so where it holds what was erased.

    Returns:
        The publication.
    """
    published.mkdir(parents=True, exist_ok=True)
    link = published / DATABASE_NAME
    previous = link.resolve().name if link.is_symlink() else ""
    publication = _place_version(built, published)
    _point_to(link, publication.file)
    _sync_folder(published)
    _remove_older(published, keep={publication.file.name, *([previous] if keeps_previous else [])})
    return publication


def current_publication(published: Path) -> Publication | None:
    """The publication behind the link, as its manifest describes it; None where there is none or no manifest."""
    file = (published / DATABASE_NAME).resolve()
    try:
        manifest = json.loads(_manifest(file).read_text(encoding="utf-8"))
        return Publication(file, str(manifest["sha256"]), int(manifest["size_bytes"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_intact(publication: Publication) -> bool:
    """Whether the published file still has the bytes that its manifest names: DuckDB itself does not notice."""
    return publication.file.is_file() and _sha256(publication.file) == publication.sha256


def _place_version(built: Path, published: Path) -> Publication:
    digest = _sha256(built)
    file = published / f"wir-{digest[:12]}.duckdb"
    publication = Publication(file, digest, built.stat().st_size)
    _write_manifest(publication)
    built.replace(file)
    _sync_folder(published)
    return publication


def _write_manifest(publication: Publication) -> None:
    content = {
        "file": publication.file.name,
        "sha256": publication.sha256,
        "size_bytes": publication.size_bytes,
        "storage_version": STORAGE_VERSION,
    }
    manifest = _manifest(publication.file)
    part = manifest.with_name(manifest.name + _PART_SUFFIX)
    with part.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    part.replace(manifest)


def _point_to(link: Path, file: Path) -> None:
    part = link.with_name(link.name + _PART_SUFFIX)
    part.unlink(missing_ok=True)
    try:
        part.symlink_to(file.name)
    except OSError:
        shutil.copyfile(file, part)
        with part.open("rb") as copy:
            os.fsync(copy.fileno())
    part.replace(link)


def _remove_older(published: Path, keep: set[str]) -> None:
    for version in published.glob(_VERSIONS):
        if version.name not in keep:
            # Windows refuses to remove what somebody reads; the next night tries again.
            with suppress(PermissionError):
                remove_database(version)
                _manifest(version).unlink(missing_ok=True)
    for manifest in published.glob(f"{_VERSIONS}{_MANIFEST_SUFFIX}"):
        if not manifest.with_name(manifest.name.removesuffix(_MANIFEST_SUFFIX)).exists():
            manifest.unlink(missing_ok=True)


def _manifest(file: Path) -> Path:
    return file.with_name(file.name + _MANIFEST_SUFFIX)


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""The manifests of a release: every file with its hash, and on what the release rests."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flows.records import canonical_json
from flows.releasing.places import MANIFEST, sha256_of


def write_manifest(folder: Path, about: Mapping[str, Any]) -> Path:
    """Write `manifest.json` over everything that lies in a folder.

    Args:
        folder: the complete folder.
        about: what the release is and rests on; `files` is added.
    """
    content = {**about, "files": files_in(folder)}
    target = folder / MANIFEST
    target.write_text(as_text(content), encoding="utf-8")
    return target


def as_text(content: Mapping[str, Any]) -> str:
    """A manifest's text: sorted keys, so that equal contents are equal bytes."""
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"


def files_in(folder: Path) -> list[dict[str, Any]]:
    """Path, SHA-256 and size of every file below a folder, but for its own manifest."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)
    return [
        {"path": path.relative_to(folder).as_posix(), "sha256": sha256_of(path), "size_bytes": path.stat().st_size}
        for path in files
    ]


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """A folder's manifest; None where there is none that can be read."""
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def is_whole(folder: Path) -> bool:
    """Whether a folder holds exactly the files that its manifest lists, unaltered."""
    manifest = read_manifest(folder)
    return manifest is not None and manifest.get("files") == files_in(folder)


def is_about(folder: Path, about: Mapping[str, Any]) -> bool:
    """Whether a folder's manifest says the same of the release as these entries."""
    manifest = read_manifest(folder) or {}
    return all(canonical_json(manifest.get(name)) == canonical_json(value) for name, value in about.items())

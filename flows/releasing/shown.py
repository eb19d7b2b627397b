"""`published/public`: always the public files of one release, whole, and of the last one as soon as it is recorded."""

import shutil
from pathlib import Path

from flows.releasing.manifest import is_whole, read_manifest
from flows.releasing.places import PUBLIC, sync, sync_tree
from flows.settings import DataFolder


def is_shown(folder: DataFolder, name: str) -> bool:
    """Whether the public folder shows that release, whole."""
    manifest = read_manifest(folder.public)
    return manifest is not None and manifest.get("name") == name and is_whole(folder.public)


def show(folder: DataFolder, name: str) -> None:
    """Show a release in the public folder.

    A link is replaced in one step: whoever reads a file keeps it, and the next one opened is of the new release. Where
    links are not supported (some network drives), the files are copied beside and the folders change places.

    Args:
        folder: the data folder.
        name: of a release that is in its place.
    """
    part = folder.public.with_name(f"{PUBLIC}.part")
    _remove(part)
    try:
        part.symlink_to(Path(folder.releases.name) / name / PUBLIC, target_is_directory=True)
    except OSError:
        shutil.copytree(folder.releases / name / PUBLIC, part)
        sync_tree(part)
    _replace(part, folder.public)
    sync(folder.published)


def _replace(part: Path, target: Path) -> None:
    """Put a link or folder where another stands; only a real folder has to go out of the way first."""
    before = target.with_name(f"{PUBLIC}.before")
    _remove(before)
    if target.is_dir() and (not target.is_symlink() or not part.is_symlink()):
        target.rename(before)
    part.replace(target)
    _remove(before)


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)

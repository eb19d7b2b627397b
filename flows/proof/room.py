"""A working room within the data folder's cache: gone when the work is done, swept later where it was killed."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from expectations.errors import StatedError
from flows.settings import DataFolder

_PREFIX = "proof-"
_STALE_SECONDS = 6 * 3600


@contextmanager
def working_room(folder: DataFolder) -> Iterator[Path]:
    """An empty folder for what is only needed for a while.

    Raises:
        StatedError: it cannot be made.
    """
    try:
        folder.cache.mkdir(parents=True, exist_ok=True)
        _sweep(folder.cache)
        room = Path(tempfile.mkdtemp(dir=folder.cache, prefix=_PREFIX))
    except OSError as error:
        raise StatedError(f"The folder {folder.cache} cannot be written: {error.strerror}.") from error
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _sweep(cache: Path) -> None:
    """Remove what was killed long ago; a younger one may be another process's."""
    for room in cache.glob(f"{_PREFIX}*"):
        with suppress(FileNotFoundError):
            if time.time() - room.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(room, ignore_errors=True)

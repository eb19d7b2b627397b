"""What is expensive to make and only read is made once in a run of the tests, by whichever process needs it first.

pytest-xdist gives every process its session fixtures anew. A fixture that makes a folder with `made_once` has it in
common with those of the other processes; a test that writes takes a copy.
"""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.settings import DataFolder

_WHOLE = "whole"


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder below the one of this run of the tests.

    Args:
        factory: knows where a run of the tests keeps its files.
        name: what the folder is called; whoever asks for the same name gets the same folder.
        make: fills an empty folder. If it fails, the next process that asks tries it again.

    Returns:
        The folder, whole. Others read it at the same time.
    """
    base = factory.getbasetemp()
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    made = run / "shared" / name
    made.parent.mkdir(exist_ok=True)
    with made.with_suffix(".lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        if lock.read() != _WHOLE:
            shutil.rmtree(made, ignore_errors=True)
            made.mkdir()
            make(made)
            lock.write(_WHOLE)
    return made


def copy_of(folder: DataFolder, into: Path) -> DataFolder:
    """A copy of a data folder with its links, in which a test may write."""
    shutil.copytree(folder.root, into / "data", symlinks=True)
    return DataFolder(into / "data")

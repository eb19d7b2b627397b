"""Work that is killed on the way, as by `kill -9` or a cut of power, in a process of its own.

Such a process is forked from one that has imported what nights need and done nothing else, and is given the blank
databases that the tests' own process has laid out. Either takes longer than most of what is killed.
"""

import os
import signal
from collections.abc import Callable
from multiprocessing import get_context
from typing import Any, NoReturn

from flows.warehouse import blank

PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(["pytest", "flows.desk", "flows.proof", "flows.releasing", "expectations.judge"])
_PATIENCE_SECONDS = 300


def die(*_: object, **__: object) -> NoReturn:
    """Stands in for the step before which the process is to die."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("a killed process goes no further")


def killed(work: Callable[..., object], *arguments: object) -> None:
    """Let a function do its work until it is killed; that it comes to its end is a failure."""
    process = PROCESSES.Process(target=_begin, args=(blank.LAID_OUT, work, arguments))
    process.start()
    process.join(_PATIENCE_SECONDS)
    if process.is_alive():
        process.kill()
        raise AssertionError(f"{work.__name__} was neither killed nor came to its end")
    assert process.exitcode == -signal.SIGKILL, f"{work.__name__} ended with {process.exitcode}"


def _begin(laid_out: Any, work: Callable[..., object], arguments: tuple[object, ...]) -> None:
    blank.LAID_OUT.update(laid_out)
    work(*arguments)

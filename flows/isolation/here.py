"""Jobs run in this process, where a system has no processes that can be bounded (Windows).

There a municipality tries its own workbook with its own program; other people's files are taken in on POSIX systems
only (`flows.house.night_lock`).
"""

import importlib
from collections.abc import Callable, Sequence

from flows.isolation.limits import DEFAULT, Broken, Limits


def run_isolated(job: str, payloads: Sequence[bytes], *, limits: Limits = DEFAULT) -> list[bytes | Broken]:  # noqa: ARG001
    """Run a function on each payload, as `flows.isolation.pool.run_isolated` does, but without any bounds."""
    module, _, name = job.partition(":")
    function = getattr(importlib.import_module(module), name)
    return [_answer(function, payload) for payload in payloads]


def warm_up(job: str, *, limits: Limits = DEFAULT) -> None:  # noqa: ARG001
    """Import what the job needs."""
    importlib.import_module(job.partition(":")[0])


def end_workers() -> None:
    """Nothing: there are none."""


def _answer(function: Callable[[bytes], bytes], payload: bytes) -> bytes | Broken:
    try:
        return function(payload)
    except MemoryError:
        return Broken("memory", "MemoryError")
    except Exception as error:  # noqa: BLE001 - whatever a library stumbles over is one finding
        return Broken("aborted", type(error).__name__)

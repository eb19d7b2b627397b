"""Within a worker: payloads in, answers out, under limits that hold for whatever library is at work."""

import importlib
import os
import resource
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from traceback import walk_tb
from typing import BinaryIO

from flows.isolation.words import BEGUN, DONE, FAULT, LEAVING, LENGTH_BYTES, MEMORY, NOTES_MAX_BYTES, READY

Job = Callable[[bytes], bytes]
_PROJECT = Path(__file__).parents[2]
_MIB = 1024 * 1024


def main(arguments: Sequence[str]) -> None:
    """Answer payloads until there are no more.

    Args:
        arguments: the job, MiB of memory, seconds of processor time.
    """
    job, memory_mib, seconds = arguments
    module, _, name = job.partition(":")
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a stop of everything is the parent's to obey; then its pipe ends
    source, sink = _pipes()
    function: Job = getattr(importlib.import_module(module), name)
    ceiling = _bound_memory(int(memory_mib) * _MIB)
    _say(sink, READY)
    while len(head := source.read(LENGTH_BYTES)) == LENGTH_BYTES:
        payload = source.read(int.from_bytes(head, "big"))
        _say(sink, BEGUN)
        signal.setitimer(signal.ITIMER_PROF, float(seconds))  # ends the process whatever code is running
        kind, answer = _attempt(function, payload)
        signal.setitimer(signal.ITIMER_PROF, 0)
        del payload
        stays = kind == DONE and _address_space() < ceiling - int(memory_mib) * _MIB // 2
        _say(sink, kind if stays or kind != DONE else LEAVING, len(answer).to_bytes(LENGTH_BYTES, "big"), answer)
        if not stays:
            return
        del answer


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """The two ends that are ours; whatever else is read or printed in this process comes to nothing."""
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return source, sink


def _say(sink: BinaryIO, *pieces: bytes) -> None:
    for piece in pieces:
        sink.write(piece)
    sink.flush()


def _attempt(function: Job, payload: bytes) -> tuple[bytes, bytes]:
    try:
        return DONE, function(payload)
    except MemoryError:
        return MEMORY, b"MemoryError"
    except BaseException as error:  # noqa: BLE001 - Rust's panics are no Exception; this is the outermost place there is
        return FAULT, _place_of(error).encode()


def _place_of(error: BaseException) -> str:
    """Kind and place of an error, without its text, which may quote the payload; the place nearest to it of ours."""
    frames = [(Path(frame.f_code.co_filename), line) for frame, line in walk_tb(error.__traceback__)]
    ours = [f"{file.name}:{line}" for file, line in frames if file.is_relative_to(_PROJECT)]
    return f"{type(error).__name__} ({ours[-1]})" if ours else type(error).__name__


def _bound_memory(memory: int) -> int:
    """Bound the address space to what is in use now and so many bytes more.

    The address space rather than what is written to: a reservation of 10 GB fails at once, before anything is done.

    Returns:
        The limit in bytes.
    """
    ceiling = _address_space() + memory
    _lower(resource.RLIMIT_AS, ceiling)
    _lower(resource.RLIMIT_FSIZE, NOTES_MAX_BYTES)
    _lower(resource.RLIMIT_CORE, 0)
    return ceiling


def _lower(limit: int, value: int) -> None:
    """Set a limit, never above what is allowed anyway."""
    _, hard = resource.getrlimit(limit)
    with suppress(ValueError, OSError):  # some systems know a limit but do not let it be set
        resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _address_space() -> int:
    """Bytes of address space in use; 0 where the system does not tell."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    except OSError:
        return 0
    return int(pages) * resource.getpagesize()

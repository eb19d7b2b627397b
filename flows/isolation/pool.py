"""The workers of this process: started, asked, given back, ended."""

import atexit
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import IO

from flows.isolation.limits import DEFAULT, Broken, IsolationError, Limits
from flows.isolation.words import DONE, LEAVING, LENGTH_BYTES, MEMORY, NOTES_MAX_BYTES, READY

_START_SECONDS = 120
"""A worker on a busy machine may take its time to import what it needs; no payload is blamed for that."""
_PATIENCE = 5
"""So many times its seconds may a payload take by the clock on the wall."""
_CHUNK = 1024 * 1024
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
_ONE_THREAD = {"POLARS_MAX_THREADS": "1", "RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
"""Every thread takes address space, which is what is bounded; the processes are what runs side by side."""
_OUT_OF_MEMORY = (b"memory allocation of", b"MemoryError", b"bad_alloc", b"out of memory", b"Cannot allocate memory")
"""Last words of programs that ran out of memory."""


class _GoneError(Exception):
    """The worker has ended."""


def run_isolated(job: str, payloads: Sequence[bytes], *, limits: Limits = DEFAULT) -> list[bytes | Broken]:
    """Run a function on each payload, in as many processes as there are processors.

    Args:
        job: a function from bytes to bytes, such as `flows.workbook.isolated:read`.
        payloads: what it is called with.
        limits: of each payload by itself.

    Returns:
        An answer for each payload, in their order.

    Raises:
        IsolationError: no worker starts.
    """
    side_by_side = min(_processors(), len(payloads))
    if side_by_side <= 1:
        return [_answer(job, payload, limits) for payload in payloads]
    threads = ThreadPoolExecutor(side_by_side, thread_name_prefix="isolation")
    try:
        return list(threads.map(lambda payload: _answer(job, payload, limits), payloads))
    finally:
        threads.shutdown(cancel_futures=True)


def warm_up(job: str, *, limits: Limits = DEFAULT) -> None:
    """Start a worker in the background, so that the first payload need not wait for it."""
    with _POOL.lock:
        if _POOL.idle.get((job, limits)):
            return
    _give_back(_Worker(job, limits))


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def _answer(job: str, payload: bytes, limits: Limits) -> bytes | Broken:
    """An answer, from a used worker if there is one.

    What came before is never blamed on a payload: one that breaks a used worker is tried once more in a fresh one.
    """
    worker = _idle_worker(job, limits)
    if worker is not None:
        answer = _asked(worker, payload, limits)
        if not isinstance(answer, Broken) or answer.reason == "time":
            return answer
    return _asked(_Worker(job, limits), payload, limits)


def _asked(worker: "_Worker", payload: bytes, limits: Limits) -> bytes | Broken:
    """One payload's answer; the worker is given back if it still is of use."""
    try:
        answer, stays = worker.ask(payload, limits.seconds)
    except BaseException:
        worker.end()
        raise
    if stays:
        _give_back(worker)
    else:
        worker.end()
    return answer


# --- the workers that wait -------------------------------------------------------------------------------------------


@dataclass
class _Pool:
    """The workers of this process: those that wait for work, and all that live."""

    lock: Lock = field(default_factory=Lock)
    idle: dict[tuple[str, Limits], list["_Worker"]] = field(default_factory=dict)
    alive: set["_Worker"] = field(default_factory=set)


_POOL = _Pool()


def _idle_worker(job: str, limits: Limits) -> "_Worker | None":
    while True:
        with _POOL.lock:
            waiting = _POOL.idle.get((job, limits))
            if not waiting:
                return None
            worker = waiting.pop()
        if worker.is_alive():
            return worker
        worker.end()


def _give_back(worker: "_Worker") -> None:
    with _POOL.lock:
        waiting = _POOL.idle.setdefault((worker.job, worker.limits), [])
        if len(waiting) < _processors():
            waiting.append(worker)
            return
    worker.end()


def end_workers() -> None:
    """End all workers of this process; later calls start new ones."""
    with _POOL.lock:
        ending = list(_POOL.alive)
        _POOL.idle.clear()
    for worker in ending:
        worker.end()


def _forget_workers() -> None:
    """In a child made by forking: the workers and their pipes are its parent's."""
    _POOL.lock = Lock()
    _POOL.idle = {}
    _POOL.alive = set()


atexit.register(end_workers)
os.register_at_fork(after_in_child=_forget_workers)


class _Worker:
    """One process and the pipes to it; used by one thread at a time."""

    def __init__(self, job: str, limits: Limits) -> None:
        self.job, self.limits = job, limits
        self.is_ready = False
        reads, self.to_worker = os.pipe()
        self.from_worker, writes = os.pipe()
        try:
            self.last_words: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process
            self.process = self._started(reads, writes)
        except OSError as error:
            _close(self.to_worker, self.from_worker)
            raise IsolationError(f"No process can be started to read files in: {error.strerror}.") from error
        finally:
            _close(reads, writes)
        os.set_blocking(self.to_worker, False)
        os.set_blocking(self.from_worker, False)
        with _POOL.lock:
            _POOL.alive.add(self)

    def _started(self, reads: int, writes: int) -> subprocess.Popen[bytes]:
        paths = [str(Path(entry or ".").resolve()) for entry in sys.path]
        kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        command = [sys.executable, "-P", "-m", "flows.isolation", self.job]
        return subprocess.Popen(  # noqa: S603 - our own program, with arguments of ours
            [*command, str(self.limits.memory_mib), str(self.limits.seconds)],
            stdin=reads,
            stdout=writes,
            stderr=self.last_words,
            cwd="/",
            env={**kept, **_ONE_THREAD, "PYTHONPATH": os.pathsep.join(paths)},
            start_new_session=True,  # Ctrl-C is for us, not for the worker
        )

    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self.process.poll() is None

    def ask(self, payload: bytes, seconds: float) -> tuple[bytes | Broken, bool]:
        """One payload's answer, and whether the worker can be asked again.

        Raises:
            IsolationError: the worker never came so far as to wait for work.
        """
        self._wait_until_ready()
        deadline = time.monotonic() + _PATIENCE * seconds
        try:
            self._send(len(payload).to_bytes(LENGTH_BYTES, "big"), deadline)
            self._send(payload, deadline)
            self._receive(1, deadline)  # BEGUN
            kind = self._receive(1, deadline)
            answer = self._receive(int.from_bytes(self._receive(LENGTH_BYTES, deadline), "big"), deadline)
        except TimeoutError:
            return Broken("time"), False
        except _GoneError:
            return self._cause_of_death(), False
        if kind in (DONE, LEAVING):
            return answer, kind == DONE
        return Broken("memory" if kind == MEMORY else "aborted", answer.decode(errors="replace")), False

    def _wait_until_ready(self) -> None:
        if self.is_ready:
            return
        try:
            self.is_ready = self._receive(1, time.monotonic() + _START_SECONDS) == READY
        except (_GoneError, TimeoutError):
            self.process.kill()
            self.process.wait()
            last = (self._words().decode(errors="replace").strip().splitlines() or ["it said nothing"])[-1]
            raise IsolationError(f"The process that files are read in does not start: {last}") from None

    def _send(self, data: bytes, deadline: float) -> None:
        rest = memoryview(data)
        while rest:
            _wait(self.to_worker, select.POLLOUT, deadline)
            try:
                rest = rest[os.write(self.to_worker, rest[:_CHUNK]) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise _GoneError from None

    def _receive(self, size: int, deadline: float) -> bytes:
        received = bytearray()
        while len(received) < size:
            _wait(self.from_worker, select.POLLIN, deadline)
            try:
                piece = os.read(self.from_worker, min(size - len(received), _CHUNK))
            except BlockingIOError:
                continue
            if not piece:
                raise _GoneError
            received += piece
        return bytes(received)

    def _cause_of_death(self) -> Broken:
        code = self.process.wait()
        name = signal.Signals(-code).name if code < 0 else f"exit {code}"
        if name == "SIGPROF":
            return Broken("time", name)
        is_hungry = name == "SIGKILL" or any(words in self._words() for words in _OUT_OF_MEMORY)
        return Broken("memory" if is_hungry else "aborted", name)

    def _words(self) -> bytes:
        self.last_words.seek(0)
        return self.last_words.read(NOTES_MAX_BYTES)

    def end(self) -> None:
        """End the process and let go of everything that belongs to it."""
        with _POOL.lock:
            if self not in _POOL.alive:
                return
            _POOL.alive.discard(self)
        self.process.kill()
        self.process.wait()
        _close(self.to_worker, self.from_worker)
        self.last_words.close()


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        with suppress(OSError):
            os.close(descriptor)


def _wait(descriptor: int, event: int, deadline: float) -> None:
    """Wait until a pipe can be read or written.

    Raises:
        TimeoutError: it cannot before the deadline.
    """
    poll = select.poll()
    poll.register(descriptor, event)
    left = deadline - time.monotonic()
    if left <= 0 or not poll.poll(left * 1000):
        raise TimeoutError

"""What one payload may take, and what comes of one that takes more."""

from dataclasses import dataclass
from typing import Literal

from expectations.errors import StatedError

Reason = Literal["memory", "time", "aborted"]


@dataclass(frozen=True)
class Limits:
    """What one payload may take: memory beyond that of the idle worker, and seconds of a processor's time.

    Seconds on the wall depend on what else a machine does, and a verdict must not; they only end what hangs idle.
    """

    memory_mib: int
    seconds: float


DEFAULT = Limits(memory_mib=1024, seconds=20)


@dataclass(frozen=True)
class Broken:
    """A payload without an answer.

    Attributes:
        reason: what it ran out of, or that the process ended.
        detail: the signal, or kind and place of the error; never what the payload says.
    """

    reason: Reason
    detail: str = ""


class IsolationError(StatedError):
    """No worker can be started: a fault of the installation, not of a payload."""

"""What is to be marked in a workbook: plain values that also cross into another process."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from expectations.finding import Finding, Severity

_LENGTH_BYTES = 8


@dataclass(frozen=True)
class Head:
    """What stands at the top of the first sheet, in German.

    Attributes:
        whose: body and period, such as `Bergstraße (06431), Jahresbericht 2026`.
        verdict: what became of the report.
        next_step: what the sender should do now.
        facts: further short facts, such as when the file came in and under which number.
        watermark: that all of it is invented; `""` where it is not.
    """

    whose: str
    verdict: str
    next_step: str
    facts: Sequence[str] = ()
    watermark: str = ""


@dataclass(frozen=True)
class Order:
    """A marking: the head, all findings, and one German sentence a reason why rules were not run."""

    head: Head
    findings: Sequence[Finding]
    unrun: Sequence[str] = ()


@dataclass(frozen=True)
class Marked:
    """What came of it.

    Attributes:
        content: the marked workbook; None where it was not marked.
        reason: why not, one German sentence; `""` where it was.
    """

    content: bytes | None
    reason: str = ""


def framed(data: bytes, order: Order) -> bytes:
    """A workbook and its order as one payload: the order as JSON behind its length, then the workbook."""
    text = json.dumps(asdict(order), ensure_ascii=False).encode("utf-8", "surrogatepass")
    return len(text).to_bytes(_LENGTH_BYTES, "big") + text + data


def unframed(payload: bytes) -> tuple[bytes, Order]:
    """A payload taken apart again."""
    begins = _LENGTH_BYTES + int.from_bytes(payload[:_LENGTH_BYTES], "big")
    told = json.loads(payload[_LENGTH_BYTES:begins].decode("utf-8", "surrogatepass"))
    findings = tuple(
        Finding(**{**one, "severity": Severity(one["severity"]), "also_at": tuple(one["also_at"])})
        for one in told["findings"]
    )
    head = Head(**{**told["head"], "facts": tuple(told["head"]["facts"])})
    return payload[begins:], Order(head, findings, tuple(told["unrun"]))


def answered(marked: Marked) -> bytes:
    """A marking's outcome as bytes: `+` and the workbook, or `-` and the reason."""
    return b"-" + marked.reason.encode() if marked.content is None else b"+" + marked.content


def outcome_of(answer: bytes) -> Marked:
    """The outcome that `answered` wrote."""
    return Marked(answer[1:]) if answer[:1] == b"+" else Marked(None, answer[1:].decode())

"""One judged file: what every form of its protocol is made from."""

from dataclasses import dataclass, replace
from datetime import date, datetime

import polars as pl

from expectations.finding import Finding, Judgement
from expectations.privacy import masked, shielded
from expectations.reading import Identity, Reading
from flows.feedback.rulings import Ruling

_INVISIBLE = (0x00AD, 0x061C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF)
_UNSEEN = {chr(point): "" for point in _INVISIBLE}
"""Soft hyphens, joiners, marks and overrides of direction: nothing stands in their place."""


@dataclass(frozen=True)
class Checked:
    """One file with everything that reading and judging said of it.

    Attributes:
        submission_id, received_at: of a file that was handed in; None where it was only tried.
        due_on: the last day for the body's report, where it is known.
        contact: whom to ask, one German sentence; `""` where nobody set it.
        is_demo: whether all of it is invented.
        is_marked: whether the sender's workbook with its marked cells lies beside the protocol.
        unmarked: why there is none, where there should be one; a German sentence.
        ruling: what the ministry decided about it, None as long as it did not.
    """

    file: str
    sha256: str
    reading: Reading
    judgement: Judgement
    rules_version: str
    submission_id: int | None = None
    received_at: datetime | None = None
    due_on: date | None = None
    contact: str = ""
    is_demo: bool = False
    is_marked: bool = False
    unmarked: str = ""
    ruling: Ruling | None = None


def findings_shown(checked: Checked) -> tuple[Finding, ...]:
    """All findings of a file; what people wrote to explain them is masked where it likely holds personal data."""
    return tuple(_shielded(finding) for finding in checked.judgement.findings)


def _shielded(finding: Finding) -> Finding:
    if not (finding.explained or finding.offered):
        return finding
    return replace(finding, explained=shielded(finding.explained), offered=shielded(finding.offered))


def cells_shown(checked: Checked) -> pl.DataFrame:
    """All cells that were read, as they may be shown."""
    return masked(checked.reading.cells, checked.judgement.findings)


def describe(identity: Identity | None) -> str:
    """Whose report it is: `Bergstraße (06431), Jahresbericht 2026`."""
    if identity is None:
        return "keinem Bericht zuzuordnen"
    return f"{identity.body_name} ({identity.ags}), {identity.kind.value} {identity.period.year}"


def plain(text: str) -> str:
    """Text that people typed, without signs that steer a terminal or turn the direction of reading."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else _UNSEEN.get(sign, " ") for sign in text)

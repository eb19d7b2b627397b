"""Which cells are marked, how strongly, and with what note."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from expectations.finding import Finding, Severity
from flows.marking.contents import Position, position_of

MARKS_MAX = 3_000
"""So many cells are marked. Forms are far smaller; beyond it, notes and their shapes would inflate too well to come in
through the front door again."""


class Weight(StrEnum):
    """How strongly a cell is marked, the strongest first."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True)
class Note:
    """One finding at one cell; `of` is the cell of the finding where this one is a further one of the same cause."""

    finding: Finding
    of: str = ""


@dataclass(frozen=True)
class CellMark:
    """A cell to mark."""

    position: Position
    weight: Weight
    notes: Sequence[Note]


Plan = Mapping[str, Sequence[CellMark]]
"""Marks by sheet, as the sheets are called in the file."""


def plan_of(findings: Sequence[Finding], sheets: Collection[str]) -> tuple[Plan, int]:
    """The marks of a workbook.

    Args:
        findings: the gravest first.
        sheets: names of its sheets of cells.

    Returns:
        The marks, and how many cells are left without one because there are too many.
    """
    cells: dict[tuple[str, Position], list[Note]] = {}
    left: set[tuple[str, Position]] = set()
    for finding in findings:
        if finding.sheet not in sheets:
            continue
        for place, note in _notes(finding):
            key = (finding.sheet, place)
            if key not in cells and len(cells) >= MARKS_MAX:
                left.add(key)
            else:
                cells.setdefault(key, []).append(note)
    plan: dict[str, list[CellMark]] = {}
    for (sheet, position), notes in cells.items():
        weight = min((weight_of(note.finding) for note in notes), key=list(Weight).index)
        plan.setdefault(sheet, []).append(CellMark(position, weight, notes))
    return plan, len(left)


def _notes(finding: Finding) -> Iterator[tuple[Position, Note]]:
    own = position_of(finding.cell)
    if own is not None:
        yield own, Note(finding)
    for further in finding.also_at:
        position = position_of(further.partition(":")[0])
        if position is not None:
            yield position, Note(finding, of=finding.cell)


def weight_of(finding: Finding) -> Weight:
    """How strongly a finding's cells are marked: one that asks nothing of anybody any more is a hint."""
    if finding.trial or finding.explained or finding.severity is Severity.HINT:
        return Weight.HINT
    return Weight.WARNING if finding.severity is Severity.WARNING else Weight.ERROR

"""The first sheet: what it says row by row, before it becomes cells."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from expectations.finding import Finding, Severity
from expectations.layout import address
from expectations.markers import text_mark
from flows.marking import wording
from flows.marking.conditions import condition
from flows.marking.contents import Content, Position, position_of
from flows.marking.markup import cleaned
from flows.marking.order import Order
from flows.marking.plan import Note, Weight, weight_of

_UNNAMEABLE = frozenset("[]:*?/\\\x00")
"""What no program allows in a sheet's name, and what in a formula could lead elsewhere."""


_SIGNS = "≤≥= "
_RUN_MAX = 12
"""Cells in one run: a formula may have 8,192 characters."""
_FURTHER_MAX = 2_000
"""So many rows list the further cells of one finding; who spilled over a sheet clears it and needs no more."""


@dataclass(frozen=True)
class Cell:
    """A cell of the first sheet.

    Attributes:
        look: name of its look.
        link: the place in the workbook to which it leads.
        formula: what its text is the result of.
    """

    text: str = ""
    look: str = "cell"
    link: str = ""
    formula: str = ""


@dataclass(frozen=True)
class Row:
    """A row; `is_wide` where its text runs over all columns."""

    cells: Sequence[Cell]
    is_wide: bool = False

    @property
    def marks(self) -> str:
        """Marks of its texts, by which they are known as ours when the workbook comes in again."""
        texts = [cell.text for cell in self.cells if cell.text]
        states = [wording.OPEN, wording.CHANGED] if any(cell.formula for cell in self.cells) else []
        return " ".join(dict.fromkeys(text_mark(text) for text in (*texts, *states)))


@dataclass(frozen=True)
class Target:
    """A sheet of the workbook as the list needs it: contents of its marked cells, and whether it is shown."""

    contents: Mapping[Position, Content]
    is_hidden: bool


Targets = Mapping[str, Target]


def head_rows(order: Order) -> list[Row]:
    """Title, whether it is invented, body and period, verdict, next step, how to use the sheet."""
    head = order.head
    facts = " · ".join(head.facts)
    return [
        _wide(wording.TITLE, "title"),
        *([_wide(head.watermark, "whose")] if head.watermark else []),
        _wide(" · ".join(part for part in (head.whose, facts) if part), "whose"),
        _wide(f"Ergebnis: {head.verdict}", "verdict"),
        _wide(head.next_step, "text"),
        _wide(wording.HOW_TO, "text"),
        Row([Cell(text, "header") for text in wording.HEADINGS]),
    ]


def finding_rows(order: Order, targets: Targets) -> Iterator[Row]:
    """All findings, the gravest first, those of one rule together."""
    if not order.findings:
        yield _wide(wording.NO_FINDINGS, "text")
    for severity in Severity:
        findings = [finding for finding in order.findings if finding.severity is severity]
        if not findings:
            continue
        look = f"band.{Weight.ERROR if severity is Severity.FATAL else severity}"
        yield Row([Cell(wording.band(severity, len(findings)), look), *_blank(look)])
        counts = Counter(finding.code for finding in findings)
        for code, number in counts.items():  # in the order in which each rule comes first
            if number > 1:
                yield Row([Cell(wording.group(code, number), "group"), *_blank("group")])
            for finding in findings:
                if finding.code == code:
                    yield from _rows_of(finding, targets)


def foot_rows(order: Order, notices: Sequence[str]) -> Iterator[Row]:
    """What was not checked, and where marks or notes are missing."""
    for reason in order.unrun:
        yield _wide(f"{wording.UNRUN} {reason}", "text")
    for notice in notices:
        yield _wide(notice, "text")


def _wide(text: str, look: str) -> Row:
    return Row([Cell(cleaned(text), look)], is_wide=True)


def _blank(look: str) -> list[Cell]:
    return [Cell(look=look)] * (len(wording.HEADINGS) - 1)


def _rows_of(finding: Finding, targets: Targets) -> Iterator[Row]:
    own = position_of(finding.cell)
    yield Row(
        [
            _state(finding, [own] if own else [], targets),
            _place(finding, finding.cell, targets),
            Cell(cleaned(what_text(finding))),
            Cell(cleaned(advice_text(finding))),
            Cell(finding.code, "quiet"),
        ]
    )
    runs = _runs(finding.also_at)
    for places in runs[:_FURTHER_MAX]:
        yield Row(
            [
                _state(finding, places, targets),
                _place(finding, _span(places), targets),
                Cell(cleaned(wording.further(finding.cell))),
                Cell(),
                Cell(finding.code, "quiet"),
            ]
        )
    unplaced = [wording.more(text) for text in finding.also_at if position_of(text.partition(":")[0]) is None]
    unlisted = [wording.unlisted(len(runs) - _FURTHER_MAX)] if len(runs) > _FURTHER_MAX else []
    for text in (*unplaced, *unlisted):
        yield Row([Cell(), Cell(), Cell(cleaned(text)), Cell(), Cell(finding.code, "quiet")])


def _runs(places: Sequence[str]) -> list[list[Position]]:
    """Places in runs down a column or along a row, so that one link leads to each run."""
    runs: list[list[Position]] = []
    for place in places:
        corners = [position for position in map(position_of, place.split(":")) if position is not None]
        last = runs[-1] if runs else []
        if len(corners) == 1 and last and _continues(last, corners[0]):
            last.append(corners[0])
        elif corners:
            runs.append(corners)
    return runs


def _continues(run: Sequence[Position], position: Position) -> bool:
    step = (position[0] - run[-1][0], position[1] - run[-1][1])
    begun = (run[1][0] - run[0][0], run[1][1] - run[0][1]) if len(run) > 1 else step
    return step in {(1, 0), (0, 1)} and step == begun and len(run) < _RUN_MAX


def _span(places: Sequence[Position]) -> str:
    first, last = address(*places[0]), address(*places[-1])
    return first if first == last else f"{first}:{last}"


def what_text(finding: Finding) -> str:
    """What was found, and what was expected where the sentence does not say it."""
    parts = [finding.message]
    if finding.expected.strip(_SIGNS) not in finding.message + finding.advice:
        parts.append(wording.expected(finding.expected))
    if finding.trial:
        parts.append(wording.TRIAL)
    return "\n".join(parts)


def advice_text(finding: Finding) -> str:
    """What to do, and what was said to it before."""
    if finding.explained:
        return wording.explained(finding.explained)
    return "\n".join([finding.advice, *([wording.offered(finding.offered)] if finding.offered else [])])


def _state(finding: Finding, places: Sequence[Position], targets: Targets) -> Cell:
    """Whether any of the cells still holds what it held: a formula, so that the list can be worked off."""
    if finding.explained:
        return Cell(wording.EXPLAINED, "state")
    target = targets.get(finding.sheet)
    contents = [target.contents.get(place) for place in places] if target else []
    if not contents or None in contents or weight_of(finding) is Weight.HINT or not _is_nameable(finding.sheet):
        return Cell(look="state")
    holds = ",".join(
        f"IFERROR({condition(content, f'{_quoted(finding.sheet)}!{address(*place)}')},FALSE)"
        for place, content in zip(places, contents, strict=True)
        if content is not None
    )
    return Cell(wording.OPEN, "state", formula=f'IF(OR({holds}),"{wording.OPEN}","{wording.CHANGED}")')


def _place(finding: Finding, cell: str, targets: Targets) -> Cell:
    text = cleaned(wording.place(finding.sheet, cell))
    target = targets.get(finding.sheet)
    if target is None or not _is_nameable(finding.sheet):
        return Cell(text)
    if target.is_hidden:
        text = wording.hidden(text)
    first, _, last = cell.partition(":")
    corners = [address(*position) for position in map(position_of, (first, last)) if position is not None]
    return Cell(text, "link", link=f"{_quoted(finding.sheet)}!{':'.join(corners) or 'A1'}")


def _is_nameable(sheet: str) -> bool:
    return bool(sheet) and not _UNNAMEABLE & set(sheet) and sheet.isprintable()


def _quoted(sheet: str) -> str:
    doubled = sheet.replace("'", "''")
    return f"'{doubled}'"


def note_texts(notes: Sequence[Note]) -> tuple[str, str]:
    """Heading and body of the note at a cell, which may have several findings."""
    headings = [f"{wording.SEVERITIES[note.finding.severity]} {note.finding.code}" for note in notes]
    bodies = []
    for heading, note in zip(headings, notes, strict=True):
        lines = [what_text(note.finding), f"→ {advice_text(note.finding)}"]
        lines = [wording.further(note.of) + ":", *lines] if note.of else lines
        bodies.append("\n".join(lines if len(notes) == 1 else [heading, *lines]))
    return ", ".join(dict.fromkeys(headings)), cleaned("\n\n".join(bodies), 1_500)

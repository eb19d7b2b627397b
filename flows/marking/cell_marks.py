"""Marks and notes on the sender's own sheets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from expectations.layout import address
from flows.marking import wording
from flows.marking.contents import BLANK, Content, Position, SheetCells, cells_of, shared_texts
from flows.marking.markup import STRICT_MAIN, Edit
from flows.marking.notes import NoteText, no_comments, with_notes
from flows.marking.package import WORKBOOK_PART, Package, add_part, related, relations_namespace
from flows.marking.plan import CellMark, Plan
from flows.marking.report import note_texts
from flows.marking.shapes import Measures, blocks_in, measures_of, no_shapes, with_shapes
from flows.marking.sheets import SHEET_DEPTH, SheetEntry, drawing_of, putting_on, showing_shapes
from flows.marking.styles import Looks


@dataclass
class Work:
    """What is known while a workbook is marked.

    Attributes:
        first_block: the first block of numbers of shapes that no drawing uses.
        without_notes: sheets on which no note could be put.
        threaded: places at which people discuss already.
    """

    package: Package
    namespace: str
    first_block: int = 1
    without_notes: list[str] = field(default_factory=list)
    threaded: list[str] = field(default_factory=list)


def contents_of(package: Package, sheets: Sequence[SheetEntry], plan: Plan) -> dict[str, SheetCells]:
    """The marked cells of all sheets, each with its content."""
    from_1904 = _counts_from_1904(package)
    found: dict[str, SheetCells] = {}
    for sheet in sheets:
        if sheet.name not in plan:
            continue
        data = package.content(sheet.part)
        rows = package.outline(sheet.part, SHEET_DEPTH).first("sheetData")
        wanted = {mark.position for mark in plan[sheet.name]}
        cells = cells_of(data, rows, wanted, from_1904=from_1904) if rows else SheetCells()
        cells.cells = {position: cells.cells.get(position, BLANK) for position in wanted}
        found[sheet.name] = cells
    numbers = {number for cells in found.values() for number in cells.shared.values()}
    part = related(package, WORKBOOK_PART, "sharedStrings")
    texts = shared_texts(package.content(part), numbers) if numbers and part else {}
    for cells in found.values():
        for position, number in cells.shared.items():
            text = texts.get(number, "")
            cells.cells[position] = Content("text", text) if text else BLANK
    return found


def _counts_from_1904(package: Package) -> bool:
    settings = package.outline(WORKBOOK_PART, 3).first("workbookPr")
    return settings is not None and settings.attribute("date1904") in {"1", "true", "on"}


def mark_sheet(work: Work, sheet: SheetEntry, marks: Sequence[CellMark], cells: SheetCells, looks: Looks) -> None:
    """Put the marks and notes of one sheet on it.

    Args:
        work: the marking.
        sheet: a sheet of cells.
        marks: its marks.
        cells: its marked cells with their contents.
        looks: numbers of the marks' looks.
    """
    package = work.package
    root = package.outline(sheet.part, SHEET_DEPTH)
    edits = list(putting_on(package.content(sheet.part), root, marks, cells.cells, looks.marks))
    notes = {mark.position: NoteText(*note_texts(mark.notes)) for mark in marks}
    shown = None if work.namespace == STRICT_MAIN else _put_notes(work, sheet, notes, measures_of(root, cells.heights))
    if shown is None:
        work.without_notes.append(sheet.name)
    package.change(sheet.part, [*edits, *(shown or ())])


def _put_notes(
    work: Work, sheet: SheetEntry, notes: Mapping[Position, NoteText], measures: Measures
) -> list[Edit] | None:
    """Put notes on a sheet.

    Returns:
        The edits of the sheet that show them; None where its comments or their drawing are none that we understand.
    """
    package = work.package
    root = package.outline(sheet.part, SHEET_DEPTH)
    comments, drawing = related(package, sheet.part, "comments"), drawing_of(package, sheet)
    if root.first("legacyDrawing") is not None and not drawing:
        return None
    added = with_notes(package.content(comments) if comments else no_comments(work.namespace), notes)
    shapes = with_shapes(
        package.content(drawing) if drawing else no_shapes(work.first_block),
        {position: notes[position].whole for position in added.new},
        {position: notes[position].whole for position in added.grown},
        measures,
        work.first_block,
    )
    if shapes is None:
        return None
    work.first_block = max(blocks_in(shapes), default=work.first_block) + 1
    work.threaded += [wording.place(sheet.name, address(*position)) for position in added.left]
    if comments:
        package.write(comments, added.data)
    else:
        add_part(package, sheet.part, "comments", "xl/comments{}.xml", added.data)
    if drawing:
        package.write(drawing, shapes)
        return []
    relation = add_part(package, sheet.part, "vmlDrawing", "xl/drawings/vmlDrawing{}.vml", shapes)
    return [showing_shapes(root, relation, relations_namespace(package))]

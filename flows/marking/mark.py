"""The municipality's own workbook, marked: earlier marks off, new ones on, and a list of all findings in front."""

from collections.abc import Sequence

from expectations.finding import Judgement, Outcome, Severity
from expectations.markers import MARKS_NAME, MARKS_SHEET
from expectations.reading import Reading
from flows.marking import wording
from flows.marking.book import NewName, with_first_sheet
from flows.marking.cell_marks import Work, contents_of, mark_sheet
from flows.marking.earlier import take_off
from flows.marking.markup import MAIN, STRICT_MAIN
from flows.marking.order import Head, Marked, Order
from flows.marking.package import (
    WORKBOOK_PART,
    Package,
    add_part,
    call_it_xlsx,
    is_strict,
    open_package,
    relations_namespace,
)
from flows.marking.plan import Plan, plan_of
from flows.marking.report import Target, finding_rows, foot_rows, head_rows
from flows.marking.report_sheet import LAST_COLUMN, sheet_xml
from flows.marking.shapes import blocks_in
from flows.marking.sheets import SheetEntry, sheet_entries
from flows.marking.styles import add_looks
from flows.marking.unmarkable import UnmarkableError
from flows.marking.wording import count_text

SIZE_MAX = 20 * 1024 * 1024
SHEETS_MAX = 100
"""The front door's own limits: what is handed back must come in again."""
_UNREADABLE = "Die Datei konnte nicht als Erhebungsbogen gelesen werden; markiert wird nur, was gelesen wurde."
_GRAVITY = list(Severity)


def mark_workbook(data: bytes, reading: Reading, judgement: Judgement, head: Head) -> Marked:
    """Mark what a municipality sent in its own workbook.

    Args:
        data: the file as it came, through the front door.
        reading: what was read of it.
        judgement: what was found.
        head: what stands at the top of its first sheet.

    Returns:
        The marked workbook, or a German sentence why there is none.
    """
    if not reading.is_readable:
        return Marked(None, _UNREADABLE)
    return mark(data, order_of(judgement, head))


def order_of(judgement: Judgement, head: Head) -> Order:
    """What is to be marked of a judgement: all findings, the gravest first, and why rules were not run."""
    findings = sorted(judgement.findings, key=lambda finding: _GRAVITY.index(finding.severity))
    reasons = [result.reason for result in judgement.results if result.outcome is Outcome.NOT_RUN]
    return Order(head, tuple(findings), tuple(dict.fromkeys(reason for reason in reasons if reason)))


def mark(data: bytes, order: Order) -> Marked:
    """Mark a workbook that came through the front door; never raises for its content."""
    try:
        content = _marked(data, order)
    except UnmarkableError as error:
        return Marked(None, str(error))
    if len(content) > SIZE_MAX:
        return Marked(None, "Mit den Markierungen wäre die Datei zu groß, um sie wieder einzusenden.")
    return Marked(content)


def _marked(data: bytes, order: Order) -> bytes:
    package = open_package(data)
    call_it_xlsx(package)
    take_off(package, order.findings)
    sheets = sheet_entries(package)
    if len(sheets) >= SHEETS_MAX:
        raise UnmarkableError("Die Datei hat zu viele Blätter, um eines davorzustellen.")
    looks = add_looks(package)
    plan, left = plan_of(order.findings, {sheet.name for sheet in sheets if sheet.is_cells})
    cells = contents_of(package, sheets, plan)
    work = Work(package, STRICT_MAIN if is_strict(package) else MAIN, _first_block(package))
    for sheet in sheets:
        if sheet.name in plan:
            mark_sheet(work, sheet, plan[sheet.name], cells[sheet.name], looks)
    targets = {
        sheet.name: Target(cells[sheet.name].cells if sheet.name in cells else {}, sheet.is_hidden)
        for sheet in sheets
        if sheet.part
    }
    head = head_rows(order)
    rows = [*head, *finding_rows(order, targets), *foot_rows(order, _notices(work, plan, left))]
    first = sheet_xml(rows, len(head), looks, work.namespace)
    _put_in_front(work, _free_name(sheets), first, rows=len(rows), header_row=len(head))
    return package.packed()


def _first_block(package: Package) -> int:
    """The first block of numbers of shapes that no drawing of the workbook uses."""
    drawings = [part for part in package.entries if part.endswith(".vml")]
    used = [block for part in drawings if part in package for block in blocks_in(package.content(part))]
    return max(used, default=0) + 1


def _notices(work: Work, plan: Plan, left: int) -> list[str]:
    """Where marks or notes are missing: nothing is left out unsaid."""
    marks = sum(map(len, plan.values()))
    return [
        *([wording.MARKS_LEFT.format(marked=count_text(marks), left=count_text(left))] if left else []),
        *([wording.NOTES_LEFT.format(sheets=", ".join(work.without_notes))] if work.without_notes else []),
        *([wording.THREADED_LEFT.format(cells="; ".join(work.threaded))] if work.threaded else []),
    ]


def _put_in_front(work: Work, name: str, content: bytes, *, rows: int, header_row: int) -> None:
    """Make the first sheet: its part, its place in the workbook, and the names that lead to it."""
    package = work.package
    relation = add_part(package, WORKBOOK_PART, "worksheet", "xl/worksheets/sheet{}.xml", content)
    names = (
        NewName("_xlnm.Print_Area", f"'{name}'!$A$1:${LAST_COLUMN}${rows}", is_local=True),
        NewName("_xlnm.Print_Titles", f"'{name}'!${header_row}:${header_row}", is_local=True),
        NewName(MARKS_NAME, f"'{name}'!$A$1"),
    )
    edits = with_first_sheet(
        package.content(WORKBOOK_PART),
        package.outline(WORKBOOK_PART, 3),
        name=name,
        relation=relation,
        namespace=relations_namespace(package),
        names=names,
    )
    package.change(WORKBOOK_PART, edits)


def _free_name(sheets: Sequence[SheetEntry]) -> str:
    taken = {sheet.name.casefold() for sheet in sheets}
    names = (MARKS_SHEET if number == 1 else f"{MARKS_SHEET} {number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name.casefold() not in taken)

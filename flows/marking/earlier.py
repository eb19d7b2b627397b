"""What an earlier marking put on is taken off, so that a marked workbook can be marked again."""

from collections.abc import Sequence

from expectations.finding import Finding
from expectations.markers import MARKS_NAME
from flows.marking.book import without_sheet
from flows.marking.notes import stripped
from flows.marking.package import WORKBOOK_PART, Package, related, relations, remove_relation
from flows.marking.shapes import without_shapes
from flows.marking.sheets import SHEET_DEPTH, SheetEntry, drawing_of, is_marked_or_chosen, sheet_entries, taking_off


def take_off(package: Package, findings: Sequence[Finding]) -> None:
    """Take off whatever an earlier marking put on, and choose no sheet."""
    _remove_earlier_report(package, findings)
    for sheet in sheet_entries(package):
        if not sheet.part:
            continue
        data = package.content(sheet.part)
        if is_marked_or_chosen(data):
            package.change(sheet.part, taking_off(data, package.outline(sheet.part, SHEET_DEPTH)))
        _strip_notes(package, sheet)


def _strip_notes(package: Package, sheet: SheetEntry) -> None:
    comments = related(package, sheet.part, "comments")
    if not comments:
        return
    before = package.content(comments)
    after = stripped(before)
    if after.data == before:
        return
    package.write(comments, after.data)
    drawing = drawing_of(package, sheet)
    if drawing:
        package.write(drawing, without_shapes(package.content(drawing), after.gone))


def _remove_earlier_report(package: Package, findings: Sequence[Finding]) -> None:
    """Remove the first sheet of an earlier marking, unless somebody wrote on it or put something there."""
    name = _earlier_report(package)
    sheets = sheet_entries(package)
    number = next((number for number, sheet in enumerate(sheets) if sheet.name == name and sheet.is_cells), None)
    if number is None or any(finding.sheet == name for finding in findings):
        return
    sheet = sheets[number]
    further = relations(package, sheet.part).values()
    if any(relation.kind not in {"printerSettings", "hyperlink"} for relation in further):
        return
    edits = without_sheet(package.content(WORKBOOK_PART), package.outline(WORKBOOK_PART, 3), number)
    package.change(WORKBOOK_PART, edits)
    for relation in further:
        if relation.kind == "printerSettings" and relation.target in package:
            package.remove(relation.target)
    package.remove(sheet.part)
    remove_relation(package, WORKBOOK_PART, sheet.relation)
    _remove_calculation_order(package)


def _earlier_report(package: Package) -> str:
    names = package.outline(WORKBOOK_PART, 3).first("definedNames")
    for node in names.all("definedName") if names else ():
        if node.attribute("name") == MARKS_NAME and not node.attribute("localSheetId"):
            return node.text.strip().rpartition("!")[0].strip("'").replace("''", "'").lstrip("$")
    return ""


def _remove_calculation_order(package: Package) -> None:
    """Programs make it anew; it may name cells of the sheet that is gone."""
    for relation in relations(package, WORKBOOK_PART).values():
        if relation.kind == "calcChain" and relation.target in package:
            package.remove(relation.target)
            remove_relation(package, WORKBOOK_PART, relation.id)

"""The sheets of the sender's workbook: where their parts are, and their marks put on and taken off."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from expectations.layout import address
from flows.marking.conditions import MARK, mark_formula
from flows.marking.contents import Content, Position
from flows.marking.markup import (
    Edit,
    Node,
    escaped,
    inserted_in_order,
    with_attribute,
    without,
    without_attribute,
)
from flows.marking.package import WORKBOOK_PART, Package, relations
from flows.marking.plan import CellMark

SHEET_ORDER = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection"),
    *("protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells"),
    *("phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins"),
    *("pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors"),
    *("smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls"),
    *("AlternateContent", "webPublishItems", "tableParts", "extLst"),
)
"""Children of a sheet as the schema orders them; controls and embedded objects may stand in an `AlternateContent`."""
_CHOSEN = re.compile(rb"""\btabSelected\s*=\s*["'](?:1|true|on)\b""")
SHEET_DEPTH = 6
"""How deep to look into a sheet: rules of newer programs stand as deep as that in the list of extensions."""


@dataclass(frozen=True)
class SheetEntry:
    """A sheet as the workbook lists it.

    Attributes:
        part: name in lower case; `""` where it is none of the package's.
        is_cells: whether it is a sheet of cells, and no chart.
    """

    name: str
    part: str
    relation: str
    is_cells: bool
    is_hidden: bool


def sheet_entries(package: Package) -> list[SheetEntry]:
    """All sheets in the order of the tabs."""
    found = relations(package, WORKBOOK_PART)
    listed = package.outline(WORKBOOK_PART, 3).first("sheets")
    entries = []
    for node in listed.all("sheet") if listed else ():
        relation = found.get(node.attribute("id"))
        part = relation.target if relation and relation.target in package else ""
        entries.append(
            SheetEntry(
                name=node.attribute("name"),
                part=part,
                relation=node.attribute("id"),
                is_cells=bool(part) and relation is not None and relation.kind == "worksheet",
                is_hidden=node.attribute("state") not in {"", "visible"},
            )
        )
    return entries


def is_marked_or_chosen(data: bytes) -> bool:
    """Whether there may be anything to take off a sheet, told without looking closely."""
    return MARK.encode() in data or _CHOSEN.search(data) is not None


def taking_off(data: bytes, root: Node) -> Iterator[Edit]:
    """The edits that take the marks of an earlier marking off a sheet, and make it one that is not chosen.

    With two sheets chosen, what is typed into one would go into both.
    """
    if MARK.encode() in data:
        yield from _unmarking(root)
    views = root.first("sheetViews") if _CHOSEN.search(data) else None
    for view in views.all("sheetView") if views else ():
        tag = data[view.begin : view.opened]
        yield Edit(view.begin, view.opened, without_attribute(tag, "tabSelected"))


def _unmarking(root: Node) -> Iterator[Edit]:
    """Programs put rules of the same cells together, people's own and ours."""
    for group in root.all("conditionalFormatting"):
        rules = group.all("cfRule")
        ours = [rule for rule in rules if any(MARK in formula.text for formula in rule.all("formula"))]
        if ours and len(ours) == len(rules):
            yield without(group)
        else:
            yield from map(without, ours)


def putting_on(
    data: bytes,
    root: Node,
    marks: Sequence[CellMark],
    contents: Mapping[Position, Content],
    styles: Mapping[str, int],
) -> Iterator[Edit]:
    """The edits that put a conditional format on a sheet for each mark, each before whatever formats there are.

    Excel goes by priority; LibreOffice by the order in which they stand, so that ours stand first.

    Args:
        data: the sheet's part.
        root: its outline.
        marks: its marks.
        contents: of the marked cells.
        styles: numbers of the marks' looks by weight.
    """
    yield from _moving_rules(data, root, len(marks))
    formats = "".join(
        _format(mark, contents[mark.position], styles, priority) for priority, mark in enumerate(marks, start=1)
    )
    yield inserted_in_order(root, "phoneticPr", formats, SHEET_ORDER)


def _format(mark: CellMark, content: Content, styles: Mapping[str, int], priority: int) -> str:
    formula = escaped(mark_formula(content, mark.position))
    return (
        f'<conditionalFormatting sqref="{address(*mark.position)}">'
        f'<cfRule type="expression" dxfId="{styles[mark.weight]}" priority="{priority}"><formula>{formula}</formula>'
        "</cfRule></conditionalFormatting>"
    )


def _moving_rules(data: bytes, root: Node, first: int) -> Iterator[Edit]:
    """Rules that are there, those in extensions included, come after so many of ours and else in the same order."""
    rules = [rule for rule in _rules(root) if rule.attribute("priority").isdecimal()]
    shift = first + 1 - min((int(rule.attribute("priority")) for rule in rules), default=0)
    for rule in rules:
        tag, priority = data[rule.begin : rule.opened], int(rule.attribute("priority")) + shift
        yield Edit(rule.begin, rule.opened, with_attribute(tag, "priority", str(priority)))


def _rules(node: Node) -> Iterator[Node]:
    for child in node.children:
        if child.local == "cfRule":
            yield child
        else:
            yield from _rules(child)


def showing_shapes(root: Node, relation: str, namespace: str) -> Edit:
    """The edit that makes a sheet show the shapes of notes."""
    xml = f'<legacyDrawing xmlns:r="{namespace}" r:id="{relation}"/>'
    return inserted_in_order(root, "legacyDrawing", xml, SHEET_ORDER)


def drawing_of(package: Package, sheet: SheetEntry) -> str:
    """The part with the shapes of a sheet's notes; `""` without one."""
    shown = package.outline(sheet.part, SHEET_DEPTH).first("legacyDrawing")
    relation = relations(package, sheet.part).get(shown.attribute("id")) if shown else None
    return relation.target if relation and relation.target in package else ""

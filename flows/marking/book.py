"""The workbook's own part: its list of sheets, what it shows first, and its defined names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from flows.marking.markup import (
    Edit,
    Node,
    appended,
    escaped,
    in_ascii,
    inserted_in_order,
    prefixed,
    with_attribute,
    without,
)
from flows.marking.unmarkable import UnmarkableError

NAMES_MAX = 5_000
"""The front door's own limit: what is handed back must come in again."""
_ORDER = (
    *("fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups"),
    *("externalReferences", "definedNames", "calcPr", "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr"),
    *("smartTagTypes", "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst"),
)


@dataclass(frozen=True)
class NewName:
    """A defined name; one that belongs to the new first sheet is `is_local`."""

    name: str
    refers_to: str
    is_local: bool = False


def without_sheet(data: bytes, root: Node, number: int) -> Iterator[Edit]:
    """The edits that take the sheet of that number from 0 out of the workbook's part, with its names."""
    listed = root.first("sheets")
    if listed is not None:
        yield without(listed.all("sheet")[number])
    for node in _names(root):
        local = _sheet_of(node)
        if local == number:
            yield without(node)
        elif local is not None and local > number:
            yield _moved(data, node, local - 1)


def with_first_sheet(
    data: bytes, root: Node, *, name: str, relation: str, namespace: str, names: Sequence[NewName]
) -> Iterator[Edit]:
    """The edits that put one more sheet into the workbook's part, the first and the one that is shown.

    Names that belong to one sheet follow it to its new place.

    Args:
        data: the workbook's part.
        root: its outline.
        name: of the new sheet.
        relation: id of the relation that leads to it.
        namespace: of relations within parts.
        names: further defined names; a workbook-level one that is there already is replaced.
    """
    listed = root.first("sheets")
    if listed is None:
        raise UnmarkableError("Die Datei hat keine Blätter.")
    taken = {node.attribute("sheetId") for node in listed.all("sheet")}
    number = next(number for number in count(1) if str(number) not in taken)
    sheet = f'<sheet xmlns:r="{namespace}" name="{escaped(name)}" sheetId="{number}" r:id="{relation}"/>'
    yield Edit(listed.opened, listed.opened, in_ascii(prefixed(sheet, listed.prefix)))
    yield from _views(data, root)
    if len(_names(root)) + len(names) > NAMES_MAX:
        raise UnmarkableError("Die Datei hat zu viele benannte Bereiche.")
    replaced = {one.name for one in names if not one.is_local}
    for node in _names(root):
        local = _sheet_of(node)
        if local is not None:
            yield _moved(data, node, local + 1)
        elif node.attribute("name") in replaced:
            yield without(node)
    yield from _with_names(data, root, names)


def _names(root: Node) -> list[Node]:
    names = root.first("definedNames")
    return names.all("definedName") if names else []


def _sheet_of(name: Node) -> int | None:
    """The number of the sheet to which a name belongs; None for names of the whole workbook."""
    local = name.attribute("localSheetId")
    return int(local) if local.isdecimal() else None


def _moved(data: bytes, name: Node, number: int) -> Edit:
    tag = data[name.begin : name.opened]
    return Edit(name.begin, name.opened, with_attribute(tag, "localSheetId", str(number)))


def _views(data: bytes, root: Node) -> Iterator[Edit]:
    views = root.first("bookViews")
    for view in views.all("workbookView") if views else ():
        tag = data[view.begin : view.opened]
        for name in ("firstSheet", "activeTab"):
            tag = with_attribute(tag, name, "0")
        yield Edit(view.begin, view.opened, tag)


def _with_names(data: bytes, root: Node, names: Sequence[NewName]) -> list[Edit]:
    xml = "".join(
        f'<definedName name="{escaped(one.name)}"{local}>{escaped(one.refers_to)}</definedName>'
        for one in names
        for local in (' localSheetId="0"' if one.is_local else "",)
    )
    there = root.first("definedNames")
    if there is None:
        return [inserted_in_order(root, "definedNames", f"<definedNames>{xml}</definedNames>", _ORDER)]
    return appended(data, there, xml)

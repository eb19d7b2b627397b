"""What tests ask of a marked workbook's package, and packages to mark."""

import io
import re
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from expectations.finding import Finding, Judgement, Severity, Verdict
from expectations.reading import Reading
from flows.marking import Head, Marked, mark, order_of
from tests.workbook.reports import packed, parts_of

HEAD = Head(
    whose="Bergstraße (06431), Jahresbericht 2026",
    verdict="zurückgegeben, bitte berichtigen",
    next_step="Bitte berichtigen Sie die Fehler in Ihrer Datei und senden Sie sie erneut.",
    facts=("geprüft am 01.04.2027", "Einreichung 12"),
)
_CHILDREN = """
worksheet sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges
 scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting
 dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties
 cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls
 webPublishItems tableParts extLst
workbook fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences
 definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing fileRecoveryPr
 webPublishObjects extLst
styleSheet numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst
dxf font numFmt fill alignment border protection extLst
comments authors commentList extLst
"""
"""Elements with their children as ECMA-376 orders them; Excel refuses others."""
ORDERS: Mapping[str, Sequence[str]] = {
    line.split()[0]: line.split()[1:] for line in _CHILDREN.strip().replace("\n ", " ").splitlines()
}
_SEVERAL = {"conditionalFormatting"}
_RELATION_ID = re.compile(r"\{http[^}]*/relationships\}(id|embed|link)$")


def finding(cell: str, severity: Severity = Severity.ERROR, **more: object) -> Finding:
    """A finding at a cell of sheet 03."""
    facts: dict[str, object] = {
        "code": "R-FIN-04",
        "message": "Unter „Ausgaben“ steht 60.000,05; möglich ist 60.000,00.",
        "advice": "Bitte prüfen Sie die Zahl.",
        "sheet": "03 Finanzen",
        "given": "60.000,05",
        "expected": "≤ 60.000,00",
    }
    return Finding(**{**facts, "cell": cell, "severity": severity, **more})  # type: ignore[arg-type]


def marked(data: bytes, findings: Sequence[Finding], *, verdict: Verdict = Verdict.RETURNED) -> bytes:
    """The marked workbook."""
    done = outcome(data, findings, verdict=verdict)
    assert done.content is not None, done.reason
    return done.content


def outcome(data: bytes, findings: Sequence[Finding], *, verdict: Verdict = Verdict.RETURNED) -> Marked:
    return mark(data, order_of(Judgement(verdict, tuple(findings)), HEAD))


def with_something_everywhere(reading: Reading) -> Judgement:
    """The reader's findings, and one of each severity in turn at every fourth cell, with two further cells."""
    rows = reading.cells.select("sheet", "cell", "field", "row_key", "raw").rows()
    made = []
    for number, (sheet, cell, field, key, raw) in enumerate(rows[::4]):
        further = tuple(row[1] for row in rows[number * 4 + 1 : number * 4 + 3] if row[0] == sheet)
        severity = (Severity.ERROR, Severity.WARNING, Severity.HINT)[number % 3]
        told = f"Unter „{field}“ steht „{raw}“."
        made.append(Finding("R-FLD-02", severity, told, "Bitte prüfen.", sheet, cell, field, key, raw, also_at=further))
    return Judgement(Verdict.RETURNED, (*reading.findings, *made))


def changed(data: bytes, changes: Mapping[str, Callable[[bytes], bytes] | bytes]) -> bytes:
    """A workbook with parts changed or added."""
    parts = parts_of(data)
    for name, change in changes.items():
        parts[name] = change(parts[name]) if callable(change) else change
    return packed(parts)


def sheet_part(data: bytes, name: str) -> str:
    """The part of a sheet by its name."""
    parts = parts_of(data)
    listed = [one for one in ET.fromstring(parts["xl/workbook.xml"]).iter() if _local(one) == "sheet"]
    ids = {one.get("name"): _relation_ids(one)[0] for one in listed}
    return _targets(parts, "xl/workbook.xml")[ids[name]]


def sheet_names(data: bytes) -> list[str]:
    root = ET.fromstring(parts_of(data)["xl/workbook.xml"])
    return [str(one.get("name")) for one in root.iter() if _local(one) == "sheet"]


def text_rows(data: bytes, name: str = "Prüfbericht") -> list[dict[str, str]]:
    """The texts of a sheet of ours by column, row by row."""
    root = ET.fromstring(parts_of(data)[sheet_part(data, name)])
    rows = []
    for row in (one for one in root.iter() if _local(one) == "row"):
        cells = [one for one in row if _local(one) == "c"]
        texts = {re.sub("[0-9]", "", str(one.get("r"))): "".join(_texts(one)) for one in cells}
        rows.append({column: text for column, text in texts.items() if text})
    return rows


def _texts(cell: ET.Element) -> Iterator[str]:
    return (one.text or "" for one in cell.iter() if _local(one) in {"t", "v"})


def formulas(data: bytes, name: str) -> dict[str, list[str]]:
    """Formulas of a sheet's conditional formats by range."""
    root = ET.fromstring(parts_of(data)[sheet_part(data, name)])
    found: dict[str, list[str]] = {}
    for one in (one for one in root if _local(one) == "conditionalFormatting"):
        told = [formula.text or "" for formula in one.iter() if _local(formula) == "formula"]
        found.setdefault(str(one.get("sqref")), []).extend(told)
    return found


def notes(data: bytes) -> dict[str, str]:
    """Texts of all notes by part and cell."""
    return {
        f"{part}!{one.get('ref')}": "".join(_texts(one))
        for part, content in parts_of(data).items()
        if "comments" in part.lower() and part.endswith(".xml") and "threaded" not in part.lower()
        for one in ET.fromstring(content).iter()
        if _local(one) == "comment"
    }


# --- what Excel would complain of ------------------------------------------------------------------------------------


def complaints(data: bytes) -> list[str]:
    """What a strict reader of the standard would complain of."""
    parts = parts_of(data)
    trees = {
        name: ET.fromstring(content) for name, content in parts.items() if name.endswith((".xml", ".rels", ".XML"))
    }
    return [
        *_container_complaints(data),
        *_type_complaints(parts, trees["[Content_Types].xml"]),
        *(told for name, root in trees.items() for told in _relation_complaints(parts, name, root)),
        *(f"{name}: {told}" for name, root in trees.items() for told in _order_complaints(root)),
        *_workbook_complaints(parts, trees),
    ]


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _container_complaints(data: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        broken = archive.testzip()
        names = [name.casefold() for name in archive.namelist()]
    if broken:
        yield f"{broken} is damaged"
    if len(set(names)) < len(names):
        yield "a part stands there twice"


def _type_complaints(parts: Mapping[str, bytes], types: ET.Element) -> Iterator[str]:
    overrides = Counter(str(one.get("PartName")).lower() for one in types if _local(one) == "Override")
    yield from (f"two types for {name}" for name, count in overrides.items() if count > 1)
    defaults = {str(one.get("Extension")).lower() for one in types if _local(one) == "Default"}
    for name in parts:
        is_typed = f"/{name.lower()}" in overrides or name.rpartition(".")[2].lower() in defaults
        if not is_typed and name != "[Content_Types].xml":
            yield f"no type for {name}"
    there = {f"/{name.lower()}" for name in parts}
    yield from (f"a type for {name}, which is not there" for name in overrides if name not in there)


def _targets(parts: Mapping[str, bytes], part: str) -> dict[str, str]:
    folder, _, name = part.rpartition("/")
    own = next((one for one in parts if one.lower() == f"{folder}/_rels/{name}.rels".lower().lstrip("/")), None)
    if own is None:
        return {}
    names = {one.lower(): one for one in parts}
    targets = {}
    for one in ET.fromstring(parts[own]):
        target = str(one.get("Target"))
        if one.get("TargetMode") != "External":
            plain = normpath(join("/", dirname(part), unquote(target))).lstrip("/")
            target = names.get(plain.lower(), f"missing {plain}")
        assert one.get("Id") not in targets, f"{own}: {one.get('Id')} twice"
        targets[str(one.get("Id"))] = target
    return targets


def _relation_ids(element: ET.Element) -> list[str]:
    return [value for name, value in element.attrib.items() if _RELATION_ID.match(name)]


def _relation_complaints(parts: Mapping[str, bytes], name: str, root: ET.Element) -> Iterator[str]:
    if name.endswith(".rels"):
        return
    targets = _targets(parts, name)
    for id_, target in targets.items():
        if target.startswith("missing "):
            yield f"{name}: {id_} leads to a {target}"
    for element in root.iter():
        yield from (f"{name}: no relation {id_}" for id_ in _relation_ids(element) if id_ not in targets)


def _order_complaints(root: ET.Element) -> Iterator[str]:
    for element in root.iter():
        order = ORDERS.get(_local(element))
        if order is None:
            continue
        ranks = [order.index(_local(child)) for child in element if _local(child) in order]
        if ranks != sorted(ranks):
            yield f"{_local(element)}: {[order[rank] for rank in ranks]}"
        twice = Counter(_local(child) for child in element) - Counter(order)
        yield from (f"{_local(element)}: {name} twice" for name in twice if name in order and name not in _SEVERAL)


def _workbook_complaints(parts: Mapping[str, bytes], trees: Mapping[str, ET.Element]) -> Iterator[str]:
    workbook = trees["xl/workbook.xml"]
    listed = [one for one in workbook.iter() if _local(one) == "sheet"]
    for attribute in ("name", "sheetId"):
        values = [str(one.get(attribute)).casefold() for one in listed]
        if len(set(values)) < len(values):
            yield f"two sheets with the same {attribute}"
    for one in (one for one in workbook.iter() if _local(one) == "definedName"):
        if int(one.get("localSheetId", 0)) >= len(listed):
            yield f"{one.get('name')} belongs to no sheet"
    targets = _targets(parts, "xl/workbook.xml")
    sheets = [targets[_relation_ids(one)[0]] for one in listed]
    chosen = [name for name in sheets if any(one.get("tabSelected") in {"1", "true"} for one in trees[name].iter())]
    if chosen != sheets[:1]:
        yield f"chosen: {chosen}"
    styles = next((trees[name] for name in targets.values() if name.lower().endswith("styles.xml")), None)
    counts = {_local(one): len(one) for one in styles} if styles is not None else {}
    for one in styles if styles is not None else ():
        if one.get("count") and int(str(one.get("count"))) != len(one):
            yield f"styles: {_local(one)} are {len(one)}, not {one.get('count')}"
    for name in sheets:
        yield from (f"{name}: {told}" for told in _sheet_complaints(parts, name, trees[name], counts))


def _sheet_complaints(
    parts: Mapping[str, bytes], name: str, root: ET.Element, counts: Mapping[str, int]
) -> Iterator[str]:
    rules = [one for one in root.iter() if _local(one) == "cfRule" and one.get("priority")]
    priorities = Counter(one.get("priority") for one in rules)
    yield from (f"priority {priority} twice" for priority, count in priorities.items() if count > 1)
    yield from (f"no dxf {one.get('dxfId')}" for one in rules if int(one.get("dxfId", 0)) >= counts.get("dxfs", 1))
    targets = _targets(parts, name)
    comments = next((one for one in targets.values() if re.search(r"comments?[0-9]*\.xml$", one)), None)
    shapes = next((one for one in targets.values() if one.endswith(".vml") and "HF" not in one), None)
    if comments is None:
        return
    cells = [str(one.get("ref")) for one in ET.fromstring(parts[comments]).iter() if _local(one) == "comment"]
    if len(set(cells)) < len(cells):
        yield "two comments at one cell"
    drawing = parts[shapes].decode() if shapes else "<xml/>"
    ET.fromstring(drawing)
    placed = re.findall(r"<\w+:Row>(\d+)</\w+:Row>\s*<\w+:Column>(\d+)</", drawing)
    if len(set(placed)) != len(placed) or len(placed) != len(cells):
        yield f"{len(cells)} comments, {len(placed)} shapes"
    numbers = re.findall(r'<\w+:shape [^>]*?id="(_x0000_s\d+)"', drawing)
    if len(set(numbers)) < len(numbers):
        yield "two shapes of one number"
    if not any(_local(one) == "legacyDrawing" for one in root):
        yield "no drawing for its notes"

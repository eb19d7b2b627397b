"""What the parts of a workbook say of it as a whole: its sheets, names, properties and links."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import join, normpath
from urllib.parse import unquote
from xml.parsers import expat

from flows.workbook.container import Parts
from flows.workbook.markup import Element, check_depth, elements, local, run
from flows.workbook.refusal import RefusalError, check_count

SHEETS_MAX = 100
NAMES_MAX = 5_000
STRINGS_MAX = 500_000
_WORKBOOK_SIZE_MAX = 50_000
"""Tags of the parts that are read at intake already, where no limit of time holds."""
WORKBOOK_PART = "xl/workbook.xml"
"""Where calamine, and every program that clerks use, has the workbook."""
PROPERTIES_PART = "docprops/custom.xml"
_TYPES_PART = "[content_types].xml"
_STRINGS_PART = "xl/sharedstrings.xml"
_STYLES_PART = "xl/styles.xml"
_TRUE = frozenset({"1", "true", "on"})
_WORKBOOK_TYPE = re.compile(
    r"(?:spreadsheetml\.(?:sheet|template)|ms-excel\.(?:sheet|template)\.macroEnabled)\.main\+xml$"
)
"""A workbook that may hold macros (.xlsm) need not hold any."""
_MACRO_TYPE = re.compile(r"macrosheet|vba", re.IGNORECASE)
_MACRO_FOLDERS = ("xl/macrosheets/", "xl/dialogsheets/")
_MACRO_RELATIONS = frozenset({"vbaProject", "xlMacrosheet", "xlIntlMacrosheet", "dialogsheet"})
_PERCENT_FORMATS = frozenset({"9", "10"})
"""Excel's own percentage formats; others have a percent sign that is neither quoted nor escaped."""
_NO_SIGNS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
"""What a number format shows literally, or does not show."""
_LONGEST_FORMAT = 255
_FOREIGN: Sequence[tuple[str, str]] = (
    ("xl/embeddings/", "eine eingebettete Datei"),
    ("xl/connections.xml", "eine Datenverbindung"),
    ("xl/querytables/", "eine Datenabfrage"),
    ("xl/model/", "ein Datenmodell"),
    ("xl/diagrams/", "eine SmartArt-Grafik"),
    ("xl/ctrlprops/", "ein Formularsteuerelement"),
    ("xl/activex/", "ein Steuerelement"),
    ("xl/webextensions/", "ein Office-Add-in"),
)
_LINKS_FOLDER = "xl/externallinks/"
_DDE = b"ddeLink"
"""What stands in a link that asks another program, not a file."""
OTHER_PROGRAM = "eine Verknüpfung mit einem anderen Programm (DDE)"
"""How such a link is called in a finding."""


@dataclass(frozen=True)
class SheetEntry:
    """A sheet as the workbook lists it; `part` is empty where it is no sheet of cells (a chart)."""

    name: str
    is_hidden: bool
    part: str


@dataclass(frozen=True)
class Package:
    """A workbook as a whole.

    Attributes:
        parts: the parts that reading needs, by name in lower case.
        sheets: in the order of the tabs.
        names: workbook-level defined names with what they refer to.
        properties: custom document properties.
        strings: the part of shared texts, None without one.
        styles: the part of cell styles, None without one.
        is_1904: whether days are counted from 1904, as old Macs did.
        percent_styles: numbers of the cell styles that show a percentage.
        links: files to which the workbook refers.
        foreign: further things inside that nobody reads, in German.
    """

    parts: Mapping[str, bytes]
    sheets: Sequence[SheetEntry]
    names: Mapping[str, str]
    properties: Mapping[str, str]
    strings: bytes | None
    styles: bytes | None
    is_1904: bool
    percent_styles: frozenset[str]
    links: Sequence[str]
    foreign: Sequence[str]


def open_package(parts: Parts) -> Package:
    """Read what the parts say of the workbook.

    Args:
        parts: the container's parts.

    Raises:
        RefusalError: it is another kind of file, holds macros, or is beyond a limit.
    """
    _check_kind(parts)
    contents = parts.contents
    workbook = workbook_elements(contents[WORKBOOK_PART])
    targets = targets_of(contents, WORKBOOK_PART)
    strings = contents.get(_related(targets, "sharedStrings", _STRINGS_PART))
    if strings is not None:
        _check_strings(strings)
    styles = contents.get(_related(targets, "styles", _STYLES_PART))
    return Package(
        parts=contents,
        sheets=_sheets(workbook, targets),
        names=defined_names(workbook),
        properties=custom_properties(contents[PROPERTIES_PART]) if PROPERTIES_PART in contents else {},
        strings=strings,
        styles=styles,
        is_1904=any(
            element.name == "workbookPr" and element.attributes.get("date1904") in _TRUE for element in workbook
        ),
        percent_styles=frozenset() if styles is None else _percent_styles(styles),
        links=tuple(_links(contents)),
        foreign=tuple(_foreign(parts)),
    )


def _check_kind(parts: Parts) -> None:
    """A workbook without macros."""
    contents = parts.contents
    declared = [
        element.attributes for element in elements(_TYPES_PART, contents[_TYPES_PART]) if element.name != "Types"
    ]
    types = [attributes.get("ContentType", "") for attributes in declared]
    related = {kind for kind, _ in targets_of(contents, WORKBOOK_PART).values()}
    if (
        any(_MACRO_TYPE.search(kind) for kind in types)
        or any(name.endswith("vbaproject.bin") or name.startswith(_MACRO_FOLDERS) for name in parts.names)
        or related & _MACRO_RELATIONS
    ):
        raise RefusalError("R-DAT-13")
    if not any(_WORKBOOK_TYPE.search(kind) for kind in types):
        raise RefusalError("R-DAT-06", given="ein Office-Dokument, das keine Arbeitsmappe ist")


def _check_strings(data: bytes) -> None:
    """Bound what calamine keeps of the shared texts; it trusts their declared number and reserves memory for it."""
    depth = texts = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, texts
        depth += 1
        check_depth(_STRINGS_PART, depth)
        if name == "si" or local(name) == "si":
            texts += 1
        elif local(name) == "sst":
            _check_declared_count(attributes)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    run(parser, _STRINGS_PART, data)
    check_count("Texte", texts, STRINGS_MAX)


def _check_declared_count(attributes: Mapping[str, str]) -> None:
    for name in ("count", "uniqueCount"):
        declared = attributes.get(name, "0")
        if not declared.isdecimal() or len(declared) > len(str(STRINGS_MAX)):
            raise RefusalError("R-DAT-15", given=_STRINGS_PART)


def targets_of(contents: Mapping[str, bytes], part: str) -> Mapping[str, tuple[str, str]]:
    """What a part refers to: id → kind of relation, and the part in lower case (or what lies outside, as it is)."""
    folder, _, name = part.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in contents:
        return {}
    return {
        element.attributes.get("Id", ""): (
            element.attributes.get("Type", "").rpartition("/")[2],
            _resolved(folder, element.attributes),
        )
        for element in elements(relations, contents[relations])
        if element.name == "Relationship"
    }


def _resolved(folder: str, relation: Mapping[str, str]) -> str:
    target = relation.get("Target", "")
    if relation.get("TargetMode") == "External":
        return target
    return normpath(join(f"/{folder}", unquote(target))).lstrip("/").lower()


def _related(targets: Mapping[str, tuple[str, str]], kind: str, usual: str) -> str:
    """The workbook's part of that kind; where no relation leads to one, the part under its usual name."""
    return next((part for found, part in targets.values() if found == kind), usual)


def _sheets(workbook: Sequence[Element], targets: Mapping[str, tuple[str, str]]) -> tuple[SheetEntry, ...]:
    listed = [element.attributes for element in workbook if element.name == "sheet" and element.parent == "sheets"]
    check_count("Blätter", len(listed), SHEETS_MAX)
    names = [attributes.get("name", "").casefold() for attributes in listed]
    if len(set(names)) != len(names):
        raise RefusalError("R-DAT-15", given=WORKBOOK_PART)
    entries = []
    for attributes in listed:
        kind, part = targets.get(attributes.get("id", ""), ("", ""))
        if not kind:  # a sheet that is listed and nowhere
            raise RefusalError("R-DAT-15", given=WORKBOOK_PART)
        is_hidden = attributes.get("state", "visible") != "visible"
        entries.append(SheetEntry(attributes.get("name", ""), is_hidden, part if kind == "worksheet" else ""))
    return tuple(entries)


def workbook_elements(data: bytes) -> list[Element]:
    """The elements of the part that lists sheets and names."""
    return elements(WORKBOOK_PART, data, size_max=_WORKBOOK_SIZE_MAX)


def defined_names(workbook: Sequence[Element]) -> Mapping[str, str]:
    """Workbook-level defined names; copies of a sheet bring names of their own, which do not count."""
    listed = [element for element in workbook if element.name == "definedName"]
    check_count("benannte Bereiche", len(listed), NAMES_MAX)
    return {
        element.attributes.get("name", ""): element.text.strip()
        for element in listed
        if "localSheetId" not in element.attributes
    }


def custom_properties(data: bytes) -> Mapping[str, str]:
    """Custom document properties by name; each holds one typed element with its text."""
    properties: dict[str, str] = {}
    text = ""
    for element in elements(PROPERTIES_PART, data, size_max=_WORKBOOK_SIZE_MAX):
        if element.name == "property":
            properties[element.attributes.get("name", "")] = text.strip()
            text = ""
        elif element.parent == "property":
            text = element.text
    return properties


def _percent_styles(data: bytes) -> frozenset[str]:
    found = elements(_STYLES_PART, data)
    formats = {
        element.attributes.get("numFmtId", ""): element.attributes.get("formatCode", "")
        for element in found
        if element.name == "numFmt"
    }
    percents = {number for number, code in formats.items() if shows_percentage(code)}
    percents |= _PERCENT_FORMATS - formats.keys()
    styles = [element for element in found if element.name == "xf" and element.parent == "cellXfs"]
    return frozenset(str(number) for number, style in enumerate(styles) if style.attributes.get("numFmtId") in percents)


def shows_percentage(code: str) -> bool:
    """Whether a number format shows a percentage."""
    return "%" in _NO_SIGNS.sub("", code[:_LONGEST_FORMAT])


def _links(contents: Mapping[str, bytes]) -> Iterator[str]:
    """Names of the files to which the workbook refers; folders may tell who works where, so they are left out."""
    for part in sorted(contents):
        if part.startswith(_LINKS_FOLDER) and part.endswith(".xml"):
            for _, target in targets_of(contents, part).values():
                yield unquote(target).replace("\\", "/").rpartition("/")[2]


def _foreign(parts: Parts) -> Iterator[str]:
    for beginning, kind in _FOREIGN:
        if any(name.startswith(beginning) for name in parts.names):
            yield kind
    if any(part.startswith(_LINKS_FOLDER) and _DDE in content for part, content in parts.contents.items()):
        yield OTHER_PROGRAM

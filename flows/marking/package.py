"""A workbook's package while it is being marked: its parts, what they refer to, and what kinds they have."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from flows.marking.container import Entries, entries_of, inflated, packed
from flows.marking.markup import (
    HEAD,
    STRICT_MAIN,
    Edit,
    Node,
    appended,
    edited,
    escaped,
    outline,
    with_attribute,
    without,
)
from flows.marking.unmarkable import UnmarkableError

TYPES_PART = "[content_types].xml"
WORKBOOK_PART = "xl/workbook.xml"
"""Where every program that clerks use has the workbook, and where the reader looks for it."""
_CLOSED = frozenset({"sheetData"})
_TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_NO_RELATIONS = f'{HEAD}<Relationships xmlns="{_RELATIONS}"></Relationships>'
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
KINDS = {
    "worksheet": f"{_SPREADSHEET}.worksheet+xml",
    "styles": f"{_SPREADSHEET}.styles+xml",
    "comments": f"{_SPREADSHEET}.comments+xml",
    "vmlDrawing": "application/vnd.openxmlformats-officedocument.vmlDrawing",
}
"""Content type of each kind of part that marking adds, by the name of the relation that leads to it."""


_SHEETS_KIND = f"{_SPREADSHEET}.sheet.main+xml"
_OTHER_SHEETS_KIND = re.compile(r"(?:\.template|\.macroEnabled)\.main\+xml$")


@dataclass(frozen=True)
class Relation:
    """What a part refers to: `target` is a part in lower case, or what lies outside as it is written."""

    id: str
    kind: str
    target: str


@dataclass
class Package:
    """The parts as they came, and what was changed since; all names in lower case.

    Attributes:
        changed: new contents.
        names: new parts as their names are written.
        removed: parts that are gone.
        read: contents of parts that were asked for.
        outlines: of parts as they are now, by part and depth.
    """

    entries: Entries
    changed: dict[str, bytes] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    read: dict[str, bytes] = field(default_factory=dict)
    outlines: dict[tuple[str, int], Node] = field(default_factory=dict)

    def __contains__(self, part: str) -> bool:
        """Whether it has such a part."""
        return part in self.changed or (part in self.entries and part not in self.removed)

    def content(self, part: str) -> bytes:
        """What a part holds now.

        Raises:
            UnmarkableError: there is none, or it is damaged.
        """
        if part in self.changed:
            return self.changed[part]
        if part not in self:
            raise UnmarkableError("Der Datei fehlt ein Bestandteil.")
        if part not in self.read:
            self.read[part] = inflated(self.entries[part])
        return self.read[part]

    def outline(self, part: str, depth: int) -> Node:
        """A part's elements down to a depth, those of cells left out.

        Raises:
            UnmarkableError: there is no such part, or it is no well-formed XML.
        """
        if (part, depth) not in self.outlines:
            self.outlines[part, depth] = outline(self.content(part), depth, closed=_CLOSED)
        return self.outlines[part, depth]

    def change(self, part: str, edits: Iterable[Edit]) -> None:
        """Change a part in place."""
        edits = list(edits)
        if edits:
            self.write(part, edited(self.content(part), edits))

    def write(self, name: str, content: bytes) -> None:
        """Change a part, or add one under that name."""
        part = name.lower()
        self.removed.discard(part)
        self.names.setdefault(part, name)
        self.changed[part] = content
        self._forget(part)

    def _forget(self, part: str) -> None:
        self.outlines = {key: node for key, node in self.outlines.items() if key[0] != part}

    def remove(self, part: str) -> None:
        """Take out a part with its own list of relations and its content type."""
        for one in (part, _relations_part(part)):
            self.removed.add(one)
            self.changed.pop(one, None)
            self._forget(one)
        _remove_type(self, part)

    def packed(self) -> bytes:
        """The container with everything that was changed."""
        return packed(self.entries, self.changed, self.names, self.removed)


def open_package(data: bytes) -> Package:
    """The package of a workbook.

    Raises:
        UnmarkableError: it is no .xlsx or .xlsm, damaged, or signed.
    """
    if not data.startswith(b"PK\x03\x04"):
        raise UnmarkableError("Markieren lassen sich nur Excel-Arbeitsmappen (.xlsx).")
    package = Package(entries_of(data))
    if WORKBOOK_PART not in package or TYPES_PART not in package:
        raise UnmarkableError("Markieren lassen sich nur Excel-Arbeitsmappen (.xlsx).")
    if any(name.startswith("_xmlsignatures/") for name in package.entries):
        raise UnmarkableError("Die Datei ist digital signiert; Markierungen würden die Signatur ungültig machen.")
    return package


def call_it_xlsx(package: Package) -> None:
    """Declare a workbook that came as .xlsm (without macros) or as a template what it is handed back as.

    Excel refuses to open a file whose name says another kind than it does itself.
    """
    data, types = package.content(TYPES_PART), package.outline(TYPES_PART, 2)
    others = [node for node in types.children if _OTHER_SHEETS_KIND.search(node.attribute("ContentType"))]
    tags = (with_attribute(data[node.begin : node.opened], "ContentType", _SHEETS_KIND) for node in others)
    package.change(TYPES_PART, [Edit(node.begin, node.opened, tag) for node, tag in zip(others, tags, strict=True)])


def is_strict(package: Package) -> bool:
    """Whether the workbook is of the strict kind of the standard, in which notes have no shapes."""
    return STRICT_MAIN in package.outline(WORKBOOK_PART, 3).attributes.values()


def relations_namespace(package: Package) -> str:
    """The namespace of relations within parts."""
    return _STRICT if is_strict(package) else _TRANSITIONAL


def relations(package: Package, part: str) -> Mapping[str, Relation]:
    """What a part refers to, by id; kinds are named by the end of their type."""
    own = _relations_part(part)
    if own not in package:
        return {}
    found = (_relation(part, node) for node in package.outline(own, 2).all("Relationship"))
    return {relation.id: relation for relation in found}


def related(package: Package, part: str, kind: str) -> str:
    """The part of that kind to which a part refers; `""` where there is none."""
    found = (relation.target for relation in relations(package, part).values() if relation.kind == kind)
    return next((target for target in found if target in package), "")


def _relation(part: str, node: Node) -> Relation:
    target = node.attribute("Target")
    if node.attribute("TargetMode") != "External":
        target = normpath(join("/", dirname(part), unquote(target))).lstrip("/").lower()
    return Relation(node.attribute("Id"), node.attribute("Type").rpartition("/")[2], target)


def _relations_part(part: str) -> str:
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels"


def add_part(package: Package, owner: str, kind: str, pattern: str, content: bytes) -> str:
    """Add a part to which another one refers.

    Args:
        package: the package.
        owner: the part that refers to it, in lower case.
        kind: a key of `KINDS`.
        pattern: its name with `{}` for a number.
        content: what it holds.

    Returns:
        The id of the relation.
    """
    names = (pattern.format(number) for number in count(1))
    name = next(name for name in names if name.lower() not in package)
    package.write(name, content)
    _add_type(package, name, KINDS[kind])
    return _add_relation(package, owner, kind, f"/{name}")


def _add_relation(package: Package, owner: str, kind: str, target: str) -> str:
    own = _relations_part(owner)
    taken = relations(package, owner)
    new = next(f"rId{number}" for number in range(1, len(taken) + 2) if f"rId{number}" not in taken)
    if own not in package:
        package.write(own, _NO_RELATIONS.encode())
    xml = f'<Relationship Id="{new}" Type="{relations_namespace(package)}/{kind}" Target="{escaped(target)}"/>'
    package.change(own, appended(package.content(own), package.outline(own, 2), xml))
    return new


def remove_relation(package: Package, owner: str, id_: str) -> None:
    """Take out a relation by its id."""
    own = _relations_part(owner)
    gone = [node for node in package.outline(own, 2).all("Relationship") if node.attribute("Id") == id_]
    package.change(own, map(without, gone))


def _remove_type(package: Package, part: str) -> None:
    types = package.outline(TYPES_PART, 2).all("Override")
    gone = [node for node in types if node.attribute("PartName").lower().lstrip("/") == part]
    package.change(TYPES_PART, map(without, gone))


def _add_type(package: Package, name: str, content_type: str) -> None:
    _remove_type(package, name.lower())
    xml = f'<Override PartName="/{escaped(name)}" ContentType="{content_type}"/>'
    package.change(TYPES_PART, appended(package.content(TYPES_PART), package.outline(TYPES_PART, 2), xml))

"""Looks that marking adds to a workbook: those of its own sheet, and those of marks.

They are put behind the ones that are there, so that no cell changes its look; what is there already is used again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flows.marking.markup import (
    HEAD,
    MAIN,
    STRICT_MAIN,
    Edit,
    Node,
    appended,
    edited,
    in_ascii,
    inserted_in_order,
    prefixed,
)
from flows.marking.package import WORKBOOK_PART, Package, add_part, is_strict, related
from flows.marking.plan import Weight

_ORDER = (
    *("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles"),
    *("colors", "extLst"),
)
_FORMATS_MAX = 64_000
"""So many looks of cells a workbook may have; our sheet is plain where there is no room."""
_FONTS_MAX = 1_000

_ERROR, _WARNING, _HINT = "FFB00020", "FF8A4B00", "FF00519E"
_ERROR_PALE, _WARNING_PALE, _HINT_PALE = "FFFCE4E4", "FFFFF0D6", "FFE5EEF6"
_INK, _QUIET, _LINE = "FF1A1A1A", "FF595959", "FFC9C9C9"

_DEFAULTS: Mapping[str, Sequence[str]] = {
    "fonts": ('<font><sz val="11"/><name val="Calibri"/></font>',),
    "fills": (
        '<fill><patternFill patternType="none"/></fill>',
        '<fill><patternFill patternType="gray125"/></fill>',
    ),
    "borders": ("<border><left/><right/><top/><bottom/><diagonal/></border>",),
    "cellXfs": ('<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',),
    "dxfs": (),
}
"""What programs expect at the first places of each list."""


@dataclass(frozen=True)
class _Look:
    """How cells of our own sheet look; what is a text stays one even when somebody edits it."""

    size: int = 10
    bold: bool = False
    underline: bool = False
    ink: str = _INK
    fill: str = ""
    line: bool = False
    wrap: bool = True
    is_text: bool = True


_LOOKS: Mapping[str, _Look] = {
    "title": _Look(size=16, bold=True, ink=_HINT, wrap=False),
    "whose": _Look(size=11, bold=True, wrap=False),
    "verdict": _Look(size=12, bold=True, wrap=False),
    "line": _Look(wrap=False),
    "text": _Look(),
    "header": _Look(bold=True, fill=_HINT_PALE, line=True),
    "band.error": _Look(size=11, bold=True, ink="FFFFFFFF", fill=_ERROR, wrap=False),
    "band.warning": _Look(size=11, bold=True, ink="FFFFFFFF", fill=_WARNING, wrap=False),
    "band.hint": _Look(size=11, bold=True, ink="FFFFFFFF", fill=_HINT, wrap=False),
    "group": _Look(bold=True, fill="FFF0F0F0", wrap=False),
    "cell": _Look(line=True),
    "link": _Look(line=True, underline=True, ink=_HINT),
    "state": _Look(line=True, is_text=False),
    "quiet": _Look(size=9, line=True, ink=_QUIET),
    "hidden": _Look(size=8, ink=_QUIET, wrap=False),
}


BANDS = tuple(name for name in _LOOKS if name.startswith("band."))
"""Looks of the headings over findings of one severity."""


def _side(name: str, style: str, color: str) -> str:
    return f'<{name} style="{style}"><color rgb="{color}"/></{name}>'


def _box(style: str, color: str) -> str:
    return f"<border>{''.join(_side(name, style, color) for name in ('left', 'right', 'top', 'bottom'))}"


def _solid(color: str) -> str:
    return (
        f'<fill><patternFill patternType="solid"><fgColor rgb="{color}"/><bgColor indexed="64"/></patternFill></fill>'
    )


def _mark(font: str, pale: str, border: str) -> str:
    fill = f'<fill><patternFill patternType="solid"><fgColor rgb="{pale}"/><bgColor rgb="{pale}"/></patternFill></fill>'
    return f"<dxf><font>{font}</font>{fill if pale else ''}{border}</border></dxf>"


_MARKS: Mapping[str, str] = {
    Weight.ERROR: _mark(f'<b/><color rgb="{_ERROR}"/>', _ERROR_PALE, _box("thin", _ERROR)),
    Weight.WARNING: _mark(f'<i/><color rgb="{_WARNING}"/>', _WARNING_PALE, _box("dashed", _WARNING)),
    Weight.HINT: _mark(f'<color rgb="{_HINT}"/>', "", _box("dotted", _HINT)),
    "done": '<dxf><font><strike/><color rgb="FF7A7A7A"/></font></dxf>',
}
"""Marks differ by colour and by border, and the gravest by bold type too."""


@dataclass(frozen=True)
class Looks:
    """Numbers of our looks in the workbook's lists.

    Attributes:
        cells: of cells of our own sheet, by name; 0 for all where the workbook has no room for more.
        marks: of conditional formats, by weight, and `done`.
    """

    cells: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(_LOOKS, 0))
    marks: Mapping[str, int] = field(default_factory=dict)


def add_looks(package: Package) -> Looks:
    """Put our looks into the workbook's styles; a workbook without any gets some."""
    part = related(package, WORKBOOK_PART, "styles")
    if not part:
        namespace = STRICT_MAIN if is_strict(package) else MAIN
        empty = f'{HEAD}<styleSheet xmlns="{namespace}"></styleSheet>'
        add_part(package, WORKBOOK_PART, "styles", "xl/styles{}.xml", empty.encode())
        part = related(package, WORKBOOK_PART, "styles")
    data = package.content(part)
    lists = _Lists(data, package.outline(part, 3))
    marks = {name: lists.number_of("dxfs", dxf) for name, dxf in _MARKS.items()}
    has_room = lists.count("cellXfs") + len(_LOOKS) <= _FORMATS_MAX and lists.count("fonts") <= _FONTS_MAX
    cells = {name: _number_of(lists, look) if has_room else 0 for name, look in _LOOKS.items()}
    package.write(part, lists.extended())
    return Looks(cells, marks)


def _number_of(lists: "_Lists", look: _Look) -> int:
    shape = f"{'<b/>' if look.bold else ''}{'<u/>' if look.underline else ''}"
    font = f'<font>{shape}<sz val="{look.size}"/><color rgb="{look.ink}"/><name val="Calibri"/><family val="2"/></font>'
    numbers = {
        "fontId": lists.number_of("fonts", font),
        "fillId": lists.number_of("fills", _solid(look.fill)) if look.fill else 0,
        "borderId": lists.number_of("borders", f"{_box('thin', _LINE)}<diagonal/></border>") if look.line else 0,
    }
    numbers |= {"xfId": 0} if lists.root.first("cellStyleXfs") else {}
    numbers |= {"quotePrefix": 1} if look.is_text else {}
    settings = "".join(f' {name}="{number}"' for name, number in numbers.items())
    alignment = f'<alignment vertical="top" wrapText="{int(look.wrap)}"/>'
    xf = f'<xf numFmtId="0"{settings} applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">{alignment}</xf>'
    return lists.number_of("cellXfs", xf)


class _Lists:
    """The lists of a workbook's styles, and what is to be put behind each."""

    def __init__(self, data: bytes, root: Node) -> None:
        self.data, self.root = data, root
        self.new: dict[str, list[str]] = {}
        self.known: dict[str, dict[bytes, int]] = {}

    def count(self, name: str) -> int:
        """How many entries a list has, new ones included."""
        there = self.root.first(name)
        return (len(there.children) if there else 0) + len(self.new.get(name, ()))

    def number_of(self, name: str, xml: str) -> int:
        """The number of an entry, added where there is none like it."""
        entry = in_ascii(prefixed(xml, self.root.prefix))
        known = self._known(name)
        if entry not in known:
            known[entry] = self.count(name)
            self.new[name].append(xml)
        return known[entry]

    def _known(self, name: str) -> dict[bytes, int]:
        if name not in self.known:
            there = self.root.first(name)
            self.new[name] = [] if there else list(_DEFAULTS[name])
            children = there.children if there else ()
            self.known[name] = {self.data[one.begin : one.end]: number for number, one in enumerate(children)}
        return self.known[name]

    def extended(self) -> bytes:
        """The part with all new entries."""
        edits: list[Edit] = []
        for name in _ORDER:
            entries = self.new.get(name)
            if not entries:
                continue
            there = self.root.first(name)
            if there is None:
                xml = f'<{name} count="{len(entries)}">{"".join(entries)}</{name}>'
                edits.append(self._list_in_order(name, xml))
            else:
                edits += appended(self.data, there, "".join(entries), count=str(self.count(name)))
        return edited(self.data, edits)

    def _list_in_order(self, name: str, xml: str) -> Edit:
        return inserted_in_order(self.root, name, xml, _ORDER)

"""The shapes of notes: a drawing in an old language that is rarely well-formed, so only single shapes are touched."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

from flows.marking.contents import COLUMNS_MAX, ROWS_MAX, Position
from flows.marking.markup import Node

_PREFIX = rb"((?:[A-Za-z][\w.-]*:)?)"
"""Programs choose prefixes freely."""
_BEGIN = re.compile(rb"<" + _PREFIX + rb"shape\b")
_NUMBERS = {name: re.compile(rb"<" + _PREFIX + name + rb">\s*([0-9]{1,7})\s*</") for name in (b"Row", b"Column")}
_ANCHOR = re.compile(rb"<" + _PREFIX + rb"Anchor>([0-9,\s-]{1,200})</")
_CLIENT_DATA = re.compile(rb"<" + _PREFIX + rb"ClientData\b[^>]*[^/]>")
_NOTE = re.compile(rb"""ObjectType\s*=\s*["']Note["']""")
_BLOCKS = re.compile(rb"(<" + _PREFIX + rb"""idmap\b[^>]*?\bdata\s*=\s*["'])([0-9,\s]{1,2000})""")
_SHAPE_NUMBER = re.compile(rb"\bid\s*=\s*[\"']_x0000_s([0-9]{1,9})[\"']")
_END = b"</xml>"
_BLOCK = 1024
"""Numbers of shapes come in blocks that belong to one drawing each."""
_KIND = (
    '<v:shapetype{spaces} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_HAS_KIND = re.compile(rb"""<(?:[A-Za-z][\w.-]*:)?shapetype\b[^>]*\bid\s*=\s*["']_x0000_t202["']""")
_SPACES = (
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_ROOT = re.compile(rb"<xml\b[^>]*>")
_EMPTY = f'<xml{_SPACES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{{block}}"/></o:shapelayout></xml>'
_WIDTH = 300
"""Of a note, in pixels."""
_LINE, _PADDING = 14, 14
_SIGNS_IN_LINE = 48
_COLUMN, _ROW = 64, 20
"""Pixels of columns and rows that say nothing of their size."""
_HEIGHT_MAX = 700
_USUAL = 80
"""Pixels of a note's height where nothing is said of it."""


@dataclass(frozen=True)
class Measures:
    """Sizes of a sheet's columns and rows that have one of their own, in pixels; others have the sheet's own."""

    widths: Mapping[int, int]
    heights: Mapping[int, int]
    width: int
    height: int


def measures_of(sheet: Node, heights: Mapping[int, float]) -> Measures:
    """A sheet's sizes.

    Args:
        sheet: its outline.
        heights: of rows, in points.
    """
    widths: dict[int, int] = {}
    columns = sheet.first("cols")
    for column in columns.all("col") if columns else ():
        first, last = column.attribute("min"), column.attribute("max")
        if first.isdecimal() and last.isdecimal() and int(first) <= COLUMNS_MAX:
            width = 0 if column.attribute("hidden") in {"1", "true"} else _pixels(column.attribute("width"))
            widths |= dict.fromkeys(range(int(first), min(int(last), COLUMNS_MAX) + 1), width)
    settings = sheet.first("sheetFormatPr")
    height = _float(settings.attribute("defaultRowHeight")) if settings else 0.0
    width = _pixels(settings.attribute("defaultColWidth")) if settings else _COLUMN
    pixels = {row: round(points * 4 / 3) for row, points in heights.items()}
    return Measures(widths, pixels, width, round(height * 4 / 3) or _ROW)


def _pixels(characters: str) -> int:
    width = _float(characters)
    return int(width * 7 + 5) if 0 < width < 256 else _COLUMN


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def no_shapes(block: int) -> bytes:
    """A drawing without shapes, whose shapes will bear numbers of that block."""
    return _EMPTY.format(block=block).encode()


def blocks_in(data: bytes) -> frozenset[int]:
    """The blocks of numbers that a drawing uses."""
    return frozenset(
        int(number) for match in _BLOCKS.finditer(data) for number in match[3].split(b",") if number.strip().isdigit()
    )


def without_shapes(data: bytes, cells: Collection[Position]) -> bytes:
    """A drawing without the notes of those cells."""
    return b"".join(piece for piece in _pieces(data) if not cells or _cell_of(piece) not in cells)


def with_shapes(
    data: bytes, new: Mapping[Position, str], grown: Mapping[Position, str], measures: Measures, block: int
) -> bytes | None:
    """A drawing with shapes of notes.

    Args:
        data: the drawing.
        new: cells that get a shape, with their text.
        grown: cells whose shape must hold that text besides what is there.
        measures: the sheet's sizes.
        block: the first number of a block that no drawing of the workbook uses, nor those after it.

    Returns:
        The drawing; None where it is none that we understand.
    """
    if _END not in data:
        return None
    data = b"".join(_grown(piece, grown, measures) for piece in _pieces(data)) if grown else data
    blocks, fresh = _blocks_for(data, len(new), block)
    if fresh:
        listed = b",".join(b"%d" % number for number in fresh)
        data = _BLOCKS.sub(lambda match: match[1] + match[3].rstrip() + b"," + listed, data, count=1)
    spaces = "" if _declares_ours(data) else _SPACES
    kind = "" if _HAS_KIND.search(data) else _KIND.format(spaces=spaces)
    shapes = "".join(_shapes(new, measures, blocks, spaces))
    end = data.rindex(_END)
    return data[:end] + (kind + shapes).encode("ascii") + data[end:]


def _declares_ours(data: bytes) -> bool:
    """Whether the root gives the usual prefixes their usual meaning."""
    root = _ROOT.search(data)
    return root is not None and all(f" {space}".encode() in root[0] for space in _SPACES.split())


def _blocks_for(data: bytes, shapes: int, block: int) -> tuple[list[int], list[int]]:
    """Blocks for the numbers of so many shapes: the drawing's own ones without any, then fresh ones from `block` on."""
    used = {int(number) // _BLOCK for number in _SHAPE_NUMBER.findall(data)}
    needed = -(-shapes // (_BLOCK - 1))
    own = blocks_in(data)
    free = sorted(own - used)[:needed]
    first = max(block, max(own, default=0) + 1)
    fresh = list(range(first, first + needed - len(free)))
    return [*free, *fresh], fresh


def _shapes(new: Mapping[Position, str], measures: Measures, blocks: Sequence[int], spaces: str) -> Iterator[str]:
    for number, (position, text) in enumerate(new.items()):
        beyond, within = divmod(number, _BLOCK - 1)
        height = height_of(text)
        row, column = position
        yield (
            f'<v:shape{spaces} id="_x0000_s{blocks[beyond] * _BLOCK + within + 1}" type="#_x0000_t202" '
            f'style="position:absolute;width:{_WIDTH * 3 // 4}pt;height:{height * 3 // 4}pt;z-index:{number + 1};'
            'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
            '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
            '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
            '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
            f"<x:Anchor>{_anchor(position, height, measures)}</x:Anchor><x:AutoFill>False</x:AutoFill>"
            f"<x:Row>{row - 1}</x:Row><x:Column>{column - 1}</x:Column></x:ClientData></v:shape>"
        )


def height_of(text: str) -> int:
    """Pixels that a note's text needs."""
    lines = sum(max(len(wrap(line, _SIGNS_IN_LINE)), 1) for line in text.split("\n"))
    return min(lines * _LINE + _PADDING, _HEIGHT_MAX)


def _anchor(position: Position, height: int, measures: Measures) -> str:
    """Where a note begins and ends: right of its cell, as cells and pixels within them."""
    row, column = position
    left = min(column + 1, COLUMNS_MAX)
    right, into_column = _reached(left, 12 + _WIDTH, measures.widths, measures.width, COLUMNS_MAX)
    bottom, into_row = _reached(row, 4 + height, measures.heights, measures.height, ROWS_MAX)
    return f"{left - 1}, 12, {row - 1}, 4, {right - 1}, {into_column}, {bottom - 1}, {into_row}"


def _reached(first: int, pixels: int, sizes: Mapping[int, int], usual: int, last: int) -> tuple[int, int]:
    """The column or row so many pixels on, and how many of them are within it."""
    at = first
    while at < last and pixels >= (size := sizes.get(at, usual)):
        pixels -= size
        at += 1
    return at, min(pixels, max(sizes.get(at, usual) - 1, 0))


def _grown(shape: bytes, grown: Mapping[Position, str], measures: Measures) -> bytes:
    """A shape that holds what is there and that text besides; one without a size of its own gets ours."""
    cell = _cell_of(shape)
    if cell is None or cell not in grown:
        return shape
    height = height_of(grown[cell])
    anchor = _ANCHOR.search(shape)
    if anchor is None:
        own = _anchor(cell, height + _USUAL, measures).encode()
        return _CLIENT_DATA.sub(
            lambda match: match[0] + b"<%sAnchor>%s</%sAnchor>" % (match[1], own, match[1]), shape, 1
        )
    numbers = [int(number) for number in anchor[2].split(b",") if number.strip().lstrip(b"-").isdigit()]
    if len(numbers) != 8 or not 0 <= numbers[6] < ROWS_MAX:
        return shape
    needed = max(numbers[7], 0) + height
    bottom, into_row = _reached(numbers[6] + 1, needed, measures.heights, measures.height, ROWS_MAX)
    numbers[6:] = [bottom - 1, into_row]
    return shape[: anchor.start(2)] + ", ".join(map(str, numbers)).encode() + shape[anchor.end(2) :]


def _pieces(data: bytes) -> Iterator[bytes]:
    """The drawing in pieces: its shapes, and what stands between them."""
    kept_to = 0
    while begin := _BEGIN.search(data, kept_to):
        closing = b"</" + begin[1] + b"shape>"
        end = data.find(closing, begin.end())
        if end < 0:
            break
        yield data[kept_to : begin.start()]
        kept_to = end + len(closing)
        yield data[begin.start() : kept_to]
    yield data[kept_to:]


def _cell_of(shape: bytes) -> Position | None:
    """The cell whose note a shape is; None for other shapes."""
    if not _NOTE.search(shape):
        return None
    row, column = (pattern.search(shape) for pattern in _NUMBERS.values())
    return (int(row[2]) + 1, int(column[2]) + 1) if row and column else None

"""A published page as somebody reads it who measures its pictures: what is drawn, how long, in what colour and order.

Nothing here knows how the page is made. Whatever can be read off a picture is held against the public figures: each
length, colour and number must belong to a figure that `figures.parquet` shows, and what it hides must look the same
whatever it is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from lxml import html

from tests.publication.report.public import Public, Shown

_BAR = re.compile(r"M0,(-?[\d.]+)h([\d.]+)v14h-?[\d.]+Z")
_COLUMN = re.compile(r"M(-?[\d.]+),(-?[\d.]+)h34v(-?[\d.]+)h-34Z")
_VERTEX = re.compile(r"[ML](-?[\d.]+),(-?[\d.]+)")
_PLACE = re.compile(r"translate\((-?[\d.]+),(-?[\d.]+)\)")
_BASE, _FOOT = 96.0, 113.0
"""Where charts in time have their zero, and where their periods are written, in units of the picture."""
_TOLERANCE = 0.2
"""Lengths are written with one decimal; a measured one and the scale are each off by half of that."""


@dataclass(frozen=True)
class Mark:
    """One thing in a chart: its name, what is written beside it and where, and how long it is drawn."""

    label: str
    written: str
    length: float | None
    color: str
    written_at: float


@dataclass(frozen=True)
class Chart:
    """A chart of an indicator; `unread` are shapes that belong to no mark."""

    indicator: str
    caption: str
    alternative: str
    marks: tuple[Mark, ...]
    unread: tuple[str, ...]


@dataclass(frozen=True)
class Tile:
    """A body on a map."""

    short: str
    written: str
    look: tuple[str, ...]
    place: tuple[float, float]


def charts(page: html.HtmlElement) -> Iterator[Chart]:
    """Every chart of every indicator."""
    for article in page.iterfind('.//article[@class="indicator"]'):
        indicator = text_of(article.find('.//span[@class="code"]'))
        for figure in article.iterfind('.//div[@class="charts"]/figure'):
            svg = figure.find("svg")
            caption, alternative = text_of(figure.find("figcaption")), svg.get("aria-label")
            marks, unread = (_lying if alternative.startswith("Balken") else _standing)(svg)
            yield Chart(indicator, caption, alternative, tuple(marks), tuple(unread))


def maps(page: html.HtmlElement) -> Iterator[tuple[str, list[Tile], dict[str, tuple[str, ...]]]]:
    """Every map of an indicator: its caption, its tiles, and its legend as name → look."""
    for figure in page.iterfind('.//div[@class="maps"]/figure'):
        tiles = [_tile(group) for group in figure.find("svg").iterfind("g")]
        legend = {text_of(item): _look(item.find("svg")) for item in figure.iterfind('.//ul[@class="legend"]/li')}
        yield text_of(figure.find("figcaption")), tiles, legend


def text_of(element: html.HtmlElement) -> str:
    """The text of an element, with plain spaces."""
    return " ".join("".join(element.itertext()).replace("\u00ad", "").split())


def _tile(group: html.HtmlElement) -> Tile:
    short, written = (text_of(text) for text in group.iterfind("text"))
    return Tile(short, written, _look(group), _at(group))


def _look(group: html.HtmlElement) -> tuple[str, ...]:
    """The colours of all that is drawn in a group, in order, whatever its size."""
    return tuple(chain.from_iterable((rect.get("fill"), rect.get("stroke", "")) for rect in group.iterfind("rect")))


def _at(element: html.HtmlElement) -> tuple[float, float]:
    found = _PLACE.search(element.get("transform", "translate(0,0)"))
    assert found is not None
    return float(found[1]), float(found[2])


def _written(svg: html.HtmlElement) -> list[tuple[str, str, float, float]]:
    """All texts of a chart: where they are anchored, what they say, and their place."""
    return [
        (one.get("text-anchor", "start"), " ".join("".join(f"{part} " for part in one.itertext()).split()), *_at(one))
        for one in svg.iter("text")
    ]


def _lying(svg: html.HtmlElement) -> tuple[list[Mark], list[str]]:
    """Bars from left to right: a value stands at the height of its bar, names in the same order as values."""
    texts, bars, unread = _written(svg), {}, []
    for path in svg.iter("path"):
        found = _BAR.fullmatch(path.get("d"))
        if found:
            bars[float(found[1]) + 11] = float(found[2]), path.get("fill", "")
        else:
            unread.append(path.get("d"))
    values = [(said, x, y) for anchor, said, x, y in texts if anchor == "start"]
    labels = [said for anchor, said, *_ in texts if anchor == "end"]
    marks = [
        Mark(label, said, *bars.pop(y, (None, "")), x - 5) for label, (said, x, y) in zip(labels, values, strict=True)
    ]
    return marks, [*unread, *map(str, bars)]


def _standing(svg: html.HtmlElement) -> tuple[list[Mark], list[str]]:
    """Columns, or points with a line through them, above their periods."""
    heights, vertices, unread = {}, [], []
    for path in svg.iter("path"):
        column, shape = _COLUMN.fullmatch(path.get("d")), path.get("d")
        if column:
            heights[float(column[1]) + 17] = float(column[3]), path.get("fill", "")
        elif path.get("stroke"):
            vertices += [(float(x), float(y)) for x, y in _VERTEX.findall(shape)]
        elif path.get("transform"):
            x, y = _at(path)
            heights[x] = _BASE - y, path.get("fill", "")
        else:
            unread.append(shape)
    unread += [f"{x},{y}" for x, y in vertices if abs(_BASE - y - heights.get(x, (-1.0, ""))[0]) > _TOLERANCE]
    texts = _written(svg)
    labels = {x: said for _, said, x, y in texts if y == _FOOT}
    values = [(said, x, _BASE - 7 - y) for _, said, x, y in texts if y != _FOOT]
    marks = [Mark(labels[x], said, *heights.pop(x, (None, "")), height) for said, x, height in values]
    return marks, [*unread, *map(str, heights)]


# --- held against what is public -------------------------------------------------------------------------------------


def beyond(page: html.HtmlElement, public: Public) -> list[str]:
    """Everything in the pictures of a page that belongs to no figure that is shown."""
    drawn = (_beyond_chart(chart, public) for chart in charts(page))
    mapped = (_beyond_map(*one, public) for one in maps(page))
    return [*chain.from_iterable(drawn), *chain.from_iterable(mapped)]


def _beyond_chart(chart: Chart, public: Public) -> Iterator[str]:
    about = f"{chart.indicator}, {chart.caption}"
    figures = public.of_chart(chart.indicator, chart.caption)
    pairs = [(mark, _figure_of(mark, figures)) for mark in chart.marks]
    scale = _scale(pairs)
    for mark, figure in pairs:
        yield from (f"{about}, {mark.label}: {said}" for said in _beyond_mark(mark, figure, scale))
    yield from (f"{about}: {shape} belongs to nothing that is named" for shape in chart.unread)
    if not is_told(chart.alternative, [f"{mark.written} ({mark.label})" for mark in chart.marks]):
        yield f"{about}: says otherwise than it shows: {chart.alternative}"
    silent = [mark.label for mark in chart.marks if mark.length is None]
    if silent != public.in_order(chart.caption, figures, silent):
        yield f"{about}: what is not shown stands in an order of its own: {silent}"


def _figure_of(mark: Mark, figures: dict[str, Shown]) -> Shown | None:
    """The figure of a mark by its name: a chart may show its beginning only, and writes out what a number means."""
    label = _squeezed(mark.label)
    begins = [name for name in figures if _squeezed(name).startswith(label) or _is_numbered(label, name)]
    exact = [name for name in begins if _squeezed(name) == label]
    found = exact or begins
    return figures[found[0]] if len(found) == 1 else None


def _is_numbered(label: str, name: str) -> bool:
    return re.fullmatch(r"\d\.\d", name) is not None and label.startswith(name)


def _squeezed(name: str) -> str:
    return re.sub(r"[\s…]", "", name)


def _scale(pairs: Sequence[tuple[Mark, Shown | None]]) -> float:
    """How many units of the picture stand for one of the figure, by the longest that has both."""
    both = [
        (mark.length, float(figure.value))
        for mark, figure in pairs
        if mark.length is not None and figure is not None and figure.value
    ]
    return max((length / value for length, value in [max(both)]), default=0.0) if both else 0.0


def _beyond_mark(mark: Mark, figure: Shown | None, scale: float) -> Iterator[str]:
    if figure is None:
        yield "there is no such figure"
        return
    expected = None if figure.value is None else float(figure.value) * scale
    if abs(mark.written_at - (mark.length or 0.0)) > _TOLERANCE:
        yield f"its text stands at {mark.written_at}"
    if (mark.length is None) != (expected is None):
        yield f"{mark.length} is drawn of {figure}"
    elif expected is not None and mark.length is not None and abs(mark.length - expected) > _TOLERANCE:
        yield f"{mark.length} is drawn and {expected:.1f} published"
    if mark.written not in figure.texts():
        yield f"“{mark.written}” is written of {figure}"


def is_told(alternative: str, texts: Sequence[str]) -> bool:
    """Whether the least and the most that a picture's description names are among what it shows."""
    found = re.search(r"\. Von (.+?\)) bis (.+?\))\. Alle Werte", " ".join(alternative.split()))
    known = {_bare(text) for text in texts}
    return found is None or all(_is_among(_bare(part), known) for part in found.groups())


def _bare(text: str) -> str:
    """A value and its name without spaces and without the unit, which a caption may tell instead."""
    return re.sub(r"\s|€|Std\.|VZÄ|Tage", "", text)


def _is_among(part: str, known: set[str]) -> bool:
    """A description has names in full, of which the picture may show the beginning only."""
    return any(part.startswith(text.rstrip("…)").rstrip("…")) for text in known)


def _beyond_map(
    caption: str, tiles: Sequence[Tile], legend: dict[str, tuple[str, ...]], public: Public
) -> Iterator[str]:
    figures = public.of_map(caption)
    for tile in tiles:
        figure = figures.get(tile.short)
        if figure is None or tile.written not in figure.texts(places_only=True):
            yield f"{caption}, {tile.short}: “{tile.written}” is written of {figure}"
        elif tile.look[0] not in _grounds(figure.value, tile.written, legend):
            yield f"{caption}, {tile.short}: {tile.look} is no colour of {figure}"
        if tile.place != public.places[tile.short]:
            yield f"{caption}, {tile.short}: it stands at {tile.place}"
    order = [public.keys[tile.short] for tile in tiles]
    if order != sorted(order):
        yield f"{caption}: the tiles stand in an order of their own"


def _grounds(value: Decimal | None, written: str, legend: dict[str, tuple[str, ...]]) -> set[str]:
    """The colours that a legend gives a value, or the sign of a state; white where a value has no steps."""
    if value is None:
        return {look[0] for name, look in legend.items() if name.startswith(f"{written} = ")}
    steps = {name: look for name, look in legend.items() if name.endswith("%")}
    return {look[0] for name, look in steps.items() if _is_in_step(value, name)} if steps else {"#ffffff"}


def _is_in_step(value: Decimal, name: str) -> bool:
    numbers = [Decimal(number) for number in re.findall(r"\d+", name)]
    if name.startswith("unter"):
        return value < numbers[0]
    if name.startswith("ab"):
        return value >= numbers[0]
    return numbers[0] <= value < numbers[1]

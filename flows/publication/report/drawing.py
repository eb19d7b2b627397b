"""Charts as SVG: declared in Altair, drawn by vl-convert, then freed of everything that a page does not need.

Each kind of chart is declared once; a chart is that declaration with other rows. All lengths are shares of the plot,
so that every chart of a kind has the same width and its labels the room that they need. What comes out holds no
script, no style, no address and no id, and the same rows give the same text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import accumulate
from textwrap import wrap
from typing import Any
from xml.etree.ElementTree import Element, fromstring

from flows.publication.report import palette
from flows.publication.report.wording import plain

WIDTH = 340
"""Of every chart, in its own units; at that width its letters are as large as small print."""
_FONT = "Liberation Sans"
"""What the drawing program measures with; as wide as the Arial that pages ask for."""
_LETTERS = 12
_LABEL_WIDTH_MAX = 148
_LABEL_LINES_MAX = 2
_LINE_HEIGHT, _ROW_PADDING = 14, 9
_SEATS_HEIGHT = 96
_SVG = "{http://www.w3.org/2000/svg}"
_LENGTHS = frozenset(("d", "x", "y", "dx", "dy", "x1", "y1", "x2", "y2", "width", "height", "transform"))
_LOOKS = frozenset(("fill", "stroke", "stroke-width", "stroke-dasharray", "text-anchor", "font-size", "font-weight"))
_GIVEN = frozenset(
    (
        ("font-size", f"{_LETTERS}px"),
        ("fill", palette.INK),
        ("text-anchor", "start"),
        ("transform", "translate(0,0)"),
    )
)
"""What the style sheet of the page says of all charts, or goes without saying."""
_LONG = re.compile(r"-?[0-9]+\.[0-9]+(?:e-?[0-9]+)?")
_EMPTY = ("M0,0h0v0h0Z", "")


@dataclass(frozen=True)
class Mark:
    """One bar, or one point in time.

    Attributes:
        label: what it is.
        value: how much; None where there is nothing to draw.
        shown: the value as text, or the state it is in.
        color: of the bar or point.
    """

    label: str
    value: float | None
    shown: str
    color: str = palette.AREA


def bars(marks: Sequence[Mark], alternative: str, *, full: float = 0) -> str:
    """Lying bars from zero, each with its name at the left and its value at the right.

    Args:
        marks: in order, from the top.
        alternative: what the picture says, for those who do not see it.
        full: a value that takes the whole width, unless a larger one occurs: 100 for shares.
    """
    labels = [_lines(plain(mark.label)) for mark in marks]
    left = min(_LABEL_WIDTH_MAX, max(_width(line) for lines in labels for line in lines)) + 8
    right = max(_width(mark.shown) for mark in marks) + 10
    heights = [len(lines) * _LINE_HEIGHT + _ROW_PADDING for lines in labels]
    middles = [below - height / 2 for height, below in zip(heights, accumulate(heights), strict=True)]
    rows = _rows(marks, full, ["\n".join(lines) for lines in labels], middles)
    size = {"width": WIDTH - left - right, "height": sum(heights)}
    return _drawn(_bars(), rows, size, {"left": left, "right": right, "top": 1, "bottom": 1}, alternative)


def course(marks: Sequence[Mark], alternative: str, *, is_rate: bool) -> str:
    """Values one after the other in time, from zero: standing bars for amounts, points joined by a line for rates.

    Args:
        marks: in order of time; a value that is missing leaves a gap.
        alternative: what the picture says, for those who do not see it.
        is_rate: whether the values are shares or averages, whose course is more telling than their size.
    """
    rows = _rows(marks, 0, [plain(mark.label) for mark in marks], range(len(marks)))
    size = {"width": WIDTH - 16, "height": _SEATS_HEIGHT}
    around = {"left": 8, "right": 8, "top": 22, "bottom": 22}
    return _drawn(_line() if is_rate else _columns(), rows, size, around, alternative)


# --- rows ------------------------------------------------------------------------------------------------------------


def _rows(marks: Sequence[Mark], full: float, labels: Sequence[str], places: Sequence[float]) -> list[dict[str, Any]]:
    """What the declarations read; `at` is where a value is written even if nothing is drawn."""
    top = max([full, *(mark.value or 0 for mark in marks)])
    shares = [None if mark.value is None else mark.value / top if top else 0.0 for mark in marks]
    return [
        {
            "place": place,
            "label": label,
            "lift": -label.count("\n") * _LINE_HEIGHT / 2,
            "share": share,
            "at": share or 0.0,
            "shown": mark.shown,
            "color": mark.color,
            "ink": palette.QUIET if share is None else palette.INK,
        }
        for mark, share, label, place in zip(marks, shares, labels, places, strict=True)
    ]


def _width(text: str) -> int:
    """How wide a text is at most, in the chart's units: a bound by letters, good enough to leave room."""
    wide = sum(1 for sign in text if sign in "MWmw%€–" or sign.isupper())
    narrow = sum(1 for sign in text if sign in ".,:;iIjlft|'/()-\u00a0 ")
    return round((len(text) * 0.56 + wide * 0.2 - narrow * 0.22) * _LETTERS) + 4


def _lines(label: str) -> list[str]:
    """A label on at most two lines that fit the column of labels; the table beside holds it in full."""
    if _width(label) <= _LABEL_WIDTH_MAX:
        return [label]
    letters = int(_LABEL_WIDTH_MAX / (0.54 * _LETTERS))
    breakable = label.replace("/", "/ ").replace("-", "- ")
    lines = wrap(breakable, letters, max_lines=_LABEL_LINES_MAX, placeholder="…", break_long_words=True)
    return [line.replace("/ ", "/").replace("- ", "-") for line in lines]


# --- declarations ----------------------------------------------------------------------------------------------------


@cache
def _bars() -> Mapping[str, Any]:
    import altair as alt

    share = alt.X("share:Q", axis=None, scale=alt.Scale(domain=[0, 1]))
    base = _base().encode(y=alt.Y("place:Q", axis=None, scale=None))
    return _declared(
        base.mark_bar(size=14, orient="horizontal").encode(x=share, color=alt.Color("color:N", scale=None)),
        _zero().encode(x=alt.datum(0)),
        base.mark_text(align="left", dx=5).encode(x="at:Q", text="shown:N", color=alt.Color("ink:N", scale=None)),
        base.mark_text(align="right", lineBreak="\n", lineHeight=_LINE_HEIGHT, dy=alt.expr("datum.lift")).encode(
            x=alt.value(-7), text="label:N", color=alt.value(palette.INK)
        ),
    )


@cache
def _columns() -> Mapping[str, Any]:
    import altair as alt

    base = _in_time()
    drawn = base.mark_bar(size=34).encode(y=_height(), color=alt.Color("color:N", scale=None))
    return _declared(drawn, *_written(base))


@cache
def _line() -> Mapping[str, Any]:
    import altair as alt

    base = _in_time()
    line = base.mark_line(strokeWidth=2, color=palette.RULE).encode(y=_height(), order="place:Q")
    point = base.mark_point(filled=True, size=64, opacity=1).encode(y=_height(), color=alt.Color("color:N", scale=None))
    return _declared(line, point, *_written(base))


def _base() -> Any:
    import altair as alt

    return alt.Chart(alt.NamedData("rows"))


def _in_time() -> Any:
    import altair as alt

    return _base().encode(x=alt.X("place:O", axis=None, scale=alt.Scale(paddingInner=0.2, paddingOuter=0.1)))


def _height() -> Any:
    import altair as alt

    return alt.Y("share:Q", axis=None, scale=alt.Scale(domain=[0, 1]))


def _zero() -> Any:
    import altair as alt

    return alt.Chart(alt.InlineData(values=[{}])).mark_rule(color=palette.RULE)


def _written(base: Any) -> list[Any]:
    """The line at zero, values above their marks, and the periods below."""
    import altair as alt

    values = base.mark_text(dy=-11).encode(y="at:Q", text="shown:N", color=alt.Color("ink:N", scale=None))
    periods = base.mark_text(baseline="top").encode(
        y=alt.value(_SEATS_HEIGHT + 8), text="label:N", color=alt.value(palette.INK)
    )
    return [_zero().encode(y=alt.datum(0)), values, periods]


def _declared(*layers: Any) -> Mapping[str, Any]:
    import altair as alt

    chart = alt.layer(*layers).configure(
        autosize=alt.AutoSizeParams(type="none"),
        font=_FONT,
        aria=False,
        background="transparent",
        view=alt.ViewConfig(stroke=None),
        text=alt.MarkConfig(fontSize=_LETTERS, baseline="middle"),
    )
    declared: dict[str, Any] = chart.to_dict()
    return declared


# --- drawing ---------------------------------------------------------------------------------------------------------


def _drawn(
    declared: Mapping[str, Any],
    rows: list[dict[str, Any]],
    size: Mapping[str, int],
    around: Mapping[str, int],
    alternative: str,
) -> str:
    import vl_convert

    datasets = {**declared["datasets"], "rows": rows}
    chart = {**declared, "datasets": datasets, "padding": dict(around), **size}
    drawn = fromstring(vl_convert.vegalite_to_svg(chart, allowed_base_urls=[]))  # noqa: S314 - drawn by ourselves
    height = size["height"] + around["top"] + around["bottom"]
    head = f'<svg role="img" aria-label="{escape(plain(alternative))}" viewBox="0 0 {WIDTH} {height}"'
    return f'{head} fill="{palette.INK}" focusable="false">{"".join(_markup(part) for part in drawn)}</svg>'


def _markup(part: Element) -> str:
    """An element with what it shows, without what only the drawing program needs."""
    if _is_unseen(part):
        return ""
    name = part.tag.removeprefix(_SVG)
    inner = escape(part.text or "", quote=False) + "".join(_markup(child) for child in part)
    written = "".join(f' {key}="{escape(value)}"' for key, value in _looks(name, part) if (key, value) not in _GIVEN)
    if name == "g" and not (inner and written):
        return inner
    return f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>"


def _looks(name: str, part: Element) -> Iterator[tuple[str, str]]:
    """The attributes that show: of a group only where it stands; what is only outlined is not filled."""
    for key, value in part.attrib.items():
        if key in (_LENGTHS if name == "g" else _LENGTHS | _LOOKS):
            yield key, _LONG.sub(_short, value)
    if name == "path" and "fill" not in part.attrib:
        yield "fill", "none"


def _is_unseen(part: Element) -> bool:
    shape = part.get("d")
    return (
        part.get("class") in ("background", "foreground")
        or (shape is not None and (shape in _EMPTY or "NaN" in shape))
        or part.get("fill") == "transparent"
    )


def _short(number: re.Match[str]) -> str:
    """A length with one decimal at most."""
    text = f"{float(number[0]):.1f}".removesuffix(".0")
    return "0" if text == "-0" else text

"""Which charts an indicator gets: its course in time, its areas side by side, and what it consists of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from expectations.period import Period, ReportKind
from flows.publication.report import palette
from flows.publication.report.drawing import Mark, bars, course
from flows.publication.report.edition import Area, Edition, Figure, Indicator
from flows.publication.report.wording import (
    SHORT_STATES_DE,
    STATES_DE,
    breakdown_name,
    brief_text,
    period_head,
    period_name,
    span_name,
    unit_name,
    with_unit,
)

_BARS_MAX = 13
"""More would be a table; the largest are drawn, the table holds all."""
_IN_ORDER = ("quarter", "budget_year", "funding_line", "sheet")
"""Dimensions with an order of their own; the others are drawn from the largest to the smallest."""
_UNDRAWN = ("not_recorded",)
_AS_RATES = ("ratio", "median")
_TABLE_BELOW = "Alle Werte stehen in der Tabelle zu dieser Kennzahl."


@dataclass(frozen=True)
class Drawing:
    """A chart with what it is called; `svg` is markup of our own."""

    caption: str
    svg: str
    note: str = ""


@dataclass(frozen=True)
class _Named:
    name: str
    figure: Figure
    color: str = palette.AREA


def drawings(edition: Edition, indicator: Indicator) -> list[Drawing]:
    """The charts of an indicator; none for what has fewer than two values to compare."""
    period = edition.newest(indicator)
    if period is None:
        return []
    return [
        *_courses(edition, indicator),
        *_comparison(edition, indicator, period),
        *_breakdowns(edition, indicator, period),
    ]


def single_parts(edition: Edition, indicator: Indicator, period: Period) -> Iterator[tuple[str, str, Figure]]:
    """Dimensions with one value only, which a sentence tells better: dimension, value, figure of the Land."""
    for dimension, _ in indicator.dimensions:
        found = edition.breakdowns(indicator, dimension, [period])
        if len(found) == 1 and dimension not in (*_IN_ORDER, *_UNDRAWN):
            figure = edition.figure(indicator.id, period, breakdown=f"{dimension}={found[0]}")
            yield dimension, breakdown_name(dimension, found[0]), figure


# --- three kinds -----------------------------------------------------------------------------------------------------


def _courses(edition: Edition, indicator: Indicator) -> Iterator[Drawing]:
    """Years and half-years each for themselves: a half-year is no part of a line of years."""
    for kind, color in ((ReportKind.YEAR, palette.AREA), (ReportKind.HALF_YEAR, palette.HALF_YEAR)):
        asked = edition.periods_asked(indicator, kind)
        figures = [edition.figure(indicator.id, period) for period in asked]
        if sum(figure.is_ok for figure in figures) < 2:
            continue
        caption = f"Land Hessen, {span_name(kind, asked)}{_unit_note(indicator)}"
        marks = [
            _mark(indicator, _Named(period_head(period), figure, color), SHORT_STATES_DE)
            for period, figure in zip(asked, figures, strict=True)
        ]
        narrow = [replace(mark, shown=_without_unit(indicator, mark.shown)) for mark in marks]
        is_rate = indicator.aggregation in _AS_RATES
        said = _said("Liniendiagramm" if is_rate else "Säulendiagramm", caption, marks)
        yield Drawing(caption, course(narrow, said, is_rate=is_rate))


def _comparison(edition: Edition, indicator: Indicator, period: Period) -> Iterator[Drawing]:
    """Regierungsbezirke and types of body in their fixed order; no ranking. The Land only beside rates."""
    areas = edition.totals if indicator.aggregation in _AS_RATES else edition.areas_below
    rows = [_of_area(edition, indicator, period, area) for area in areas]
    if sum(row.figure.is_ok for row in rows if row.color == palette.AREA) < 2:
        return
    caption = f"Nach Gebiet und Art, {period_name(period)}"
    yield _bar_chart(indicator, caption, rows)


def _of_area(edition: Edition, indicator: Indicator, period: Period, area: Area) -> _Named:
    name = area.name.replace("Regierungsbezirk", "Reg.-Bez.")
    color = palette.LAND if area.kind == "land" else palette.AREA
    return _Named(name, edition.figure(indicator.id, period, area.key), color)


def _breakdowns(edition: Edition, indicator: Indicator, period: Period) -> Iterator[Drawing]:
    for dimension, label in indicator.dimensions:
        values = edition.breakdowns(indicator, dimension, [period])
        rows = [
            _Named(
                breakdown_name(dimension, value),
                edition.figure(indicator.id, period, breakdown=f"{dimension}={value}"),
            )
            for value in values
        ]
        if dimension in _UNDRAWN or sum(row.figure.is_ok for row in rows) < 2:
            continue
        ordered = rows if dimension in _IN_ORDER else _largest_first(rows)
        caption = f"{label}, Land Hessen, {period_name(period)}"
        yield _bar_chart(indicator, caption, ordered)


def _bar_chart(indicator: Indicator, caption: str, rows: Sequence[_Named]) -> Drawing:
    marks = [_mark(indicator, row, STATES_DE) for row in rows[:_BARS_MAX]]
    more = len(rows) - len(marks)
    note = f"Gezeigt sind die {len(marks)} größten von {len(rows)}; alle stehen in der Tabelle." if more else ""
    return Drawing(caption, bars(marks, _said("Balkendiagramm", caption, marks), full=_full(indicator)), note)


def _unit_note(indicator: Indicator) -> str:
    return "" if indicator.unit in ("%", "count") else f" ({unit_name(indicator.unit)})"


def _without_unit(indicator: Indicator, shown: str) -> str:
    """Values side by side leave no room for their unit, which the caption tells; a percent sign is short enough."""
    return shown if indicator.unit == "%" else shown.removesuffix(with_unit("", indicator.unit))


def _full(indicator: Indicator) -> float:
    """Shares are drawn as parts of the whole, amounts in proportion to the largest."""
    return 100 if indicator.unit == "%" else 0


def _largest_first(rows: Sequence[_Named]) -> list[_Named]:
    """By value, „Sonstige“ and what has none at the end."""

    def rank(row: _Named) -> tuple[bool, bool, float]:
        return not row.figure.is_ok, row.name.startswith(("Sonstige", "ohne Angabe")), -float(row.figure.value or 0)

    return sorted(rows, key=rank)


def _mark(indicator: Indicator, row: _Named, states: Mapping[str, str]) -> Mark:
    if row.figure.value is None or not row.figure.is_ok:
        return Mark(row.name, None, states.get(row.figure.state, ""), row.color)
    return Mark(row.name, float(row.figure.value), brief_text(indicator, row.figure.value), row.color)


def _said(kind: str, caption: str, marks: Sequence[Mark]) -> str:
    """The chart in a sentence: what it shows and between which values."""
    drawn = [mark for mark in marks if mark.value is not None]
    if not drawn:
        return f"{kind}: {caption}. {_TABLE_BELOW}"
    least, most = min(drawn, key=_height), max(drawn, key=_height)
    return f"{kind}: {caption}. Von {least.shown} ({least.label}) bis {most.shown} ({most.label}). {_TABLE_BELOW}"


def _height(mark: Mark) -> float:
    return mark.value or 0.0

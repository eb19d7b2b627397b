"""Tables as the page shows them: a caption, heads, and rows in groups."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from expectations.period import Period, ReportKind
from flows.publication.report.edition import TOTAL, Edition, Indicator
from flows.publication.report.wording import (
    NO_SIGN,
    bodies_text,
    breakdown_name,
    figure_text,
    part_text,
    period_head,
    span_name,
    unit_name,
)

_NARROW_MAX, _HEAD_MAX = 4, 24
"""So many columns beside the first, with heads of so many letters, fit on half a page."""


@dataclass(frozen=True)
class Row:
    """A row: its head and its cells, as texts."""

    head: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """Rows that belong together, under a head of their own; `""` for none."""

    head: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Grid:
    """A table.

    Attributes:
        corner: the head of the column of row heads.
        heads: of the other columns.
        words: which of the other columns hold words and not numbers, counted from 0.
    """

    caption: str
    corner: str
    heads: tuple[str, ...]
    parts: tuple[Part, ...]
    words: frozenset[int] = frozenset()

    @property
    def is_broad(self) -> bool:
        """Whether it needs the whole width of a printed page."""
        return len(self.heads) > _NARROW_MAX or max(map(len, self.heads)) > _HEAD_MAX


@dataclass(frozen=True)
class _Place:
    """What a row of an indicator's table is about."""

    name: str
    area_key: str
    breakdown: str = TOTAL


def value_grids(edition: Edition, indicator: Indicator) -> list[Grid]:
    """All totals of an indicator, each kind of report in a table of its own, periods side by side."""
    kinds = (ReportKind.YEAR, ReportKind.HALF_YEAR, ReportKind.FINAL)
    found = ((kind, edition.periods_asked(indicator, kind)) for kind in kinds)
    return [_value_grid(edition, indicator, kind, periods) for kind, periods in found if periods]


def _value_grid(edition: Edition, indicator: Indicator, kind: ReportKind, periods: tuple[Period, ...]) -> Grid:
    newest = period_head(periods[-1]) if len(periods) > 1 else ""
    is_rate = indicator.aggregation in ("ratio", "median")
    extra = ("Zähler", "Nenner", "Kommunen") if is_rate else ("Kommunen",)
    return Grid(
        caption=f"{indicator.name}, {span_name(kind, periods)} ({unit_name(indicator.unit)})",
        corner="Gebiet",
        heads=(*map(period_head, periods), *(f"{head} {newest}".strip() for head in extra)),
        parts=tuple(
            Part(head, tuple(_value_row(edition, indicator, periods, place, is_rate=is_rate) for place in places))
            for head, places in _places(edition, indicator, periods)
        ),
    )


def _places(
    edition: Edition, indicator: Indicator, periods: Sequence[Period]
) -> Iterator[tuple[str, Iterable[_Place]]]:
    land, below = edition.totals[0], edition.areas_below
    has_areas = any(edition.figure(indicator.id, period, area.key).due for period in periods for area in below)
    yield "", [_Place(area.name, area.key) for area in (edition.totals if has_areas else (land,))]
    for dimension, label in indicator.dimensions:
        values = edition.breakdowns(indicator, dimension, periods)
        if values:
            places = (_Place(breakdown_name(dimension, value), land.key, f"{dimension}={value}") for value in values)
            yield f"{land.name} – {label}", places


def _value_row(
    edition: Edition, indicator: Indicator, periods: Sequence[Period], place: _Place, *, is_rate: bool
) -> Row:
    figures = [edition.figure(indicator.id, period, place.area_key, place.breakdown) for period in periods]
    newest = figures[-1]
    parts = [part_text(newest, newest.numerator), part_text(newest, newest.denominator)] if is_rate else []
    bodies = bodies_text(newest) if newest.due else NO_SIGN
    return Row(place.name, (*(figure_text(indicator, figure) for figure in figures), *parts, bodies))

"""What a built database knows about protected figures: the counts of each body, the cells that would be published."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import duckdb
import polars as pl

from flows.disclosure.told_besides import Between, read_between

WHOLE = "gesamt"
"""The breakdown that is none."""
LAND = "land"
BODY = "body"
_SENSITIVE = "sensitive"
_EMPLOYEES = "employees"


class Column(NamedTuple):
    """One side of an indicator in one breakdown and period: a count for every body."""

    indicator: str
    side: str
    breakdown: str
    period: str

    @property
    def dimension(self) -> str:
        """Name of the breakdown's dimension, or `gesamt`."""
        return self.breakdown.split("=", 1)[0]

    @property
    def family(self) -> tuple[str, str, str, str]:
        """Indicator, side, dimension, period: the columns that break one count down."""
        return (self.indicator, self.side, self.dimension, self.period)


class Count(NamedTuple):
    """A count of one body. A correction makes a new count, a new report that states the same does not.

    The corrections log tells how many bodies' reports changed a figure, and so of the others that they did not: an
    attacker is believed to know which counts are the same in two releases.

    Attributes:
        value: true value; part of the identity, because a corrected or differently defined count is another one.
    """

    column: Column
    ags: str
    value: float


class Cell(NamedTuple):
    """A count as it stands in a table: the figure's side for an area."""

    column: Column
    area_kind: str
    area_key: str
    value: float
    bodies_counted: int


@dataclass(frozen=True)
class Protection:
    """How an indicator's counts are protected in a period.

    Attributes:
        threshold: smallest count that is published, and the width of the interval that an attacker must be left with.
        is_of_employees: whether no body's figure is ever published, and an area's only if it rests on enough bodies.
        bodies_min: how many that are.
        is_sum: whether an area's count is the sum of its bodies'; otherwise they only bound it.
        is_median: whether an area's value is one of its bodies' values.
    """

    threshold: float
    is_of_employees: bool
    bodies_min: int
    is_sum: bool
    is_median: bool

    def bars(self, cell: Cell) -> bool:
        """Whether such a cell is never published."""
        return self.is_of_employees and (cell.area_kind == BODY or cell.bodies_counted < self.bodies_min)

    def is_too_small(self, cell: Cell) -> bool:
        """Whether a cell's count lies below the threshold; zero does not."""
        return not self.is_of_employees and 0 < cell.value < self.threshold


@dataclass(frozen=True)
class Release:
    """What is published at once.

    Attributes:
        counts: every count of a body whose state is `ok`; also those that only an area's figure rests on.
        cells: protected counts with a place in the tables.
        members: period and area → its bodies.
        protection: indicator and period → how it is protected; indicators that protect nobody are absent.
        groups: indicator → group.
        sections: indicator → sections of the form that it reads.
        periods: period with figures → report kind, in the order of their closing days.
        between: count of a body → the least and the most that other figures let it be.
    """

    counts: Mapping[Column, Mapping[str, Count]]
    cells: tuple[Cell, ...]
    members: Mapping[tuple[str, str], tuple[str, ...]]
    protection: Mapping[tuple[str, str], Protection]
    groups: Mapping[str, str]
    sections: Mapping[str, frozenset[str]]
    periods: Mapping[str, str]
    between: Mapping[tuple[Column, str], Between]


_COUNTS = """
SELECT
    body_values.indicator_id,
    body_values.breakdown,
    body_values.period,
    body_values.ags,
    coalesce(figures.numerator, body_values.numerator) AS numerator,
    -- What employees cost is protected; how many they are, other figures say.
    CASE WHEN catalogue.protection <> 'employees' THEN body_values.denominator END AS denominator
FROM indicators.body_values AS body_values
INNER JOIN indicators.catalogue AS catalogue ON body_values.indicator_id = catalogue.id
LEFT JOIN indicators.figures AS figures
    ON
        body_values.indicator_id = figures.indicator_id
        AND body_values.period = figures.period
        AND body_values.ags = figures.area_key
        AND body_values.breakdown = figures.breakdown
        AND figures.area_kind = 'body'
WHERE catalogue.protection <> 'none' AND body_values.state = 'ok'
ORDER BY ALL
"""
_CELLS = """
SELECT
    figures.indicator_id,
    figures.breakdown,
    figures.period,
    figures.area_kind,
    figures.area_key,
    figures.numerator,
    CASE WHEN catalogue.protection <> 'employees' THEN figures.denominator END AS denominator,
    figures.bodies_counted
FROM indicators.figures AS figures
INNER JOIN indicators.catalogue AS catalogue ON figures.indicator_id = catalogue.id
WHERE catalogue.protection <> 'none' AND figures.state = 'ok'
ORDER BY ALL
"""
_SECTIONS = """
SELECT
    indicator_id,
    list(DISTINCT section ORDER BY section)
FROM indicators.terms
WHERE NOT contains(section, '.')
GROUP BY indicator_id
"""
_THRESHOLDS = """
SELECT
    periods.period,
    parameters.name,
    parameters.number
FROM reference.periods AS periods
INNER JOIN reference.parameters AS parameters
    ON periods.closing_day BETWEEN parameters.valid_from AND parameters.valid_to
WHERE parameters.name LIKE 'secrecy_threshold_%' AND periods.has_figures
"""
# What a publication says of itself follows from what it hides.
_FIGURES = """
SELECT
    figures.indicator_id,
    figures.area_kind,
    figures.area_key,
    figures.area,
    figures.period,
    figures.report_kind,
    figures.breakdown,
    figures.state,
    figures.value,
    figures.numerator,
    figures.denominator,
    figures.unit,
    figures.bodies_counted,
    figures.bodies_due,
    figures.denominator_note
FROM indicators.figures AS figures
INNER JOIN indicators.catalogue AS catalogue ON figures.indicator_id = catalogue.id
WHERE catalogue.basis <> 'publication'
ORDER BY ALL
"""


def read_release(database: Path) -> Release:
    """Read what a built database would publish."""
    with closing(duckdb.connect(str(database), read_only=True)) as connection:
        thresholds = {
            (period, name): number for period, name, number in connection.execute(_THRESHOLDS).fetchall() if number
        }
        periods = connection.execute(
            "SELECT period, report_kind FROM reference.periods WHERE has_figures ORDER BY closing_day, months"
        ).fetchall()
        catalogue = connection.execute('SELECT id, protection, aggregation, "group" FROM indicators.catalogue')
        rows = catalogue.fetchall()
        return Release(
            counts=_counts(connection.execute(_COUNTS).fetchall()),
            cells=tuple(_cells(connection.execute(_CELLS).fetchall())),
            members=_members(connection),
            protection={
                (indicator, period): _protection(period, protection, aggregation, thresholds)
                for indicator, protection, aggregation, _ in rows
                for period, _ in periods
                if protection != "none"
            },
            groups={indicator: group for indicator, *_, group in rows},
            sections={
                indicator: frozenset(sections) for indicator, sections in connection.execute(_SECTIONS).fetchall()
            },
            periods=dict(periods),
            between={
                (Column(indicator, "numerator", breakdown, period), ags): found
                for (indicator, breakdown, period, ags), found in read_between(connection).items()
            },
        )


def read_figures(database: Path) -> pl.DataFrame:
    """All figures of a built database, protected or not, but for those about publications."""
    with closing(duckdb.connect(str(database), read_only=True)) as connection:
        figures: pl.DataFrame = connection.sql(_FIGURES).pl()
        return figures


def read_public_cells(database: Path) -> set[tuple[Column, str]]:
    """Columns and areas whose counts an earlier release published."""
    with closing(duckdb.connect(str(database), read_only=True)) as connection:
        rows = connection.execute(
            "SELECT indicator_id, side, breakdown, period, area_key FROM publication.counts WHERE suppression = ''"
        ).fetchall()
    return {(Column(*column), area_key) for *column, area_key in rows}


def _protection(
    period: str, protection: str, aggregation: str, thresholds: Mapping[tuple[str, str], Decimal]
) -> Protection:
    persons = thresholds[period, "secrecy_threshold_persons"]
    sensitive = thresholds[period, "secrecy_threshold_sensitive"]
    return Protection(
        threshold=float(sensitive if protection == _SENSITIVE else persons),
        is_of_employees=protection == _EMPLOYEES,
        bodies_min=int(persons),
        is_sum=aggregation != "distinct",
        is_median=aggregation == "median",
    )


def _counts(rows: list[tuple[str, str, str, str, Decimal, Decimal | None]]) -> dict[Column, dict[str, Count]]:
    counts: dict[Column, dict[str, Count]] = {}
    for indicator, breakdown, period, ags, numerator, denominator in rows:
        for side, value in (("numerator", numerator), ("denominator", denominator)):
            if value is not None:
                column = Column(indicator, side, breakdown, period)
                counts.setdefault(column, {})[ags] = Count(column, ags, float(value))
    return counts


def _cells(rows: list[tuple[str, str, str, str, str, Decimal, Decimal | None, int]]) -> list[Cell]:
    return [
        Cell(Column(indicator, side, breakdown, period), area_kind, area_key, float(value), bodies)
        for indicator, breakdown, period, area_kind, area_key, numerator, denominator, bodies in rows
        for side, value in (("numerator", numerator), ("denominator", denominator))
        if value is not None
    ]


def _members(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], tuple[str, ...]]:
    members: dict[tuple[str, str], list[str]] = {}
    rows = connection.execute("SELECT period, area_key, ags FROM reference.areas ORDER BY ALL").fetchall()
    for period, area_key, ags in rows:
        members.setdefault((period, area_key), []).append(ags)
    return {area: tuple(bodies) for area, bodies in members.items()}

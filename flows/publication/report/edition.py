"""What a report is made from: the public tables as plain values that are quickly looked up."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

import polars as pl

from expectations.period import Period, ReportKind, parse_period
from flows.publication.tables import PublicTables

TOTAL = "gesamt"
"""The breakdown that is none."""
LAND = "06"
_OF_BODIES_ONLY = ("grant",)
"""Dimensions whose values belong to single bodies: they stand in the workbook, not in a report for reading."""
_GROUP_ORDER = ("MIT", "PER", "KOO", "ANL", "OEF", "LOT", "DOL", "MIK", "BER")
"""As the money goes: what was granted, who works with it, what is done, and how it is reported."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure.

    Attributes:
        state: `ok`, `not_recorded`, `missing_report`, `not_applicable` or `hidden`.
        counted, due: on how many bodies it rests, and how many had to report.
    """

    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    state: str
    counted: int
    due: int
    note: str

    @property
    def is_ok(self) -> bool:
        """Whether there is a value to show."""
        return self.state == "ok" and self.value is not None


ABSENT = Figure(None, None, None, "not_applicable", 0, 0, "")
"""Where the tables hold no figure at all."""


@dataclass(frozen=True)
class Indicator:
    """One indicator as the catalogue declares it; `dimensions` are pairs of key and German name."""

    id: str
    group: str
    name: str
    question: str
    definition: str
    formula: str
    unit: str
    decimals: int
    direction: str
    aggregation: str
    notes: str
    denominator_note: str
    dimensions: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Area:
    """The Land, a Regierungsbezirk or a type of body, with the keys of the bodies in it."""

    kind: str
    key: str
    name: str
    members: frozenset[str]


@dataclass(frozen=True)
class Body:
    """One of the 33, with its place on the tile map."""

    ags: str
    name: str
    short: str
    type: str
    regierungsbezirk: str
    column: int
    row: int


@dataclass(frozen=True)
class About:
    """The release itself.

    Attributes:
        unapproved: reports in force that the ministry has not approved.
        gap: by which share fewer hidden values might have been enough, at most.
    """

    name: str
    released_on: date
    business_at: datetime
    is_demo: bool
    program_version: str
    head_hash: str
    unapproved: int
    gap: Decimal


FigureKey = tuple[str, str, str]
"""Key of the area, code of the period, breakdown."""


@dataclass(frozen=True)
class Edition:
    """All that a report says, looked up by indicator and figure."""

    about: About
    indicators: tuple[Indicator, ...]
    totals: tuple[Area, ...]
    bodies: tuple[Body, ...]
    periods: tuple[Period, ...]
    figures: Mapping[str, Mapping[FigureKey, Figure]]

    def figure(self, indicator: str, period: Period, area_key: str = LAND, breakdown: str = TOTAL) -> Figure:
        """A figure; one that is not applicable where there is none."""
        return self.figures.get(indicator, {}).get((area_key, period.code, breakdown), ABSENT)

    @cached_property
    def groups(self) -> Mapping[str, tuple[Indicator, ...]]:
        """Indicators by group, in the order of the report."""
        found: dict[str, list[Indicator]] = {}
        for indicator in self.indicators:
            found.setdefault(indicator.group, []).append(indicator)
        return {group: tuple(members) for group, members in found.items()}

    @cached_property
    def areas_below(self) -> tuple[Area, ...]:
        """Regierungsbezirke and types of body, without the Land."""
        return tuple(area for area in self.totals if area.kind != "land")

    def of_kind(self, kind: ReportKind) -> tuple[Period, ...]:
        """The periods of one kind, in order of time."""
        return tuple(period for period in self.periods if period.kind is kind)

    def periods_asked(self, indicator: Indicator, kind: ReportKind) -> tuple[Period, ...]:
        """Those periods of a kind for which an indicator is asked at all."""
        return tuple(
            period for period in self.of_kind(kind) if self.figure(indicator.id, period).state != "not_applicable"
        )

    def newest(self, indicator: Indicator) -> Period | None:
        """The period that an indicator is told for: its newest year, else its newest half-year."""
        for kind in (ReportKind.YEAR, ReportKind.HALF_YEAR, ReportKind.FINAL):
            asked = self.periods_asked(indicator, kind) or (self.of_kind(kind) if kind is ReportKind.YEAR else ())
            if asked:
                return asked[-1]
        return None

    def breakdowns(self, indicator: Indicator, dimension: str, periods: Iterable[Period]) -> tuple[str, ...]:
        """The values of a dimension for which the Land has a figure in one of the periods, in order of the alphabet."""
        codes = {period.code for period in periods}
        found = {
            breakdown.removeprefix(f"{dimension}=")
            for area_key, period, breakdown in self.figures.get(indicator.id, {})
            if area_key == LAND and period in codes and breakdown.startswith(f"{dimension}=")
        }
        return tuple(sorted(found, key=lambda label: (label.startswith("Sonstige"), label.casefold())))


def edition_of(tables: PublicTables) -> Edition:
    """The public tables, ready to be told."""
    return Edition(
        about=_about(tables.about),
        indicators=_indicators(tables.catalogue),
        totals=_totals(tables.areas),
        bodies=_bodies(tables.areas),
        periods=_periods(tables.figures),
        figures=_figures(tables.figures),
    )


def _about(about: pl.DataFrame) -> About:
    row = about.row(0, named=True)
    return About(**{name: row[name] for name in About.__dataclass_fields__})


def _indicators(catalogue: pl.DataFrame) -> tuple[Indicator, ...]:
    rows = sorted(catalogue.iter_rows(named=True), key=lambda row: (_rank(row["id"]), row["id"]))
    return tuple(
        Indicator(
            id=row["id"],
            group=row["group"],
            name=row["name_de"],
            question=row["question_de"] or "",
            definition=row["definition"] or "",
            formula=row["formula"] or "",
            unit=row["unit"] or "",
            decimals=row["decimals"],
            direction=row["direction"],
            aggregation=row["aggregation"],
            notes=row["notes"] or "",
            denominator_note=row["denominator_note"] or "",
            dimensions=_dimensions(row["breakdowns"] or ""),
        )
        for row in rows
    )


def _rank(indicator_id: str) -> int:
    prefix = indicator_id.partition("-")[0]
    return _GROUP_ORDER.index(prefix) if prefix in _GROUP_ORDER else len(_GROUP_ORDER)


def _dimensions(declared: str) -> tuple[tuple[str, str], ...]:
    """`channel (Zugang); quarter (Quartal)` as pairs, without those that only single bodies have."""
    found = re.findall(r"([a-z_]+) \(([^()]*)\)", declared)
    return tuple((key, label) for key, label in found if key not in _OF_BODIES_ONLY)


def _totals(areas: pl.DataFrame) -> tuple[Area, ...]:
    order = {"land": 0, "regierungsbezirk": 1, "type": 2}
    grouped = (
        areas.filter(pl.col("area_kind").is_in(list(order)))
        .group_by("area_kind", "area_key", "area")
        .agg(pl.col("ags"))
        .sort(pl.col("area_kind").replace_strict(order, return_dtype=pl.Int8), "area_key")
    )
    return tuple(Area(kind, key, name, frozenset(members)) for kind, key, name, members in grouped.iter_rows())


def _bodies(areas: pl.DataFrame) -> tuple[Body, ...]:
    rows = areas.filter(pl.col("area_kind") == "body").unique("area_key").sort("area_key").iter_rows(named=True)
    return tuple(
        Body(
            ags=row["area_key"],
            name=row["area"],
            short=row["short"],
            type=row["type"],
            regierungsbezirk=row["regierungsbezirk"],
            column=row["tile_column"],
            row=row["tile_row"],
        )
        for row in rows
    )


def _periods(figures: pl.DataFrame) -> tuple[Period, ...]:
    found = (parse_period(code) for code in figures["period"].unique().to_list())
    return tuple(sorted(found, key=lambda period: (period.closing_day, period.months)))


def _figures(figures: pl.DataFrame) -> dict[str, dict[FigureKey, Figure]]:
    """Every total, and of the bodies what is not broken down."""
    told = figures.filter((pl.col("area_kind") != "body") | (pl.col("breakdown") == TOTAL))
    found: dict[str, dict[FigureKey, Figure]] = {}
    columns = ("indicator_id", "area_key", "period", "breakdown", "value", "numerator", "denominator", "state")
    for row in told.select(*columns, "bodies_counted", "bodies_due", "denominator_note").iter_rows():
        indicator, area_key, period, breakdown, value, numerator, denominator, state, counted, due, note = row
        figure = Figure(value, numerator, denominator, state, counted or 0, due or 0, note or "")
        found.setdefault(indicator, {})[area_key, period, breakdown] = figure
    return found

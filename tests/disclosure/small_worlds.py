"""Small built databases, with only what disclosure control reads: a few bodies, an indicator of every protection."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl

from flows.disclosure import Hidden
from tests.disclosure.attacker import Definitions, Published

KINDS = ("a", "b", "c")
YEAR, HALF = "2026", "2026-H1"
AREAS = {
    "B1": ("064", "type:Landkreis"),
    "B2": ("064", "type:Stadt"),
    "B3": ("065", "type:Landkreis"),
    "B4": ("065", "type:Stadt"),
    "B5": ("066", "type:Landkreis"),
    "B6": ("066", "type:Landkreis"),
}
CATALOGUE = {
    "AAA-01": ("persons", "sum", "Anfragen"),
    "AAA-02": ("persons", "ratio", "Anfragen"),
    "BBB-01": ("sensitive", "sum", "Themen"),
    "CCC-01": ("none", "sum", "Mittel"),
    "EEE-01": ("employees", "ratio", "Personal"),
}
SECTIONS = {"AAA-01": "enquiries", "AAA-02": "enquiries", "BBB-01": "topics", "CCC-01": "funds", "EEE-01": "posts"}
DEFINITIONS = Definitions(
    wholes=[("AAA-01", "numerator", "kind")],
    parts=[("AAA-01", "numerator", "gender")],
    shares=["AAA-02"],
    same=[(("AAA-02", "denominator", "gesamt"), ("AAA-01", "numerator", "gesamt"))],
    flows=["AAA-01", "BBB-01"],
)
PROTECTED = frozenset({"AAA-01", "AAA-02", "BBB-01"})
THRESHOLDS = {"AAA-01": 3.0, "AAA-02": 3.0, "BBB-01": 5.0}


@dataclass(frozen=True)
class Report:
    """What a body reports: enquiries by kind, how many of women, how many referred, sensitive ones, staff cost."""

    kinds: tuple[int, int, int]
    women: int = 0
    referred: int = 0
    sensitive: int = 0
    staff_cost: int = 50_000
    version: int = 1

    @property
    def total(self) -> int:
        return sum(self.kinds)


World = Mapping[tuple[str, str], Report]
"""Period and body → its report in force."""


def _sides(report: Report) -> Iterator[tuple[str, str, int, int | None]]:
    yield "AAA-01", "gesamt", report.total, None
    for kind, count in zip(KINDS, report.kinds, strict=True):
        yield "AAA-01", f"kind={kind}", count, None
    yield "AAA-01", "gender=Frauen", report.women, None
    if report.total:
        yield "AAA-02", "gesamt", report.referred, report.total
    yield "BBB-01", "gesamt", report.sensitive, None
    yield "CCC-01", "gesamt", 1, None
    yield "EEE-01", "gesamt", report.staff_cost * 365, 365


def members(world: World) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for period in {period for period, _ in world}:
        for body, areas in AREAS.items():
            for area in (body, *areas, "06"):
                found.setdefault((period, area), []).append(body)
    return found


def _area_kind(area: str) -> str:
    if area == "06":
        return "land"
    return "body" if area in AREAS else "type" if area.startswith("type:") else "regierungsbezirk"


def _figures(world: World) -> Iterator[dict[str, object]]:
    values = {
        (indicator, breakdown, period, body): (numerator, denominator)
        for (period, body), report in sorted(world.items())
        for indicator, breakdown, numerator, denominator in _sides(report)
    }
    for (period, area), bodies in sorted(members(world).items()):
        for indicator, breakdown in sorted({(indicator, breakdown) for indicator, breakdown, *_ in values}):
            counted = [
                values[indicator, breakdown, period, body]
                for body in bodies
                if (indicator, breakdown, period, body) in values
            ]
            numerator = sum(one for one, _ in counted)
            is_ratio = CATALOGUE[indicator][1] == "ratio"
            denominator = sum(other or 0 for _, other in counted) if is_ratio else None
            value = None if not counted else 100 * numerator / denominator if denominator else numerator
            yield {
                "indicator_id": indicator,
                "area_kind": _area_kind(area),
                "area_key": area,
                "area": area,
                "period": period,
                "report_kind": "Jahresbericht" if period == YEAR else "Halbjahresbericht",
                "breakdown": breakdown,
                "value": None if value is None else Decimal(f"{value:.2f}"),
                "numerator": Decimal(numerator) if counted else None,
                "denominator": Decimal(denominator) if counted and denominator is not None else None,
                "unit": "count",
                "state": "ok" if counted else "missing_report",
                "bodies_counted": len(counted),
                "bodies_due": len(bodies),
                "denominator_note": "",
            }


_FIGURES_SCHEMA = {
    **dict.fromkeys(
        ("indicator_id", "area_kind", "area_key", "area", "period", "report_kind", "breakdown"), pl.String()
    ),
    "value": pl.Decimal(20, 2),
    "numerator": pl.Decimal(28, 6),
    "denominator": pl.Decimal(28, 6),
    "unit": pl.String(),
    "state": pl.String(),
    "bodies_counted": pl.Int32(),
    "bodies_due": pl.Int32(),
    "denominator_note": pl.String(),
}


def write_database(world: World, path: Path, hidden: Hidden | None = None) -> Path:
    """A database as a build would leave it, with what a release decided if there was one."""
    figures = pl.DataFrame(list(_figures(world)), schema=_FIGURES_SCHEMA)
    bodies = figures.filter(area_kind="body").rename({"area_key": "ags"})
    tables = {
        "indicators.figures": figures,
        "indicators.body_values": bodies.select(
            "indicator_id", "period", "ags", "breakdown", "numerator", "denominator", "state"
        ),
        "indicators.catalogue": pl.DataFrame(
            [(name, *rest, "report") for name, rest in CATALOGUE.items()],
            schema=["id", "protection", "aggregation", "group", "basis"],
            orient="row",
        ),
        "indicators.terms": pl.DataFrame(list(SECTIONS.items()), schema=["indicator_id", "section"], orient="row"),
        "intake.submissions": pl.DataFrame(
            [
                (report.version * 100 + list(AREAS).index(body) * 10 + len(period), period, body, True)
                for (period, body), report in sorted(world.items())
            ],
            schema=["submission_id", "period", "ags", "in_force"],
            orient="row",
        ),
        "reference.areas": pl.DataFrame(
            [(period, area, body) for (period, area), found in sorted(members(world).items()) for body in found],
            schema=["period", "area_key", "ags"],
            orient="row",
        ),
        "reference.periods": _periods(world),
        "reference.parameters": _parameters(),
    }
    if hidden is not None:
        tables["publication.counts"] = hidden.counts
    with duckdb.connect(str(path)) as connection:
        for schema in ("indicators", "intake", "reference", "publication"):
            connection.execute(f"CREATE SCHEMA {schema}")
        for name, frame in tables.items():
            connection.register("frame", frame)
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")
            connection.unregister("frame")
    return path


def _periods(world: World) -> pl.DataFrame:
    days = {HALF: ("Halbjahresbericht", date(2026, 6, 30), 6), YEAR: ("Jahresbericht", date(2026, 12, 31), 12)}
    rows = [(period, *days[period], True) for period in sorted({period for period, _ in world})]
    return pl.DataFrame(rows, schema=["period", "report_kind", "closing_day", "months", "has_figures"], orient="row")


def _parameters() -> pl.DataFrame:
    rows = [
        (f"secrecy_threshold_{name}", Decimal(value), date(1900, 1, 1), date(9999, 12, 31))
        for name, value in (("persons", 3), ("sensitive", 5))
    ]
    return pl.DataFrame(rows, schema=["name", "number", "valid_from", "valid_to"], orient="row")


def published(world: World, cells: pl.DataFrame) -> Published:
    """What the public sees of a release."""
    is_hidden = pl.col("suppression") != ""
    is_quota = pl.col("denominator").is_not_null()
    figures = cells.select(
        "indicator_id",
        "area_key",
        "period",
        "breakdown",
        pl.when(is_hidden).then(pl.lit("hidden")).otherwise("state").alias("state"),
        pl.when(pl.col("is_numerator_public") & (~is_hidden | is_quota)).then("numerator").alias("numerator"),
        pl.when("is_denominator_public").then("denominator").alias("denominator"),
        is_quota.alias("is_quota"),
        "bodies_counted",
    )
    versions = {(period, body): report.version for (period, body), report in world.items()}
    return Published(figures, versions, members(world), PROTECTED)


def small_counts(worlds: Iterable[World]) -> Sequence[tuple[str, str, str, str]]:
    return [
        (indicator, breakdown, period, body)
        for world in worlds
        for (period, body), report in world.items()
        for indicator, breakdown, numerator, _ in _sides(report)
        if indicator in THRESHOLDS and 0 < numerator < THRESHOLDS[indicator]
    ]

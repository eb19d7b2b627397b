"""Public tables of a small release: the 33 bodies, seven indicators, as many periods as a test asks for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from expectations.period import ReportKind, parse_period
from flows.publication.tables import PublicTables
from flows.reference import load, packaged_file

_FIGURES: Mapping[str, Any] = {
    "indicator_id": pl.String,
    "area_kind": pl.String,
    "area_key": pl.String,
    "area": pl.String,
    "period": pl.String,
    "report_kind": pl.String,
    "breakdown": pl.String,
    "value": pl.Decimal(20, 2),
    "numerator": pl.Decimal(28, 6),
    "denominator": pl.Decimal(28, 6),
    "unit": pl.String,
    "state": pl.String,
    "bodies_counted": pl.Int32,
    "bodies_due": pl.Int32,
    "denominator_note": pl.String,
}
_INDICATORS = (
    # id, group, name, unit, decimals, direction, aggregation, breakdowns, asked at half-year
    ("ANL-01", "Anlaufstelle/Beratung", "Anfragen an die Anlaufstelle", "count", 0, "neutral", "sum",
     "channel (Zugang); quarter (Quartal)", True),
    ("DOL-04", "Laiendolmetschende", "Verfügbare Sprachen", "count", 0, "higher_better", "distinct", "", False),
    ("KOO-05", "Koordination & Strategie", "Zielerreichungsgrad", "%", 1, "higher_better", "median", "", False),
    ("LOT-01", "Integrationslotsinnen/-lotsen", "Aktive Lotsinnen und Lotsen", "count", 0, "higher_better", "sum",
     "gender (Geschlecht)", False),
    ("MIT-01", "Mittel", "Bewilligte Landesmittel", "EUR", 2, "neutral", "sum",
     "cost_type (Kostenart); grant (Bescheid)", False),
    ("MIT-02", "Mittel", "Mittelabrufquote", "%", 1, "higher_better", "ratio", "", True),
    ("MIT-06", "Mittel", "Landesmittel je 1.000 Einwohner", "EUR per 1,000", 2, "neutral", "ratio", "", False),
)  # fmt: skip
_PARTS = {
    "ANL-01": ("channel=persönlich", "channel=Telefon", "channel=Sonstige", "quarter=Q1", "quarter=Q2"),
    "LOT-01": ("gender=Frauen",),
    "MIT-01": ("cost_type=Koordination", "cost_type=Laiendolmetschen Qualifizierung", "grant=WIR-06411-2.1-2026"),
}


def made_tables(*periods: str, is_demo: bool = True, grow: int = 10) -> PublicTables:
    """Public tables for the periods named, by default a half-year and its year; a year adds `grow` per cent."""
    bodies = load(packaged_file("municipalities"), "municipalities").filter(pl.col("valid_to") > date(2026, 1, 1))
    areas = _areas(bodies)
    codes = periods or ("2026-H1", "2026")
    rows = [row for code in codes for row in _figure_rows(areas, code, grow)]
    return PublicTables(
        about=_about(is_demo=is_demo),
        figures=pl.DataFrame(rows, schema=dict(_FIGURES), orient="row"),
        catalogue=_catalogue(),
        areas=areas,
        reporting=_reporting(bodies, codes),
        corrections=_corrections(),
        suppressed=pl.DataFrame(
            {"group": ["Mittel"], "period": ["2026"], "cells": [1240], "hidden": [7], "policy": [5]}
        ),
    )


def with_figure(tables: PublicTables, where: Mapping[str, str], **changes: object) -> PublicTables:
    """The same tables, some of whose figures are other ones."""
    matches = pl.all_horizontal(pl.col(name) == value for name, value in where.items())
    assert tables.figures.filter(matches).height > 0
    changed = [
        pl.when(matches).then(pl.lit(value).cast(tables.figures.schema[name])).otherwise(pl.col(name)).alias(name)
        for name, value in changes.items()
    ]
    return replace(tables, figures=tables.figures.with_columns(changed))


def hide(tables: PublicTables, **where: str) -> PublicTables:
    """The same tables with some figures hidden."""
    return with_figure(tables, where, state="hidden", value=None, numerator=None, denominator=None)


# --- what the tables hold --------------------------------------------------------------------------------------------


def _about(*, is_demo: bool) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "name": ["2026-Erprobung"],
            "released_on": [date(2027, 4, 15)],
            "business_at": [datetime(2027, 4, 14, 1, 15)],  # noqa: DTZ001 - the database stores UTC without a zone
            "is_demo": [is_demo],
            "program_version": ["0.1.0"],
            "head_hash": ["ab12" * 16],
            "unapproved": [2],
            "gap": [Decimal(0)],
        }
    )


def _catalogue() -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "id": id_,
                "group": group,
                "name_de": name,
                "name_en": name,
                "question_de": f"Was sagt {id_}?",
                "definition": f"Definition von {id_}",
                "formula": f"Formel von {id_}",
                "unit": unit,
                "decimals": decimals,
                "direction": direction,
                "protection": "none",
                "aggregation": aggregation,
                "breakdowns": breakdowns,
                "notes": "Zählt nur in „channel=Telefon“." if id_ == "ANL-01" else "",
                "denominator_note": "Nenner aus dem Register." if aggregation == "ratio" else "",
            }
            for id_, group, name, unit, decimals, direction, aggregation, breakdowns, _ in _INDICATORS
        ]
    )


def _areas(bodies: pl.DataFrame) -> pl.DataFrame:
    district = {"Darmstadt": "064", "Gießen": "065", "Kassel": "066"}
    kinds = (
        (pl.lit("body"), pl.col("ags"), pl.col("name")),
        (pl.lit("land"), pl.lit("06"), pl.lit("Land Hessen")),
        (
            pl.lit("regierungsbezirk"),
            pl.col("regierungsbezirk").replace_strict(district),
            pl.concat_str(pl.lit("Regierungsbezirk "), "regierungsbezirk"),
        ),
        (pl.lit("type"), pl.concat_str(pl.lit("type:"), "type"), pl.col("type")),
    )
    columns = ("ags", "type", "regierungsbezirk", "short", "tile_column", "tile_row")
    return pl.concat(
        bodies.select(kind.alias("area_kind"), key.alias("area_key"), name.alias("area"), *columns)
        for kind, key, name in kinds
    )


def _figure_rows(areas: pl.DataFrame, code: str, grow: int) -> Iterator[Sequence[object]]:
    """Every body has 100 (times growth), every area the sum; quotas are 90 in 100; parts share evenly."""
    period = parse_period(code)
    factor = Decimal(1) + Decimal(grow * (period.year - 2026)) / 100
    sizes = areas.group_by("area_kind", "area_key", "area", maintain_order=True).len().iter_rows()
    for kind, key, area, bodies in sizes:
        for id_, _, _, unit, _, _, aggregation, _, at_half_year in _INDICATORS:
            head = (id_, kind, key, area, code, period.kind.value)
            if id_ == "MIT-06" or (period.kind is ReportKind.HALF_YEAR and not at_half_year):
                yield *head, "gesamt", None, None, None, unit, "not_applicable", 0, bodies, "Nicht gebildet."
                continue
            total = 100 * bodies * factor
            rest = (unit, "ok", bodies, bodies, "")
            yield *head, "gesamt", *_values(aggregation, total), *rest
            for part in _PARTS.get(id_, ()) if kind != "body" else ():
                yield *head, part, *_values(aggregation, total / 4), *rest


def _values(aggregation: str, total: Decimal) -> tuple[Decimal, Decimal, Decimal | None]:
    if aggregation in ("ratio", "median"):
        return Decimal(90), total * Decimal("0.9"), total
    return total, total, None


def _reporting(bodies: pl.DataFrame, codes: Sequence[str]) -> pl.DataFrame:
    states = ("accepted", "accepted", "accepted_late", "returned", "missing")
    rows = [
        {
            "ags": ags,
            "name": name,
            "period": code,
            "report_kind": parse_period(code).kind.value,
            "due_on": date(2027, 3, 31),
            "extended_to": date(2027, 4, 30) if number == 0 else None,
            "received_on": None if states[number % 5] == "missing" else date(2027, 3, 20),
            "days_late": 4 if states[number % 5] == "accepted_late" else 0,
            "state": states[number % 5],
        }
        for code in codes
        for number, (ags, name) in enumerate(bodies.select("ags", "name").iter_rows())
    ]
    return pl.DataFrame(rows)


def _corrections() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "release_before": ["2026-Probe"],
            "indicator_id": ["ANL-01"],
            "area_key": ["06"],
            "area": ["Land Hessen"],
            "period": ["2026-H1"],
            "breakdown": ["channel=Telefon"],
            "before": [Decimal("820.00")],
            "after": [Decimal("825.00")],
            "cause": ["resubmission"],
            "cause_de": ["Ein Bericht wurde neu eingereicht."],
        }
    )

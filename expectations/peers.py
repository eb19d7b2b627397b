"""What change from year to year is usual: robust bounds from the reports of the year before, by type of body.

A figure is a section's sum of one field that runs up since 1 January; single cells are too small to tell anything. A
type's bounds are the median of its bodies ± k times the median absolute deviation (MAD), on a logarithmic scale, where
a figure that doubles is as far off as one that halves. Three or four strange reports cannot move them.

In the programme's second year no change from year to year has been seen yet. Then the figures themselves are bounded,
not per inhabitant: populations have mixed dates and are disputed, and on a logarithmic scale the sizes of bodies of one
type only widen the bounds, so that they find what slipped by an order of magnitude and little else.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from expectations.form import Field, Section, form_of, is_asked
from expectations.period import FIRST_YEAR, ReportKind

PEERS_SCHEMA: Mapping[str, pl.DataType] = {
    "year": pl.Int64(),
    "type": pl.String(),
    "field": pl.String(),
    "row_key": pl.String(),
    "measure": pl.String(),
    "bodies": pl.Int64(),
    "median": pl.Float64(),
    "mad": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
}
"""Bounds for reports of `year`: `low` and `high` are factors of the last year's figure (measure `change`) or figures
(measure `level`); median and MAD are natural logarithms; `row_key` is empty, a bound concerns the section's sum."""
CHANGE, LEVEL = "change", "level"

_MADS = "peer_bound_mads"
_FEWEST = "peer_bodies_min"


def no_peers() -> pl.DataFrame:
    """No bounds: nothing is known of the year before."""
    return pl.DataFrame(schema=PEERS_SCHEMA)


def peer_bounds(
    history: Mapping[str, pl.DataFrame], municipalities: pl.DataFrame, parameters: pl.DataFrame, year: int
) -> pl.DataFrame:
    """The bounds for annual reports of one year.

    Args:
        history: section → typed rows of reports in force, with `ags` and `period`.
        municipalities: dated, with the type of each body.
        parameters: dated; `peer_bound_mads` is k, `peer_bodies_min` the fewest bodies that make a bound.
        year: whose reports will be compared; only reports of the two years before it are looked at.

    Returns:
        `PEERS_SCHEMA`, ordered. There is no bound where too few bodies of a type have the figure, or where half of them
        have the very same (MAD 0), or where a parameter is missing.
    """
    closing_day = date(year, 12, 31)
    mads, fewest = _number(parameters, _MADS, closing_day), _number(parameters, _FEWEST, closing_day)
    if mads is None or fewest is None or year <= FIRST_YEAR:
        return no_peers()
    types = municipalities.filter(_valid_on(date(year - 1, 12, 31))).select("ags", "type")
    figures = _figures(history, year, types)
    bounds = (
        figures.group_by("type", "field", "measure")
        .agg(pl.len().cast(pl.Int64).alias("bodies"), pl.col("log").median().alias("median"), _mad().alias("mad"))
        .filter((pl.col("bodies") >= fewest) & (pl.col("mad") > 0))
        .with_columns(
            pl.lit(year, pl.Int64).alias("year"),
            pl.lit("").alias("row_key"),
            (pl.col("median") - mads * pl.col("mad")).exp().alias("low"),
            (pl.col("median") + mads * pl.col("mad")).exp().alias("high"),
        )
    )
    return bounds.select(PEERS_SCHEMA.keys()).cast(pl.Schema(PEERS_SCHEMA)).sort("type", "field")


def _figures(history: Mapping[str, pl.DataFrame], year: int, types: pl.DataFrame) -> pl.DataFrame:
    """`type`, `field`, `measure` and the logarithm of each body's change, or of its figure where no change is known."""
    last, before = _sums(history, year - 1), _sums(history, year - 2)
    levels = last.with_columns(measure=pl.lit(LEVEL), log=pl.col("total").log())
    changes = last.join(before, on=["ags", "field"], suffix="_before").with_columns(
        measure=pl.lit(CHANGE), log=(pl.col("total") / pl.col("total_before")).log()
    )
    known = changes if changes.height else levels
    return known.join(types, on="ags").select("type", "field", "measure", "log")


def _sums(history: Mapping[str, pl.DataFrame], year: int) -> pl.DataFrame:
    """`ags`, `field`, `total` above zero of a year's annual reports; sums with a part not recorded are left out."""
    sums = [
        history[section.name]
        .filter(pl.col("period") == str(year))
        .group_by("ags")
        .agg(
            pl.lit(field.path).alias("field"),
            pl.when(pl.col(field.name).is_not_null().all())
            .then(pl.col(field.name).sum())
            .cast(pl.Float64)
            .alias("total"),
        )
        for section in (form_of(year).sections() if year >= FIRST_YEAR else ())
        if section.name in history
        for field in section.fields
        if is_compared(section, field) and field.name in history[section.name].columns
    ]
    schema = {"ags": pl.String(), "field": pl.String(), "total": pl.Float64()}
    return pl.concat([pl.DataFrame(schema=schema), *sums]).filter(pl.col("total") > 0)


def is_compared(section: Section, field: Field) -> bool:
    """Whether bodies are compared by this field: it runs up over the year, and every annual report has it."""
    return field.measure == "flow" and section.kind != "table" and is_asked(field, ReportKind.YEAR)


def _mad() -> pl.Expr:
    return (pl.col("log") - pl.col("log").median()).abs().median()


def _number(parameters: pl.DataFrame, name: str, day: date) -> float | None:
    numbers = parameters.filter((pl.col("name") == name) & _valid_on(day))["number"].to_list()
    return float(numbers[0]) if numbers else None


def _valid_on(day: date) -> pl.Expr:
    return (pl.col("valid_from") <= day) & (pl.col("valid_to") >= day)

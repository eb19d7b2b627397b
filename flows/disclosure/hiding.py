"""Which cells of a release stay hidden: from a built database to the tables that its publication is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import polars as pl

from flows.disclosure.knowledge import Knowledge, gather
from flows.disclosure.patience import Brake
from flows.disclosure.reading import Cell, Column, Release, read_figures, read_public_cells, read_release
from flows.disclosure.solving import Suppression, suppress

PRIMARY = "primary"
SECONDARY = "secondary"
POLICY = "policy"
PUBLIC = ""
_SIDES = ("numerator", "denominator")
_ORDER = (POLICY, PRIMARY, SECONDARY)
_KEY = ("indicator_id", "period", "area_key", "breakdown")
_COUNTS_SCHEMA: Mapping[str, pl.DataType] = {
    "indicator_id": pl.String(),
    "side": pl.String(),
    "period": pl.String(),
    "area_key": pl.String(),
    "breakdown": pl.String(),
    "count": pl.String(),
    "value": pl.Decimal(28, 6),
    "width": pl.Decimal(28, 6),
    "suppression": pl.String(),
}


@dataclass(frozen=True)
class Hidden:
    """What a release hides and what it shows; the frames are those of `flows.warehouse.released`.

    Attributes:
        cells: `publication.cells`: every figure with its true values and why it is hidden.
        counts: `publication.counts`: every protected count, what the next release must know.
        suppressed: `publication.suppressed` of this release, without its name and number.
        loss: what hiding more than the small counts costs; a hidden count of a body costs 1 + log(1 + count), of an
            area more.
        gap: which share of the loss another choice might have avoided at most.
        seconds: how long it took.
    """

    cells: pl.DataFrame
    counts: pl.DataFrame
    suppressed: pl.DataFrame
    loss: float
    gap: float
    seconds: float


def hide(database: Path, earlier: Sequence[Path], *, questions: int = 3000, seconds: float = 3600.0) -> Hidden:
    """Decide what a release hides.

    Whatever the catalogue protects and lies below its threshold is hidden, zeros are shown. What else must be hidden so
    that nobody can compute it from this release and all earlier ones together is chosen at the least loss.

    Args:
        database: a built database with true figures.
        earlier: databases of the earlier releases, the oldest first.
        questions: so many, of a millisecond each, are asked for a better choice of each set of numbers that hang
            together. The search is counted and never timed: the same database hides the same on every machine with
            the same versions of this program and its solver, however busy it is.
        seconds: an emergency brake, far above the minute that five years take: after so many nothing is decided.

    Raises:
        UndecidedError: the emergency brake was needed, or the solver gave no answer.
    """
    start = monotonic()
    release = read_release(database)
    known = gather(release, [(read_release(path), read_public_cells(path)) for path in earlier])
    found = suppress(known, questions=questions, brake=Brake(seconds, start))
    counts = _counts(release, known, found)
    cells = _cells(read_figures(database), counts, release)
    return Hidden(
        cells=cells,
        counts=counts,
        suppressed=_suppressed(cells, release.groups),
        loss=found.loss,
        gap=found.gap,
        seconds=monotonic() - start,
    )


def _counts(release: Release, known: Knowledge, found: Suppression) -> pl.DataFrame:
    names = {node: f"{number:06d}" for number, node in enumerate(known.numbers, start=1)}
    telling = _telling_columns(release, known, found)
    rows = []
    for cell in release.cells:
        node = known.places[cell.column, cell.area_key]
        is_barred = release.protection[cell.column.indicator, cell.column.period].bars(cell)
        is_hidden = node in found.hidden or is_barred or (cell.column in telling and cell.value > 0)
        rows.append(
            {
                "indicator_id": cell.column.indicator,
                "side": cell.column.side,
                "period": cell.column.period,
                "area_key": cell.area_key,
                "breakdown": cell.column.breakdown,
                "count": "" if node is None else names[node],
                "value": cell.value,
                "width": found.widths.get(node, 0.0) if node in found.hidden else None,
                "suppression": _reason(release, cell) if is_hidden else PUBLIC,
            }
        )
    frame = pl.DataFrame(rows, schema={**_COUNTS_SCHEMA, "value": pl.Float64(), "width": pl.Float64()})
    return frame.select(pl.col(name).cast(kind) for name, kind in _COUNTS_SCHEMA.items())


def _telling_columns(release: Release, known: Knowledge, found: Suppression) -> set[Column]:
    """Columns that are a count times a weight, where any such count of their period is hidden.

    Who knows the weights can compute more from them than equations and bounds between counts say: none is shown.
    """
    hidden = {
        (cell.column.indicator, cell.column.period)
        for cell in release.cells
        if known.places[cell.column, cell.area_key] in found.hidden
    }
    return {column for column, indicator in known.weighted if (indicator, column.period) in hidden}


def _reason(release: Release, cell: Cell) -> str:
    protection = release.protection[cell.column.indicator, cell.column.period]
    if protection.bars(cell):
        return POLICY
    return PRIMARY if protection.is_too_small(cell) else SECONDARY


def _cells(figures: pl.DataFrame, counts: pl.DataFrame, release: Release) -> pl.DataFrame:
    """Figures with the reason why each side is hidden; a quota is hidden if either is."""
    sides = counts.pivot("side", index=_KEY, values="suppression")
    for side in _SIDES:
        if side not in sides.columns:
            sides = sides.with_columns(pl.lit(None, pl.String()).alias(side))
    reasons = sides.select(*_KEY, numerator_reason="numerator", denominator_reason="denominator")
    joined = figures.join(reasons, on=_KEY, how="left", validate="1:1").join(
        _medians_to_hide(counts, release), on=_KEY, how="left", validate="1:1"
    )
    both = [pl.col("numerator_reason"), pl.col("denominator_reason"), pl.col("median_reason")]
    worst = pl.coalesce(pl.when(reason == wanted).then(pl.lit(wanted)) for wanted in _ORDER for reason in both)
    return joined.with_columns(
        suppression=worst.fill_null(PUBLIC),
        is_numerator_public=pl.col("numerator_reason").fill_null(PUBLIC) == PUBLIC,
        is_denominator_public=_is_denominator_public(),
    ).drop("numerator_reason", "denominator_reason", "median_reason")


def _is_denominator_public() -> pl.Expr:
    """A denominator that is no protected count of its own (of what employees cost) is hidden with its numerator."""
    return pl.coalesce("denominator_reason", "numerator_reason").fill_null(PUBLIC) == PUBLIC


def _medians_to_hide(counts: pl.DataFrame, release: Release) -> pl.DataFrame:
    """Medians of areas in which a body's count is not shown: a median is one of its bodies' values."""
    shown = {
        (Column(*column), area_key)
        for *column, area_key in counts.filter(pl.col("suppression") == PUBLIC)
        .select("indicator_id", "side", "breakdown", "period", "area_key")
        .iter_rows()
    }
    rows = {
        (cell.column.indicator, cell.column.period, cell.area_key, cell.column.breakdown, SECONDARY)
        for cell in release.cells
        if release.protection[cell.column.indicator, cell.column.period].is_median
        and any(
            (column, ags) not in shown
            for column in (cell.column._replace(side=side) for side in _SIDES)
            for ags in release.members[cell.column.period, cell.area_key]
            if ags in release.counts.get(column, {})
        )
    }
    schema = {name: pl.String() for name in (*_KEY, "median_reason")}
    return pl.DataFrame(sorted(rows), schema=schema, orient="row")


def _suppressed(cells: pl.DataFrame, groups: Mapping[str, str]) -> pl.DataFrame:
    """How many cells of each group and period are hidden, and why."""
    return (
        cells.filter(pl.col("state") == "ok")
        .with_columns(pl.col("indicator_id").replace_strict(groups, return_dtype=pl.String()).alias("group"))
        .group_by("group", "period")
        .agg(
            pl.len().cast(pl.Int64()).alias("cells"),
            *((pl.col("suppression") == reason).sum().cast(pl.Int64()).alias(reason) for reason in _ORDER),
        )
        .select("group", "period", "cells", PRIMARY, SECONDARY, POLICY)
        .sort("group", "period")
    )

"""The corrections log of a release: what was public in the release before and is another number now."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from flows.releasing.causes import in_order, public_cause_de
from flows.releasing.changes import Differences

_FIGURE = ("indicator_id", "area_key", "period", "breakdown")


def corrections(found: Differences, release_before: str) -> pl.DataFrame:
    """The corrections that may be published.

    Only figures that both releases show, hidden in neither, and only if value or state differ as shown: a row about a
    hidden figure would tell that it changed.

    Args:
        found: what differs between the release before and this one.
        release_before: its name.

    Returns:
        A row per figure: release_before, indicator_id, area_key, area, period, breakdown, before, after (null where
        there is no value), cause (codes joined by `; `), cause_de.
    """
    shown = found.figures.filter(
        pl.col("is_hidden_before").eq(False) & pl.col("is_hidden_after").eq(False),  # noqa: FBT003
        pl.col("value_before").ne_missing(pl.col("value_after"))
        | pl.col("state_before").ne_missing(pl.col("state_after")),
    )
    causes = by_figure(found.causes)
    rows = [_row(figure, causes[key_of(figure)], release_before) for figure in shown.iter_rows(named=True)]
    return pl.DataFrame(rows, schema=_SCHEMA)


_SCHEMA: dict[str, Any] = {
    "release_before": pl.String(),
    "indicator_id": pl.String(),
    "area_key": pl.String(),
    "area": pl.String(),
    "period": pl.String(),
    "breakdown": pl.String(),
    "before": pl.Decimal(20, 2),
    "after": pl.Decimal(20, 2),
    "cause": pl.String(),
    "cause_de": pl.String(),
}


def no_corrections() -> pl.DataFrame:
    """The log of a first release."""
    return pl.DataFrame(schema=_SCHEMA)


def by_figure(causes: pl.DataFrame) -> dict[tuple[str, ...], list[dict[str, Any]]]:
    """The causes of each figure, see `key_of`."""
    found: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for cause in causes.iter_rows(named=True):
        found.setdefault(key_of(cause), []).append(cause)
    return found


def key_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """What tells one figure from another: indicator, area, period, breakdown."""
    return tuple(row[name] for name in _FIGURE)


def _row(figure: dict[str, Any], causes: list[dict[str, Any]], release_before: str) -> dict[str, Any]:
    return {
        "release_before": release_before,
        **{name: figure[name] for name in (*_FIGURE, "area")},
        "before": figure["value_before"],
        "after": figure["value_after"],
        "cause": "; ".join(in_order(cause["cause"] for cause in causes)),
        "cause_de": public_cause_de(causes, of_one_body=figure["area_kind"] == "body"),
    }

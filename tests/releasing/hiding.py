"""A way to hide that needs no solver: it hides what it is told, or small counts, and protects nothing else by it.

And a release whose hidden numbers are other ones: whatever it publishes must be the same.
"""

import shutil
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from flows.disclosure import Hidden

_CELLS = """
SELECT
    figures.*,
    CASE WHEN figures.state = 'ok' AND ({condition}) THEN 'primary' ELSE '' END AS suppression
FROM indicators.figures AS figures
INNER JOIN indicators.catalogue AS catalogue ON figures.indicator_id = catalogue.id
WHERE catalogue.basis <> 'publication'
"""
SMALL = "catalogue.protection <> 'none' AND figures.numerator BETWEEN 1 AND 2"
_SUPPRESSED = """
SELECT
    catalogue."group",
    cells.period,
    count(*) AS cells,
    count(*) FILTER (WHERE cells.suppression = 'primary') AS primary,
    0::BIGINT AS secondary,
    0::BIGINT AS policy
FROM cells
INNER JOIN indicators.catalogue AS catalogue ON cells.indicator_id = catalogue.id
WHERE cells.state = 'ok'
GROUP BY ALL
ORDER BY ALL
"""

_OTHERWISE = """
UPDATE publication.cells SET
    value = CASE WHEN suppression = '' THEN value ELSE coalesce(value, 0) + 7 * length(area_key) + 1013 END,
    numerator = CASE
        WHEN is_numerator_public AND (suppression = '' OR denominator IS NOT NULL) THEN numerator
        ELSE coalesce(numerator, 0) + 11 * length(area) + 1019
    END,
    denominator = CASE WHEN is_denominator_public THEN denominator ELSE denominator + 13 * length(area) + 1021 END
"""
_FIGURES_OTHERWISE = """
UPDATE indicators.figures SET value = cells.value, numerator = cells.numerator, denominator = cells.denominator
FROM publication.cells AS cells
WHERE
    figures.indicator_id = cells.indicator_id AND figures.area_key = cells.area_key
    AND figures.period = cells.period AND figures.breakdown = cells.breakdown
"""
_BODIES_OTHERWISE = """
UPDATE indicators.body_values
SET numerator = figures.numerator, denominator = figures.denominator, exact_value = figures.value
FROM indicators.figures AS figures
WHERE
    body_values.indicator_id = figures.indicator_id AND body_values.ags = figures.area_key
    AND body_values.period = figures.period AND body_values.breakdown = figures.breakdown
"""
_COUNTS_OTHERWISE = "UPDATE publication.counts SET value = value + 1031 WHERE suppression <> ''"


def about(name: str) -> dict[str, Any]:
    """What a release says of itself."""
    return {
        "name": name,
        "released_on": date(2027, 5, 1),
        "business_at": datetime.combine(date(2027, 5, 1), time(1)),
        "is_demo": False,
        "program_version": "0.1.0",
        "head_hash": "ab" * 32,
        "unapproved": 0,
        "gap": 0.0,
    }


def with_other_hidden_numbers(database: Path, target: Path) -> Path:
    """A release in which all that it hides is another number, in its cells and in all its figures."""
    shutil.copyfile(database, target)
    with duckdb.connect(str(target)) as connection:
        for change in (_OTHERWISE, _FIGURES_OTHERWISE, _BODIES_OTHERWISE, _COUNTS_OTHERWISE):
            connection.execute(change)
    return target


def hiding(condition: str = SMALL) -> Callable[[Path, Sequence[Path]], Hidden]:
    """Hide the cells that meet an SQL condition on `figures` and `catalogue`."""

    def hide(database: Path, _earlier: Sequence[Path]) -> Hidden:
        with duckdb.connect(str(database), read_only=True) as connection:
            found = connection.sql(_CELLS.format(condition=condition)).pl()
            is_open = (pl.col("suppression") == "").alias
            cells = found.with_columns(is_open("is_numerator_public"), is_open("is_denominator_public"))
            connection.register("cells", cells)
            suppressed = connection.sql(_SUPPRESSED).pl()
        return Hidden(cells, pl.DataFrame(), suppressed, loss=0.0, gap=0.0, seconds=0.0)

    return hide

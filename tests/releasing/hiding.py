"""A way to hide that needs no solver: it hides what it is told, or small counts, and protects nothing else by it."""

from collections.abc import Callable, Sequence
from pathlib import Path

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

"""From a figure back to its cells, for the command line: two queries on the published database."""

from pathlib import Path
from typing import Any

import duckdb

from flows.warehouse.reading import open_for_reading

_FIGURE = """
SELECT f.*, c.name_de
FROM indicators.figures AS f
INNER JOIN indicators.catalogue AS c ON f.indicator_id = c.id
WHERE f.indicator_id = upper($indicator) AND f.area_key = $area AND f.period = $period AND f.breakdown = 'gesamt'
"""
_TRACE = "SELECT * FROM audit.trace($indicator, $area, $period)"


def trace_figure(
    database: Path, indicator: str, area: str, period: str
) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """A figure and what it rests on.

    Args:
        database: the published database.
        indicator: such as `MIT-03`.
        area: such as `06431`, `064`, `type:Landkreis` or `06`.
        period: such as `2026`.

    Returns:
        The figure, None where there is none, and a row per term and field (interface.md, `audit.trace`).

    Raises:
        NoPublicationError: there is no database yet.
    """
    named = {"indicator": indicator, "area": area, "period": period}
    with open_for_reading(database) as connection:
        figures = _rows(connection.execute(_FIGURE, named))
        return (figures[0], _rows(connection.execute(_TRACE, named))) if figures else (None, [])


def _rows(result: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

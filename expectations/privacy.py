"""Likely personal data: no output repeats them, the auditors' database included (form.md, R-DSG)."""

from collections.abc import Iterable

import polars as pl

from expectations.finding import Finding

MASK = "[vermutlich personenbezogene Daten]"
"""What stands in their place; the original lies in the archive only."""
_PERSONAL_DATA = "R-DSG-01"


def masked(cells: pl.DataFrame, findings: Iterable[Finding]) -> pl.DataFrame:
    """Cells (`expectations.reading.CELLS_SCHEMA`) of one report without the texts that hold personal data."""
    places = [
        f"{finding.sheet}!{cell}"
        for finding in findings
        if finding.code == _PERSONAL_DATA
        for cell in (finding.cell, *finding.also_at)
    ]
    if not places:
        return cells
    is_personal = pl.concat_str("sheet", pl.lit("!"), "cell").is_in(places)
    return cells.with_columns(
        pl.when(is_personal).then(pl.lit(MASK)).otherwise(pl.col(name)).alias(name) for name in ("raw", "value")
    )

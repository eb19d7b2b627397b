"""Who owes which report, as the desk shows it."""

from typing import Any

import polars as pl

from expectations.period import Period
from flows import reference
from flows.house import clock, is_demo, open_house
from flows.line import obligations_at
from flows.settings import DataFolder


def obligations_now(folder: DataFolder, period: Period | None) -> tuple[bool, list[dict[str, Any]]]:
    """Whether the folder is a demonstration, and who owes which report, as it stands now.

    Each row bears the body's name and type, for names occur twice.
    """
    ledger = open_house(folder)
    now = clock(ledger)
    registers = reference.in_force(folder, ledger)
    frame = obligations_at(ledger, registers, now)
    if period is not None:
        frame = frame.filter(pl.col("period") == period.code)
    bodies = {row["ags"]: row for row in registers.frames["municipalities"].iter_rows(named=True)}
    rows = [
        {"name": bodies[row["ags"]]["name"], "type": bodies[row["ags"]]["type"], **row}
        for row in frame.iter_rows(named=True)
    ]
    return is_demo(ledger), rows

"""Public money bounds what employees cost: a sum that narrows it further is not shown."""

from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.disclosure import Hidden, hide
from flows.disclosure.money import read_between
from tests.disclosure.small_worlds import AREAS, YEAR, Report, write_database

COST = 50_000
"""What the employees of each body cost in the year."""


def _with_money(path: Path, money: dict[str, int]) -> Path:
    """Six bodies with what they spent, and what the Land paid for which kind of cost."""
    report = Report((20, 30, 40), staff_cost=COST)
    database = write_database({(YEAR, body): report for body in AREAS}, path)
    sides = {"MIT-05": [("gesamt", 0, money["spent"])]}
    sides["MIT-03"] = [(f"cost_type={kind}", eur, 1) for kind, eur in money.items() if kind != "spent"]
    rows = [
        (indicator, YEAR, body, breakdown, above, below, "ok")
        for body in AREAS
        for indicator, figures in sides.items()
        for breakdown, above, below in figures
    ]
    with duckdb.connect(str(database)) as connection:
        connection.executemany("INSERT INTO indicators.body_values VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        for table in ("figures", "body_values", "terms"):
            connection.execute(f"UPDATE indicators.{table} SET indicator_id = 'PER-03' WHERE indicator_id = 'EEE-01'")
        connection.execute("UPDATE indicators.catalogue SET id = 'PER-03' WHERE id = 'EEE-01'")
    return database


def _of_the_land(hidden: Hidden) -> str:
    cell = hidden.cells.filter(indicator_id="PER-03", area_key="06", breakdown="gesamt")
    return str(cell["suppression"].item())


def test_what_the_money_says_is_computed_as_by_hand(tmp_path: Path) -> None:
    money = {"Koordination": 40_000, "Mitarbeitsstelle": 5_000, "Sachkosten": 7_000, "spent": 62_000}
    with duckdb.connect(str(_with_money(tmp_path / "a.duckdb", money)), read_only=True) as connection:
        found = read_between(connection)
    assert {key[1]: between for key, between in found.items() if key[3] == "B1"} == {
        "gesamt": (45_000 * 365, 55_000 * 365),
        "function=WIR-Koordinationskraft": (40_000 * 365, 50_000 * 365),
        "function=WIR-Mitarbeitsstelle": (5_000 * 365, 15_000 * 365),
    }


@pytest.mark.parametrize(("spent", "reason"), [(COST, "secondary"), (COST + 20_000, "")])
def test_a_sum_that_makes_the_most_of_it_certain_is_hidden(tmp_path: Path, spent: int, reason: str) -> None:
    """If nobody can cost more than 50,000 and six cost 300,000 together, everybody knows what each costs."""
    assert (
        _of_the_land(hide(_with_money(tmp_path / "a.duckdb", {"Koordination": 40_000, "spent": spent}), [])) == reason
    )


def test_a_report_that_contradicts_its_money_bounds_nothing(tmp_path: Path) -> None:
    money = {"Koordination": COST + 1, "spent": COST + 1}
    hidden = hide(_with_money(tmp_path / "a.duckdb", money), [])
    assert _of_the_land(hidden) == ""
    assert hidden.cells.filter(pl.col("area_kind") == "body", indicator_id="PER-03", suppression="").is_empty()

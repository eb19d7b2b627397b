"""Other figures bound a count: a sum that narrows it further is not shown."""

from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.disclosure import Hidden, hide
from flows.disclosure.told_besides import read_between
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


@pytest.mark.slow
@pytest.mark.parametrize(("spent", "reason"), [(COST, "secondary"), (COST + 20_000, "")])
def test_a_sum_that_makes_the_most_of_it_certain_is_hidden(tmp_path: Path, spent: int, reason: str) -> None:
    """If nobody can cost more than 50,000 and six cost 300,000 together, everybody knows what each costs."""
    assert (
        _of_the_land(hide(_with_money(tmp_path / "a.duckdb", {"Koordination": 40_000, "spent": spent}), [])) == reason
    )


@pytest.mark.slow
def test_a_report_that_contradicts_its_money_bounds_nothing(tmp_path: Path) -> None:
    money = {"Koordination": COST + 1, "spent": COST + 1}
    hidden = hide(_with_money(tmp_path / "a.duckdb", money), [])
    assert _of_the_land(hidden) == ""
    assert hidden.cells.filter(pl.col("area_kind") == "body", indicator_id="PER-03", suppression="").is_empty()


def _with_languages(path: Path, offered: dict[str, int], used: dict[str, int]) -> Path:
    """Six bodies with how many languages they offer, and in how many of them there were assignments."""
    database = write_database({(YEAR, body): Report((20, 30, 40), sensitive=offered[body]) for body in AREAS}, path)
    rows = [
        ("DOL-02", YEAR, body, f"language={number}", int(number < used[body]), None, "ok")
        for body in AREAS
        for number in range(12)
    ]
    with duckdb.connect(str(database)) as connection:
        connection.executemany("INSERT INTO indicators.body_values VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        for table in ("figures", "body_values", "terms"):
            connection.execute(f"UPDATE indicators.{table} SET indicator_id = 'DOL-04' WHERE indicator_id = 'BBB-01'")
        connection.execute("UPDATE indicators.catalogue SET id = 'DOL-04' WHERE id = 'BBB-01'")
    return database


@pytest.mark.slow
@pytest.mark.parametrize(("used", "reason"), [(0, ""), (2, "secondary")])
def test_languages_with_assignments_are_a_least_for_those_on_offer(tmp_path: Path, used: int, reason: str) -> None:
    """Two of 064 offer 3 and 4, and their sum is 7: with 2 used in each, nobody would believe less than 2 and 5."""
    offered = {**dict.fromkeys(AREAS, 30), "B1": 3, "B2": 4}
    database = _with_languages(tmp_path / "a.duckdb", offered, dict.fromkeys(AREAS, used))
    cell = hide(database, []).cells.filter(indicator_id="DOL-04", area_key="064", breakdown="gesamt")
    assert cell["suppression"].item() == reason

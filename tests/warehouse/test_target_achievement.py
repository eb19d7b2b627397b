"""Reported values against the register of targets, worked out by hand.

Bergstraße (06431), 2026:
  Z1 steigend von 100 auf 200, gemeldet 150: (150 − 100) / (200 − 100) = 50,0 %, teilweise erreicht; gemeldet ebenso
  Z2 sinkend von 10 auf 6, gemeldet 6: (6 − 10) / (6 − 10) = 100,0 %, erreicht; gemeldet „noch offen“: weicht ab
  Z3 steigend von 10 auf 20, gemeldet 8: (8 − 10) / (20 − 10) = −20,0 %, nicht erreicht; gemeldet „erreicht“: weicht ab
  Z4 halten: von 5 auf 5, gemeldet 5: kein Weg, erreicht; gemeldet ebenso
  Z5 „nicht erhoben“;  Z6 gilt erst ab 2028: keine Zeile;  Z7 im Register, aber nicht im Bogen: nicht anwendbar
Kassel (06611): kein Bericht;  Darmstadt (06411): befreit;  Gießen (06531): kein Ziel vereinbart
Land: 8 Ziele von 3 Kommunen (5 + 1 + 1 und Z7), gemessen 4: erreicht 2, teilweise 1, nicht 1; abweichend 2
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from flows.warehouse import build
from tests.warehouse.worlds import Report, sql_of, with_sections, world

REGISTER = [
    ("06431", "Z1", "Beratung", 2026, 2027, 100, 200, "steigend"),
    ("06431", "Z2", "Beratung", 2026, 2027, 10, 6, "sinkend"),
    ("06431", "Z3", "Öffnung", 2026, 2026, 10, 20, "steigend"),
    ("06431", "Z4", "Öffnung", 2025, 2030, 5, 5, "steigend"),
    ("06431", "Z5", "Öffnung", 2026, 2026, 0, 3, "steigend"),
    ("06431", "Z6", "Öffnung", 2028, 2030, 0, 3, "steigend"),
    ("06431", "Z7", "Öffnung", 2026, 2026, 0, 3, "steigend"),
    ("06611", "Z1", "Beratung", 2026, 2026, 0, 4, "steigend"),
    ("06411", "Z1", "Beratung", 2026, 2026, 0, 4, "steigend"),
]
ANSWERS = [
    ("Z1", 150, "teilweise erreicht"),
    ("Z2", 6, "noch offen"),
    ("Z3", 8, "erreicht"),
    ("Z4", 5, "erreicht"),
    ("Z5", "nicht erhoben", "nicht erreicht"),
]


def _registered(row: tuple[Any, ...]) -> dict[str, Any]:
    ags, number, field, first, last, baseline, target, direction = row
    return {
        "ags": ags,
        "target_number": number,
        "field_of_action": field,
        "target_text": "Vereinbart",
        "year_from": first,
        "year_to": last,
        "baseline": float(baseline),
        "target": float(target),
        "unit": "Anzahl",
        "direction": direction,
    }


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    rows = [{"target_number": number, "actual_value": actual, "status": status} for number, actual, status in ANSWERS]
    reports = [Report("06431", "2026", {"targets": rows}), Report("06531", "2026", {"targets": []})]
    obligations = [
        {"ags": ags, "period": "2026", "exempt": ags == "06411"} for ags in ("06431", "06531", "06611", "06411")
    ]
    inputs = world(reports, obligations=obligations, registers={"targets": [_registered(row) for row in REGISTER]})
    target = tmp_path_factory.mktemp("targets") / "wir.duckdb"
    build(with_sections(inputs, ["targets"]), target, sql=sql_of(["KOO-05"], ["targets"]))
    with duckdb.connect(str(target), read_only=True) as opened:
        yield opened


def _achievement(connection: duckdb.DuckDBPyConnection, ags: str) -> dict[str, list[Any]]:
    rows = connection.execute(
        "SELECT target_number, achieved_percent, status_computed, status_reported, statuses_differ, state "
        "FROM indicators.target_achievement WHERE ags = ? AND period = '2026' ORDER BY target_number",
        [ags],
    ).fetchall()
    return {number: values for number, *values in rows}


def test_the_way_from_the_baseline_to_the_target_is_measured_in_its_direction(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    found = _achievement(connection, "06431")
    assert found["Z1"] == [Decimal("50.0"), "teilweise erreicht", "teilweise erreicht", False, "ok"]
    assert found["Z2"] == [Decimal("100.0"), "erreicht", "noch offen", True, "ok"]
    assert found["Z3"] == [Decimal("-20.0"), "nicht erreicht", "erreicht", True, "ok"]


def test_a_value_that_is_to_be_kept_has_no_way_but_can_be_reached(connection: duckdb.DuckDBPyConnection) -> None:
    assert _achievement(connection, "06431")["Z4"] == [None, "erreicht", "erreicht", False, "ok"]


def test_not_recorded_missing_and_not_applicable_are_told_apart(connection: duckdb.DuckDBPyConnection) -> None:
    bergstrasse = _achievement(connection, "06431")
    assert bergstrasse["Z5"] == [None, None, "nicht erreicht", None, "not_recorded"]
    assert bergstrasse["Z7"] == [None, None, None, None, "not_applicable"]
    assert _achievement(connection, "06611") == {"Z1": [None, None, None, None, "missing_report"]}
    assert _achievement(connection, "06411") == {"Z1": [None, None, None, None, "not_applicable"]}


def test_a_target_is_listed_in_its_years_only(connection: duckdb.DuckDBPyConnection) -> None:
    assert "Z6" not in _achievement(connection, "06431")
    assert _achievement(connection, "06531") == {}


def test_areas_count_targets_and_never_add_values(connection: duckdb.DuckDBPyConnection) -> None:
    counted = connection.execute(
        "SELECT targets, measured, reached, partly_reached, not_reached, reached_as_reported, open_as_reported, "
        "differing, not_recorded, missing_report, not_applicable, bodies "
        "FROM indicators.target_counts WHERE area_key = '06' AND period = '2026' AND field_of_action = 'gesamt'"
    ).fetchone()
    assert counted == (8, 4, 2, 1, 1, 2, 1, 2, 1, 1, 2, 3)


def test_fields_of_action_are_counted_for_themselves(connection: duckdb.DuckDBPyConnection) -> None:
    counted = connection.execute(
        "SELECT field_of_action, targets, reached FROM indicators.target_counts "
        "WHERE area_key = '06431' AND period = '2026' ORDER BY field_of_action"
    ).fetchall()
    assert counted == [("Beratung", 2, 1), ("gesamt", 6, 2), ("Öffnung", 4, 1)]

"""Time series and growth, worked out by hand over two years of five bodies.

Enquiries (a sum)      2026   2027   compared
  Bergstraße (06431)    100    120   100 → 120: +20, +20,0 %
  Gießen (06531)         30     30    30 →  30
  Darmstadt-Dieburg      50      –   no report for 2027
  Kassel (06611)         nicht    40   not recorded for 2026
  Darmstadt (06411)      exempt in both years: not applicable
  Land, same bodies: 100 + 30 = 130 → 120 + 30 = 150: +20, 20 / 130 = 15,38… = 15,4 %
  (the figures themselves rest on different bodies: 180 of three in 2026, 190 of three in 2027)

Interpreting (a ratio): Bergstraße 10 / 40 = 25,0 % → 30 / 60 = 50,0 %; Gießen 30 / 60 = 50,0 % → 20 / 40 = 50,0 %
  Land: 40 / 100 = 40,0 % → 50 / 100 = 50,0 %: +10,0 percentage points, never „25 % more“

Targets (a median): Bergstraße 0 % → 100 %, Gießen 100 % → 100 %, Kassel 50 % → no report (left out in both years)
  Land: median(0, 100) = 50 → median(100, 100) = 100: +50,0 points (over three bodies 2026 would be 50 as well)

Languages (counted once): Bergstraße Arabisch, Dari → Arabisch; Gießen Arabisch → Arabisch, Türkisch, Farsi/Persisch
  Land: {Arabisch, Dari} = 2 → {Arabisch, Türkisch, Farsi/Persisch} = 3: +1, +50,0 %
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.warehouse import build, packaged_sql
from tests.warehouse.worlds import Report, sql_of, with_sections, world

SECTIONS = ("enquiries", "quarters", "counselling", "targets", "languages", "interpreters")
INDICATORS = ("ANL-01", "ANL-04", "KOO-05", "DOL-04", "DOL-06")
BERGSTRASSE, GIESSEN, DARMSTADT_DIEBURG, KASSEL, DARMSTADT = "06431", "06531", "06432", "06611", "06411"


def _enquiries(persons: int | str) -> list[dict[str, Any]]:
    return [{"channel": "Telefon", "persons": persons, "organisations": 0, "authorities": 0}]


def _consultations(interpreted: int, consultations: int) -> list[dict[str, Any]]:
    return [{"consultations": consultations, "consultations_with_interpreting": interpreted}]


def _targets(*states: str) -> list[dict[str, Any]]:
    return [
        {"target_number": f"Z{number}", "field_of_action": "Beratung", "status": status}
        for number, status in enumerate(states, start=1)
    ]


def _languages(*names: str) -> list[dict[str, Any]]:
    return [{"language": name, "persons": 1, "requests": 4, "assignments": 3} for name in names]


REPORTS = [
    Report(
        BERGSTRASSE,
        "2026",
        {
            "enquiries": _enquiries(100),
            "counselling": _consultations(10, 40),
            "targets": _targets("nicht erreicht"),
            "languages": _languages("Arabisch", "Dari"),
        },
    ),
    Report(
        BERGSTRASSE,
        "2027",
        {
            "enquiries": _enquiries(120),
            "counselling": _consultations(30, 60),
            "targets": _targets("erreicht"),
            "languages": _languages("Arabisch"),
        },
        received_on=date(2028, 3, 1),
    ),
    Report(
        GIESSEN,
        "2026",
        {
            "enquiries": _enquiries(30),
            "counselling": _consultations(30, 60),
            "targets": _targets("erreicht"),
            "languages": _languages("Arabisch"),
        },
    ),
    Report(
        GIESSEN,
        "2027",
        {
            "enquiries": _enquiries(30),
            "counselling": _consultations(20, 40),
            "targets": _targets("erreicht"),
            "languages": _languages("Arabisch", "Türkisch", "Farsi/Persisch"),
        },
        received_on=date(2028, 3, 1),
    ),
    Report(DARMSTADT_DIEBURG, "2026", {"enquiries": _enquiries(50)}),
    Report(KASSEL, "2026", {"enquiries": _enquiries("nicht erhoben"), "targets": _targets("teilweise erreicht")}),
    Report(KASSEL, "2027", {"enquiries": _enquiries(40)}, received_on=date(2028, 3, 1)),
    Report(BERGSTRASSE, "2026-H1", {"enquiries": _enquiries(60)}, received_on=date(2026, 8, 1)),
    Report(BERGSTRASSE, "2027-H1", {"enquiries": _enquiries(45)}, received_on=date(2027, 8, 1)),
]


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    obligations = [
        {"ags": ags, "period": period, "exempt": ags == DARMSTADT}
        for ags in (BERGSTRASSE, GIESSEN, DARMSTADT_DIEBURG, KASSEL, DARMSTADT)
        for period in ("2026", "2027")
    ]
    two_years = world(REPORTS, obligations=obligations, business_at=datetime(2028, 4, 30, 2, tzinfo=UTC))
    target = tmp_path_factory.mktemp("two-years") / "wir.duckdb"
    sql = sql_of(INDICATORS, SECTIONS)
    questions = {"largest_changes": packaged_sql().audit["largest_changes"]}
    build(with_sections(two_years, SECTIONS), target, sql=replace(sql, audit={**sql.audit, **questions}))
    with duckdb.connect(str(target), read_only=True) as opened:
        yield opened


def _growth(
    connection: duckdb.DuckDBPyConnection, indicator: str, area: str, period: str = "2027", breakdown: str = "gesamt"
) -> tuple[Any, ...]:
    found = connection.execute(
        "SELECT value_before, value, change, change_unit, change_percent, state, bodies_counted "
        "FROM indicators.growth WHERE (indicator_id, area_key, period, breakdown) = (?, ?, ?, ?)",
        [indicator, area, period, breakdown],
    ).fetchall()
    assert len(found) == 1
    return tuple(float(value) if isinstance(value, Decimal) else value for value in found[0])


def test_a_sum_grows_over_the_bodies_that_are_ok_in_both_years(connection: duckdb.DuckDBPyConnection) -> None:
    assert _growth(connection, "ANL-01", BERGSTRASSE) == (100, 120, 20, "count", 20.0, "ok", 1)
    assert _growth(connection, "ANL-01", "06") == (130, 150, 20, "count", 15.4, "ok", 2)


def test_the_figures_of_both_years_rest_on_other_bodies_than_the_comparison(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    figures = connection.execute(
        "SELECT period, value, bodies_counted FROM indicators.time_series WHERE indicator_id = 'ANL-01' "
        "AND area_key = '06' AND breakdown = 'gesamt' AND report_kind = 'Jahresbericht' ORDER BY sequence"
    ).fetchall()
    assert figures == [("2026", 180, 3), ("2027", 190, 3)]


@pytest.mark.parametrize(
    ("body", "state"),
    [(DARMSTADT_DIEBURG, "missing_report"), (KASSEL, "not_recorded"), (DARMSTADT, "not_applicable")],
)
def test_what_prevents_a_comparison_is_told_apart(body: str, state: str, connection: duckdb.DuckDBPyConnection) -> None:
    assert _growth(connection, "ANL-01", body) == (None, None, None, "count", None, state, 0)


def test_a_rate_changes_by_percentage_points_and_has_no_percentage_of_a_percentage(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    assert _growth(connection, "ANL-04", BERGSTRASSE) == (25, 50, 25, "percentage points", None, "ok", 1)
    assert _growth(connection, "ANL-04", "06") == (40, 50, 10, "percentage points", None, "ok", 2)


def test_a_median_is_taken_of_the_same_bodies_in_both_years(connection: duckdb.DuckDBPyConnection) -> None:
    assert _growth(connection, "KOO-05", "06") == (50, 100, 50, "percentage points", None, "ok", 2)


def test_what_is_counted_once_is_counted_once_in_each_year(connection: duckdb.DuckDBPyConnection) -> None:
    assert _growth(connection, "DOL-04", "06") == (2, 3, 1, "count", 50.0, "ok", 2)


def test_a_half_year_is_compared_with_a_half_year_only(connection: duckdb.DuckDBPyConnection) -> None:
    assert _growth(connection, "ANL-01", BERGSTRASSE, "2027-H1") == (60, 45, -15, "count", -25.0, "ok", 1)
    kinds = connection.execute(
        "SELECT DISTINCT period_before, period, report_kind FROM indicators.growth ORDER BY period"
    ).fetchall()
    assert kinds == [("2026", "2027", "Jahresbericht"), ("2026-H1", "2027-H1", "Halbjahresbericht")]


def test_a_series_counts_half_years_and_years_apart(connection: duckdb.DuckDBPyConnection) -> None:
    series = connection.execute(
        "SELECT report_kind, sequence, period, value FROM indicators.time_series WHERE indicator_id = 'ANL-01' "
        "AND area_key = '06431' AND breakdown = 'gesamt' ORDER BY report_kind, sequence"
    ).fetchall()
    assert series == [
        ("Halbjahresbericht", 1, "2026-H1", 60),
        ("Halbjahresbericht", 2, "2027-H1", 45),
        ("Jahresbericht", 1, "2026", 100),
        ("Jahresbericht", 2, "2027", 120),
    ]


def test_an_indicator_of_the_land_alone_grows_for_the_land_alone(connection: duckdb.DuckDBPyConnection) -> None:
    areas = connection.execute(
        "SELECT DISTINCT area_key FROM indicators.growth WHERE indicator_id = 'DOL-06' AND breakdown = 'gesamt'"
    ).fetchall()
    assert areas == [("06",)]


def test_a_breakdown_that_only_one_of_the_years_has_is_not_compared(connection: duckdb.DuckDBPyConnection) -> None:
    breakdowns = connection.execute(
        "SELECT DISTINCT breakdown FROM indicators.growth WHERE indicator_id = 'DOL-06'"
    ).fetchall()
    assert sorted(breakdowns) == [("gesamt",), ("language=Arabisch",)]


@pytest.mark.slow
def test_growth_from_nothing_has_no_percentage_and_outranks_nobody(tmp_path: Path) -> None:
    reports = [
        Report(BERGSTRASSE, "2026", {"enquiries": _enquiries(0)}),
        Report(BERGSTRASSE, "2027", {"enquiries": _enquiries(500)}, received_on=date(2028, 3, 1)),
        Report(GIESSEN, "2026", {"enquiries": _enquiries(10)}),
        Report(GIESSEN, "2027", {"enquiries": _enquiries(11)}, received_on=date(2028, 3, 1)),
    ]
    two_years = world(reports, business_at=datetime(2028, 4, 30, 2, tzinfo=UTC))
    sections = ("enquiries", "quarters")
    sql = replace(sql_of(["ANL-01"], sections), audit={"largest_changes": packaged_sql().audit["largest_changes"]})
    built = build(with_sections(two_years, sections), tmp_path / "wir.duckdb", sql=sql)
    with duckdb.connect(str(built), read_only=True) as opened:
        assert _growth(opened, "ANL-01", BERGSTRASSE) == (0, 500, 500, "count", None, "ok", 1)
        ranked = opened.execute("SELECT ags FROM audit.largest_changes").fetchall()
    assert ranked == [(GIESSEN,), (BERGSTRASSE,)]


def test_the_largest_changes_are_asked_for_by_name(connection: duckdb.DuckDBPyConnection) -> None:
    largest = connection.execute(
        "SELECT indicator_id, ags, value_before, value, change, change_percent FROM audit.largest_changes"
    ).fetchall()
    assert largest[:3] == [
        ("DOL-04", GIESSEN, 1, 3, 2, 200),
        ("KOO-05", BERGSTRASSE, 0, 100, 100, None),
        ("DOL-04", BERGSTRASSE, 2, 1, -1, -50),
    ]

"""Ready questions in the second year, where a newer report knows better than the one before.

Bergstraße (06431): of the projects of 2026 the report for 2027 says that P-1 is proven since, and P-2 by half; P-3 is
  proven, but only after the business day. In the first half of 2028, which has not closed, nobody owes anything yet.
Kassel (06611): a report waited for an explanation; another came instead, and its correction waits now.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
import pytest

from flows.warehouse import build
from flows.warehouse.inputs import FINDINGS
from tests.warehouse.worlds import Report, world

pytestmark = pytest.mark.slow

PROJECT = {
    "grant": "B-1",
    "purpose": "Sonstiges",
    "carrier_type": "Verein",
    "forwarded_on": date(2026, 5, 1),
    "amount_eur": 4000,
}
PROVEN = {**PROJECT, "project_number": "P-1", "proof_checked_on": date(2027, 8, 1), "checked_eur": 4000}
HALF_PROVEN = {**PROJECT, "project_number": "P-2", "proof_checked_on": date(2027, 9, 1), "checked_eur": 2500}
PROVEN_LATER = {**PROJECT, "project_number": "P-3", "proof_checked_on": date(2028, 6, 1), "checked_eur": 4000}
FINANCES = {"cost_type": "Koordination", "grant": "B-1", "expenditure_eur": 65000, "other_state_funds_eur": 5000}
SPRING = date(2028, 3, 1)
REPORTS = [
    Report("06431", "2026", {"forwarded_funds": [{**PROJECT, "project_number": name} for name in ("P-1", "P-2")]}),
    Report(
        "06431",
        "2027",
        {"forwarded_funds": [PROVEN, HALF_PROVEN, PROVEN_LATER], "finances": [FINANCES]},
        received_on=SPRING,
    ),
    Report("06611", "2026", {}, verdict="awaiting_explanation", in_force=False, received_on=date(2027, 3, 1)),
    Report("06611", "2026", {}, received_on=date(2027, 3, 20)),
    Report("06611", "2027", {}, received_on=SPRING),
    Report("06611", "2027", {}, verdict="awaiting_explanation", in_force=False, received_on=date(2028, 4, 1)),
]
OBLIGATIONS = [
    {"ags": "06531", "period": "2027", "due_on": date(2028, 3, 31), "state": "missing"},
    {"ags": "06531", "period": "2028-H1", "due_on": date(2028, 8, 31), "state": "not_yet_due"},
]
FOUND = [
    (2, "R-FIN-19", "finances.other_state_funds_eur", "Koordination", "Kreis zahlt"),
    (2, "R-VOR-04", "finances.other_state_funds_eur", "Koordination", "Neu seit 2027"),
    (3, "R-KOO-04", "meetings.meetings", "Steuerung", None),
    (6, "R-KOO-04", "meetings.meetings", "Steuerung", None),
]


def _findings() -> pl.DataFrame:
    names = ("submission_id", "code", "field", "row_key", "explained")
    empty = dict.fromkeys(FINDINGS.frame_schema)
    same = {**empty, "severity": "warning", "trial": False, "sheet": "Blatt", "cell": "A1", "message": "Text"}
    rows = [{**same, **dict(zip(names, row, strict=True))} for row in FOUND]
    return pl.DataFrame(rows, schema=FINDINGS.frame_schema)


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    two_years = world(REPORTS, obligations=OBLIGATIONS, business_at=datetime(2028, 4, 30, 2, tzinfo=UTC))
    built = build(replace(two_years, findings=_findings()), tmp_path_factory.mktemp("later") / "wir.duckdb")
    with duckdb.connect(str(built), read_only=True) as opened:
        yield opened


def _ask(connection: duckdb.DuckDBPyConnection, question: str, columns: str) -> list[tuple[Any, ...]]:
    return connection.execute(f"SELECT {columns} FROM audit.{question}").fetchall()


def test_a_project_that_the_newer_report_proves_is_unproven_no_more(connection: duckdb.DuckDBPyConnection) -> None:
    found = _ask(connection, "passed_on_unproven", "period, project_number, checked_eur, unproven_eur, is_overdue")
    assert found == [("2027", "P-3", 0, 4000, True), ("2027", "P-2", 2500, 1500, True)]


def test_what_is_unproven_is_what_the_cases_of_money_say(connection: duckdb.DuckDBPyConnection) -> None:
    cases = connection.execute("SELECT sum(unproven_eur) FROM intake.funds_cases WHERE budget_year = 2026").fetchall()
    assert cases == _ask(connection, "passed_on_unproven", "sum(unproven_eur)") == [(Decimal(5500),)]


def test_only_the_newest_submission_waits_for_an_explanation(connection: duckdb.DuckDBPyConnection) -> None:
    assert _ask(connection, "awaiting_explanation", "submission_id, code") == [(6, "R-KOO-04")]


def test_nobody_misses_the_report_of_a_period_that_has_not_closed(connection: duckdb.DuckDBPyConnection) -> None:
    assert _ask(connection, "missing_reports", "ags, period, days_overdue") == [("06531", "2027", 30)]


def test_two_explanations_of_one_amount_do_not_list_it_twice(connection: duckdb.DuckDBPyConnection) -> None:
    found = _ask(connection, "other_state_funds", "ags, other_state_funds_eur, explained")
    assert found == [("06431", 5000, "Kreis zahlt · Neu seit 2027")]

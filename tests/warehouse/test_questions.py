"""The auditors' ready questions, each on a world small enough to know its answer.

Bergstraße (06431): the half-year came five days late, the annual report was returned for a post above its cap, then
  accepted late. Its post K1 was filled from October on: nine months vacant, and dear. One project is unproven.
Kassel (06611): in time; approved. Gießen (06531): extended to 30.04.2027, nothing came. Darmstadt (06411): waived.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
import pytest

from flows.warehouse import WarehouseInputs, build, packaged_sql
from flows.warehouse.decided import DECISIONS
from flows.warehouse.inputs import FINDINGS, LEDGER
from flows.warehouse.sqlfiles import AuditQuery, audit_queries_of
from tests.warehouse.worlds import Report, world

Ask = Callable[[str, str], list[tuple[Any, ...]]]
QUESTIONS = [query for query in audit_queries_of(packaged_sql()) if query.header.kind == "question"]

POST = {
    "post_number": "K1",
    "grant": "B-1",
    "function": "WIR-Koordinationskraft",
    "fte_granted": "1.00",
    "fte_filled": "1.00",
    "filled_from": date(2026, 10, 1),
    "staff_cost_eur": 50000,
    "state_funds_eur": 15000,
}
PROJECT = {
    "project_number": "P-1",
    "grant": "B-1",
    "purpose": "Sonstiges",
    "carrier_type": "Verein",
    "forwarded_on": date(2026, 5, 1),
    "amount_eur": 4000,
    "reclaimed_eur": None,
}
PROVEN = {**PROJECT, "project_number": "P-2", "proof_checked_on": date(2026, 12, 1), "checked_eur": 4000}
FINANCES = {
    "cost_type": "Koordination",
    "grant": "B-1",
    "expenditure_eur": 65000,
    "state_funds_eur": 60000,
    "other_state_funds_eur": 5000,
}
TARGET = {"target_number": "Z1", "field_of_action": "Beratung", "actual_value": 20, "status": "teilweise erreicht"}
REPORTS = [
    Report("06431", "2026-H1", {"posts": []}, received_on=date(2026, 9, 5)),
    Report("06431", "2026", {"posts": [POST]}, verdict="returned", in_force=False, received_on=date(2027, 3, 30)),
    Report(
        "06431",
        "2026",
        {"posts": [POST], "forwarded_funds": [PROJECT, PROVEN], "finances": [FINANCES], "targets": [TARGET]},
        verdict="accepted_with_warnings",
        received_on=date(2027, 4, 9),
        supersedes=2,
    ),
    Report(
        "06611",
        "2026",
        {"enquiries": [{"channel": "Telefon", "persons": "nicht erhoben", "organisations": 1, "authorities": 0}]},
        received_on=date(2027, 3, 1),
        steps=[{"step": "approved", "day": date(2027, 3, 20)}],
    ),
    Report("06611", "2026-H1", {"posts": []}, verdict="awaiting_explanation", in_force=False),
]
OBLIGATIONS = [
    {"ags": "06431", "period": "2026-H1", "due_on": date(2026, 8, 31), "accepted_on": date(2026, 9, 5), "days_late": 5},
    {"ags": "06431", "period": "2026", "accepted_on": date(2027, 4, 9), "days_late": 9},
    {"ags": "06611", "period": "2026", "accepted_on": date(2027, 3, 1), "days_late": 0},
    {"ags": "06531", "period": "2026", "extended_to": date(2027, 4, 28)},
    {"ags": "06411", "period": "2026", "exempt": True},
]
FOUND = [
    (2, "R-POS-06", "error", "02 Personal", "L9", "posts.state_funds_eur", "61.000,00", "≤ 60.000,00", None),
    (
        3,
        "R-FIN-19",
        "warning",
        "03 Finanzen",
        "H9",
        "finances.other_state_funds_eur",
        "5.000,00",
        "0,00",
        "Kreis zahlt",
    ),
    (3, "R-FIN-17", "warning", "03 Finanzen", "F9", "finances.state_funds_eur", "5.000,00", "0,00", "Spät geliefert"),
    (5, "R-KOO-04", "warning", "04 Koordination", "C20", "meetings.meetings", "3", "0", None),
]
DECIDED: list[dict[str, Any]] = [
    {"seq": 50, "act": "extend", "ags": "06531", "until": date(2027, 4, 28), "retroactive": False, "why": "Krankheit"},
    {"seq": 60, "act": "waive", "ags": "06411", "why": "Kein Bescheid"},
]
TARGETS = [
    {
        "ags": "06431",
        "target_number": "Z1",
        "field_of_action": "Beratung",
        "year_from": 2026,
        "year_to": 2026,
        "baseline": 10.0,
        "target": 20.0,
        "direction": "steigend",
    }
]


def _findings() -> pl.DataFrame:
    names = ("submission_id", "code", "severity", "sheet", "cell", "field", "given", "expected", "explained")
    given = [{**dict(zip(names, row, strict=True)), "row_key": "Koordination", "message": "Text"} for row in FOUND]
    return pl.DataFrame([{**dict.fromkeys(FINDINGS.frame_schema), "trial": False, **row} for row in given]).cast(
        FINDINGS.frame_schema  # type: ignore[arg-type]
    )


def _decisions() -> pl.DataFrame:
    same = {
        "period": "2026",
        "decided_on": date(2027, 3, 1),
        "decided_at": datetime.combine(date(2027, 3, 1), time(8)),
        "by_first": "a.b",
    }
    rows = [{**dict.fromkeys(DECISIONS.frame_schema), **same, **row} for row in DECIDED]
    return pl.DataFrame(rows, schema=DECISIONS.frame_schema)


def _entries() -> pl.DataFrame:
    """A journal in which the release came after the first submission's acceptance and before everything else."""
    kinds = dict.fromkeys(range(1, 20), "verdict") | {2: "release", 50: "extension", 60: "waiver"}
    rows = [
        (seq, f"2027-01-01T00:00:{seq:02}+00:00", kind, "{}", f"{seq - 1:064x}", f"{seq:064x}")
        for seq, kind in sorted(kinds.items())
    ]
    return pl.DataFrame(rows, schema=LEDGER.frame_schema, orient="row")


@pytest.fixture(scope="module")
def inputs() -> WarehouseInputs:
    whole = world(REPORTS, obligations=OBLIGATIONS, registers={"targets": TARGETS})
    return replace(whole, findings=_findings(), decisions=_decisions(), entries=_entries())


@pytest.fixture(scope="module")
def connection(
    inputs: WarehouseInputs, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    built = build(inputs, tmp_path_factory.mktemp("questions") / "wir.duckdb")
    with duckdb.connect(str(built), read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def ask(connection: duckdb.DuckDBPyConnection) -> Ask:
    def answer(question: str, columns: str) -> list[tuple[Any, ...]]:
        return connection.execute(f"SELECT {columns} FROM audit.{question}").fetchall()

    return answer


def test_there_are_at_least_fifteen_ready_questions() -> None:
    assert len(QUESTIONS) >= 15


@pytest.mark.parametrize("query", QUESTIONS, ids=lambda query: query.name)
def test_every_question_is_listed_and_a_documented_view(
    query: AuditQuery, connection: duckdb.DuckDBPyConnection
) -> None:
    listed = connection.execute("SELECT question, sql FROM audit.questions WHERE name = ?", [query.name]).fetchall()
    assert listed == [(query.header.comment, query.select)]
    documented = connection.execute(
        "SELECT column_name, comment FROM duckdb_columns() WHERE schema_name = 'audit' AND table_name = ? "
        "ORDER BY column_index",
        [query.name],
    ).fetchall()
    assert documented == list(query.header.columns.items())
    answer = connection.execute(query.select).fetchall()
    assert connection.execute(f"SELECT * FROM audit.{query.name}").fetchall() == answer


def test_who_never_reported_on_time(ask: Ask) -> None:
    found = ask("never_on_time", "ags, municipality, reports_due, reports_late, reports_open, days_late_at_most")
    assert found == [
        ("06531", "Gießen (Landkreis)", 1, 0, 1, None),
        ("06431", "Bergstraße", 2, 2, 0, 9),
    ]


def test_who_is_late_in_the_period_that_was_due_last(ask: Ask) -> None:
    found = ask("late_in_latest_period", "period, ags, deadline, accepted_on, days_late")
    assert found == [
        ("2026", "06431", date(2027, 3, 31), date(2027, 4, 9), 9),
        ("2026", "06531", date(2027, 4, 28), None, 2),
    ]


def test_who_has_no_accepted_report(ask: Ask) -> None:
    assert ask("missing_reports", "period, ags, days_overdue") == [("2026", "06531", 2)]


def test_which_reports_in_force_are_not_approved(ask: Ask) -> None:
    found = ask("reports_not_approved", "submission_id, days_waiting")
    assert found == [(1, 237), (3, 21)]


def test_which_extensions_and_waivers_were_granted_and_why(ask: Ask) -> None:
    found = ask("extensions_and_waivers", "ags, act, due_on, until, retroactive, by_first, why")
    assert found == [
        ("06531", "extend", date(2027, 3, 31), date(2027, 4, 28), False, "a.b", "Krankheit"),
        ("06411", "waive", date(2027, 3, 31), None, None, "a.b", "Kein Bescheid"),
    ]


def test_which_submissions_were_returned_and_whether_they_were_replaced(ask: Ask) -> None:
    assert ask("returned_and_voided", "submission_id, outcome, reason, is_replaced") == [
        (2, "returned", "R-POS-06", True)
    ]


def test_which_reports_were_sent_more_than_once(ask: Ask) -> None:
    found = ask("sent_more_than_once", "ags, period, submissions, verdicts, in_force")
    assert found == [("06431", "2026", 2, "returned → accepted_with_warnings", 3)]


def test_which_reports_wait_for_an_explanation(ask: Ask) -> None:
    assert ask("awaiting_explanation", "submission_id, code, cell") == [(5, "R-KOO-04", "C20")]


def test_where_a_cap_was_exceeded(ask: Ask) -> None:
    found = ask("caps_exceeded", "submission_id, code, given, allowed, in_force, is_replaced")
    assert found == [(2, "R-POS-06", "61.000,00", "≤ 60.000,00", False, True)]


def test_which_figures_rest_on_explained_warnings(ask: Ask) -> None:
    found = ask("figures_on_explained_warnings", "ags, indicator_id, code, cell, explained")
    assert ("06431", "MIT-04", "R-FIN-17", "03 Finanzen!F9", "Spät geliefert") in found
    assert {code for _, _, code, *_ in found} == {"R-FIN-17"}  # no indicator reads other state funds


def test_what_happened_since_the_last_release(ask: Ask) -> None:
    found = ask("changes_since_last_release", "seq, event, submission_id, ags, detail")
    assert found == [
        (4, "approved", 4, "06611", None),
        (50, "extend", None, "06531", "Krankheit"),
        (60, "waive", None, "06411", "Kein Bescheid"),
    ]


def test_which_projects_are_unproven(ask: Ask) -> None:
    found = ask("passed_on_unproven", "project_number, amount_eur, unproven_eur, proof_due_on, is_overdue")
    assert found == [("P-1", 4000, 4000, date(2027, 12, 31), False)]


def test_which_posts_were_vacant_too_long(ask: Ask) -> None:
    found = ask("vacant_posts", "post_number, days_vacant, months_vacant, months_allowed, is_too_long")
    assert found == [("K1", 273, Decimal("9.0"), 6, True)]  # 1 January to 30 September: 273 of 365 days, 8.975 months


def test_where_staff_cost_is_out_of_bounds(ask: Ask) -> None:
    found = ask("staff_cost_out_of_bounds", "post_number, days_filled, cost_per_fte_and_year_eur, usual_to_eur")
    assert found == [("K1", 92, Decimal("198369.57"), 110000)]  # 50,000 × 365 / 92


def test_where_other_state_funds_are_part_of_the_expenditure(ask: Ask) -> None:
    found = ask("other_state_funds", "ags, cost_type, other_state_funds_eur, explained")
    assert found == [("06431", "Koordination", 5000, "Kreis zahlt")]


def test_which_answers_are_not_recorded(ask: Ask) -> None:
    found = dict(ask("not_recorded_fields WHERE field = 'enquiries.persons'", "field, (answers, not_recorded, bodies)"))
    assert found == {"enquiries.persons": (1, 1, 1)}
    placed = ask("not_recorded_fields", "may_stay_blank")
    assert placed == sorted(placed)
    assert {(False,), (True,)} == set(placed)  # what was passed on need not have been reclaimed


def test_how_well_the_indicators_of_the_land_are_founded(ask: Ask) -> None:
    found = ask(
        "indicators_by_quality WHERE indicator_id = 'ANL-01' AND period = '2026'",
        "bodies_due, bodies_ok, not_recorded, missing_report, not_applicable",
    )
    assert found == [(3, 0, 1, 1, 1)]  # Kassel not recorded, Gießen missing, Bergstraße without the section


def test_where_a_body_judges_its_target_otherwise_than_its_value(ask: Ask) -> None:
    found = ask("targets_judged_differently", "target_number, achieved_percent, status_computed, status_reported")
    assert found == [("Z1", 100, "erreicht", "teilweise erreicht")]


def test_which_populations_stand_in_denominators(ask: Ask) -> None:
    found = ask("population_denominators WHERE ags = '06435'", "DISTINCT subtracted = 0, comparable")
    assert found == [(True, False)]  # Hanau left the Main-Kinzig-Kreis: nothing to subtract

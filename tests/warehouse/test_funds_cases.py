"""What is to be examined about the money of a grant and year: worked by hand, and never called a claim."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.warehouse import build
from tests.warehouse.worlds import Report, sql_of, with_sections, world

SECTIONS = {"finances", "repayments", "forwarded_funds"}


def grant(ags: str, number: str, year: int, eur: float) -> dict[str, Any]:
    row = {"grant_number": number, "ags": ags, "budget_year": year, "granted_eur": eur}
    return row | {"cost_type": "Koordination", "funding_line": "2.1"}


def paid(ags: str, number: str, year: int, eur: float, on: date) -> dict[str, Any]:
    name = f"{number}-{year}-{on}"
    return {"drawdown_number": name, "grant_number": number, "ags": ags, "budget_year": year, "amount_eur": eur} | {
        "paid_on": on
    }


def used(number: str, eur: float | None) -> dict[str, Any]:
    return {"cost_type": "Koordination", "grant": number, "state_funds_eur": eur}


def passed_on(project: str, on: date, eur: float, **proof: Any) -> dict[str, Any]:
    return {"project_number": project, "grant": "B-1", "forwarded_on": on, "amount_eur": eur, **proof}


SPENT = date(2026, 5, 15)
GRANTS = [
    grant("06431", "B-1", 2026, 60000.0),
    grant("06431", "B-1", 2027, 60000.0),
    grant("06432", "R-1", 2026, 40000.0),
    grant("06611", "K-1", 2026, 40000.0),
    grant("06411", "D-1", 2026, 50000.0),
    grant("06413", "O-1", 2026, 50000.0),
    grant("06531", "G-1", 2026, 30000.0),
    grant("06414", "W-1", 2026, 30000.0),
]
PAYMENTS = [
    paid("06431", "B-1", 2026, 50000.0, SPENT),
    paid("06431", "B-1", 2026, 10000.0, date(2027, 1, 15)),
    paid("06432", "R-1", 2026, 45000.0, SPENT),
    paid("06611", "K-1", 2026, 30000.0, SPENT),
    paid("06411", "D-1", 2026, 50000.0, SPENT),
    paid("06413", "O-1", 2026, 50000.0, SPENT),
    paid("06531", "G-1", 2026, 30000.0, SPENT),
    paid("06414", "W-1", 2026, 30000.0, SPENT),
]
CLAIM = {"notice_number": "R-9", "ags": "06431", "grant_number": "B-1", "budget_year": 2026, "amount_eur": 2500.0}
CLAIM |= {"kind": "Rückforderung", "notice_on": date(2027, 4, 1), "interest_from": date(2027, 3, 1)}
REPORTS = [
    Report(
        "06431",
        "2026",
        {
            "finances": [used("B-1", 52000)],
            "repayments": [
                {"repaid_on": date(2027, 2, 1), "grant": "B-1", "budget_year": 2026, "amount_eur": 3000},
            ],
            "forwarded_funds": [
                passed_on("P-1", SPENT, 4000, proof_checked_on=date(2026, 12, 1), checked_eur=3500, reclaimed_eur=500),
                passed_on("P-2", SPENT, 6000),
                passed_on("P-3", SPENT, 700, proof_checked_on=date(2028, 1, 20), checked_eur=700),
            ],
        },
        recognised=[{"grant_number": "B-1", "recognised_eur": 51000, "cut_eur": 1000}],
    ),
    Report("06432", "2026", {"finances": [used("R-1", 46000)], "repayments": [], "forwarded_funds": []}),
    Report("06611", "2026", {"finances": [used("K-1", 31000)], "repayments": [], "forwarded_funds": []}),
    Report("06531", "2026", {"finances": [used("G-1", None)], "repayments": [], "forwarded_funds": []}),
]
OBLIGATIONS = [
    *({"ags": report.ags, "period": "2026"} for report in REPORTS),
    {"ags": "06411", "period": "2026"},
    {"ags": "06413", "period": "2026", "exempt": True},
    {"ags": "06414", "period": "2026", "duty_basis": "freiwillig"},
]


def cases_on(
    folder: Path,
    business_on: date,
    reports: Sequence[Report] = REPORTS,
    obligations: Sequence[dict[str, Any]] = OBLIGATIONS,
) -> duckdb.DuckDBPyConnection:
    whole = world(
        reports,
        obligations=obligations,
        registers={"grants": GRANTS, "drawdowns": PAYMENTS, "claims": [CLAIM]},
        business_at=datetime(business_on.year, business_on.month, business_on.day, 2, tzinfo=UTC),
    )
    file = build(with_sections(whole, SECTIONS), folder / f"{business_on}.duckdb", sql=sql_of({"MIT-01"}, SECTIONS))
    return duckdb.connect(str(file), read_only=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cases")


@pytest.fixture(scope="module")
def spring(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """After the annual reports of 2026 were due."""
    with cases_on(folder, date(2027, 4, 30)) as connection:
        yield connection


def case(connection: duckdb.DuckDBPyConnection, grant_number: str, year: int, *names: str) -> tuple[Any, ...]:
    columns = ", ".join(names)
    found = connection.execute(
        f"SELECT {columns} FROM intake.funds_cases WHERE grant_number = ? AND budget_year = ?", [grant_number, year]
    ).fetchall()
    assert len(found) == 1
    return found[0]


def kinds(connection: duckdb.DuckDBPyConnection, grant_number: str, year: int = 2026) -> Sequence[str]:
    (text,) = case(connection, grant_number, year, "case_kinds")
    return [kind for kind in text.split("; ") if kind]


def test_every_amount_of_a_grant_and_year_stands_in_one_row(spring: duckdb.DuckDBPyConnection) -> None:
    """60,000 paid − 52,000 used − 3,000 repaid = 5,000; of 10,700 passed on 4,000 are settled, 6,700 unproven."""
    names = ("granted_eur", "paid_eur", "used_eur", "repaid_eur", "unspent_eur", "overspent_eur")
    assert case(spring, "B-1", 2026, *names) == (60000, 60000, 52000, 3000, 5000, 0)
    names = ("recognised_eur", "cut_eur", "passed_on_eur", "unproven_eur", "claimed_eur", "last_paid_on")
    assert case(spring, "B-1", 2026, *names) == (51000, 1000, 10700, 6700, 2500, date(2027, 1, 15))
    assert kinds(spring, "B-1") == ["nicht verbraucht", "gekürzt"]


def test_more_used_than_paid_or_granted_and_more_paid_than_granted_are_told_apart(
    spring: duckdb.DuckDBPyConnection,
) -> None:
    assert kinds(spring, "R-1") == [
        "mehr verwendet als ausgezahlt",
        "mehr verwendet als bewilligt",
        "mehr ausgezahlt als bewilligt",
    ]
    assert case(spring, "K-1", 2026, "overspent_eur", "is_provisional") == (1000, True)
    assert kinds(spring, "K-1") == ["mehr verwendet als ausgezahlt"]
    assert case(spring, "R-1", 2026, "is_provisional") == (False,)


def test_money_without_a_report_is_unproven_once_the_date_is_past_unless_none_is_owed(
    spring: duckdb.DuckDBPyConnection,
) -> None:
    assert kinds(spring, "D-1") == ["nicht nachgewiesen"]
    assert case(spring, "D-1", 2026, "submission_id", "used_eur", "unspent_eur") == (None, None, None)
    assert kinds(spring, "O-1") == kinds(spring, "W-1") == []
    assert kinds(spring, "B-1", 2027) == []


def test_a_use_that_was_not_recorded_is_no_zero(spring: duckdb.DuckDBPyConnection) -> None:
    assert case(spring, "G-1", 2026, "used_eur", "unspent_eur", "overspent_eur") == (None, None, None)
    assert kinds(spring, "G-1") == []


@pytest.mark.slow
def test_passed_on_money_becomes_a_case_twelve_months_after_its_year(
    spring: duckdb.DuckDBPyConnection, folder: Path
) -> None:
    assert "Weiterleitung ungeprüft" not in kinds(spring, "B-1")
    with cases_on(folder, date(2028, 1, 31)) as later:
        assert case(later, "B-1", 2026, "unproven_eur") == (6000,)
        assert kinds(later, "B-1")[-1] == "Weiterleitung ungeprüft"


@pytest.mark.slow
def test_what_is_unspent_is_what_the_indicator_says(spring: duckdb.DuckDBPyConnection, folder: Path) -> None:
    whole = world(REPORTS, obligations=OBLIGATIONS, registers={"grants": GRANTS, "drawdowns": PAYMENTS})
    sections = SECTIONS | {"final_finances"}
    file = build(with_sections(whole, sections), folder / "indicator.duckdb", sql=sql_of({"MIT-04"}, sections))
    with duckdb.connect(str(file), read_only=True) as connection:
        query = (
            "SELECT value FROM indicators.figures WHERE area_key = '06' AND breakdown = 'gesamt' AND period = '2026'"
        )
        figure = connection.execute(query).fetchone()
    assert figure == (Decimal(5000),)
    assert spring.execute("SELECT sum(unspent_eur) FROM intake.funds_cases").fetchone() == figure


def test_only_registered_notices_are_claims(spring: duckdb.DuckDBPyConnection) -> None:
    assert spring.execute("SELECT notice_number, claimed_eur FROM intake.claims").fetchall() == [("R-9", 2500)]
    assert spring.execute("SELECT count(*) FROM intake.funds_cases WHERE claimed_eur > 0").fetchone() == (1,)


@pytest.mark.slow
def test_a_cut_of_the_use_of_all_years_is_a_case_without_a_year(tmp_path: Path) -> None:
    """Of 250,000 reported for all years 249,000 are recognised; the year's own decision stays as it was."""
    final = Report(
        "06431",
        "2026-2030",
        {"finances": [used("B-1", 250000)], "repayments": [], "forwarded_funds": []},
        received_on=date(2031, 3, 20),
        recognised=[{"grant_number": "B-1", "reported_eur": 250000, "recognised_eur": 249000, "cut_eur": 1000}],
    )
    reports = [REPORTS[0], final]
    obligations = [{"ags": "06431", "period": period} for period in ("2026", "2026-2030")]
    with cases_on(tmp_path, date(2031, 4, 30), reports, obligations) as connection:
        (found,) = connection.sql("SELECT * FROM intake.funds_cases WHERE budget_year IS NULL").pl().to_dicts()
        assert (found["ags"], found["grant_number"], found["submission_id"]) == ("06431", "B-1", 2)
        assert (found["used_eur"], found["recognised_eur"], found["cut_eur"]) == (250000, 249000, 1000)
        assert (found["case_kinds"], found["granted_eur"], found["paid_eur"]) == ("gekürzt", None, None)
        assert case(connection, "B-1", 2026, "recognised_eur", "cut_eur") == (51000, 1000)

"""Registered claims: interest that an auditor can recompute by hand, and what must hold of it for any notice.

Rates as packaged: base rate 1.27 until 30.06.2026, 1.52 from then on, 5 points above it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.warehouse import packaged_sql
from flows.warehouse.bookkeeping import BUSINESS_TIME
from flows.warehouse.inputs import REFERENCE, Table
from flows.warehouse.load import conformed, create_table, fill_table, insert_frame
from tests.warehouse.worlds import packaged_reference

Claims = Callable[..., list[dict[str, Any]]]
REPAYMENT = {
    "notice_number": "R-1",
    "ags": "06431",
    "grant_number": "B-1",
    "budget_year": 2026,
    "notice_on": date(2026, 11, 2),
    "kind": "Rückforderung",
    "amount_eur": Decimal("10000.00"),
    "interest_from": date(2026, 1, 1),
}
LATE_USE = REPAYMENT | {"notice_number": "Z-1", "kind": "Zinsen", "interest_to": date(2026, 7, 31)}


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """The two views of claims over the packaged rates and parameters, and no claim yet."""
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA reference; CREATE SCHEMA intake; SET threads = 1")
        frames = packaged_reference()
        exact = pl.col("value").cast(pl.Decimal(28, 6), strict=False).alias("number")
        fill_table(connection, REFERENCE["parameters"], frames["parameters"].with_columns(exact))
        fill_table(connection, REFERENCE["base_rates"], frames["base_rates"])
        create_table(connection, REFERENCE["claims"])
        create_table(connection, BUSINESS_TIME)
        for name in ("intake.claim_interest", "intake.claims"):
            select = "\n".join(line for line in packaged_sql().views[name].splitlines() if not line.startswith("--"))
            connection.execute(f"CREATE VIEW {name} AS {select}")
        yield connection


@pytest.fixture(scope="module")
def claims(database: duckdb.DuckDBPyConnection) -> Claims:
    """`intake.claims` for these notices, in their order of numbers, as of a business day."""

    def rows_of(
        notices: Sequence[Mapping[str, Any]], business_on: date = date(2027, 4, 1), view: str = "claims"
    ) -> list[dict[str, Any]]:
        frame = pl.DataFrame(list(notices), schema=REFERENCE["claims"].frame_schema)
        _refill(database, REFERENCE["claims"], frame)
        time = pl.DataFrame([(datetime.combine(business_on, datetime.min.time()), business_on)], orient="row")
        _refill(database, BUSINESS_TIME, time.rename({"column_0": "business_at", "column_1": "business_on"}))
        found = database.execute(f"SELECT * FROM intake.{view} ORDER BY ALL")
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    return rows_of


def _refill(connection: duckdb.DuckDBPyConnection, table: Table, frame: pl.DataFrame) -> None:
    connection.execute(f"DELETE FROM {table.full_name}")
    insert_frame(connection, table.full_name, conformed(table, frame))


# --- worked by hand --------------------------------------------------------------------------------------------------


def test_a_repayment_bears_interest_from_the_first_day_on_and_half_year_by_half_year(claims: Claims) -> None:
    """181 days at 6.27 %, then 184 at 6.52 %: 10,000 × (6.27 × 181 + 6.52 × 184) / 36,500 = 639.6027…"""
    (found,) = claims([REPAYMENT], date(2027, 1, 1))
    assert (found["interest_days"], found["interest_eur"]) == (365, Decimal("639.60"))
    assert (found["claimed_eur"], found["open_eur"]) == (Decimal("10000.00"), Decimal("10639.60"))
    assert found["legal_basis"] == "§ 49a Abs. 1 und 3 HVwVfG"
    assert found["is_interest_running"]


def test_late_use_costs_interest_until_the_use_and_nothing_is_claimed_back(claims: Claims) -> None:
    """181 days at 6.27 % and 30 at 6.52 % (until 30 July): 10,000 × (1,134.87 + 195.60) / 36,500 = 364.5123…"""
    (found,) = claims([LATE_USE])
    assert (found["interest_days"], found["interest_eur"]) == (211, Decimal("364.51"))
    assert (found["claimed_eur"], found["open_eur"]) == (0, Decimal("364.51"))
    assert found["legal_basis"] == "§ 49a Abs. 4 HVwVfG"
    assert not found["is_interest_running"]


def test_a_payment_lessens_what_bears_interest_from_its_day_on(claims: Claims) -> None:
    """10,000 × 6.27 % × 100 / 365 = 171.7808…; then 4,000 × 6.27 % × 81 / 365 = 55.6569…; together 227.4377…"""
    paid = {"paid_on": date(2026, 4, 11), "paid_eur": Decimal("6000.00")}
    (found,) = claims([REPAYMENT | paid], date(2026, 7, 1))
    assert (found["interest_eur"], found["open_eur"]) == (Decimal("227.44"), Decimal("4227.44"))


def test_rates_that_change_a_leap_year_and_a_part_payment_are_reckoned_day_by_day(claims: Claims) -> None:
    """Rates of 2023: 6.62 then 8.12; of 2024: 8.62 then 8.37. Of 12,345.67, 5,000.00 are paid on 29.02.2024.

    12,345.67 × (6.62 × 47 + 8.12 × 184) / 36,500 = 610.5931…; × 8.62 × 59 / 36,600 = 171.5508…;
    then 7,345.67 × (8.62 × 123 + 8.37 × 40) / 36,600 = 279.9904…; together 1,062.1344…
    """
    paid = {"paid_on": date(2024, 2, 29), "paid_eur": Decimal("5000.00")}
    notice = REPAYMENT | {"amount_eur": Decimal("12345.67"), "interest_from": date(2023, 5, 15)}
    (found,) = claims([notice | paid], date(2024, 8, 10))
    assert (found["interest_days"], found["interest_eur"]) == (453, Decimal("1062.13"))
    assert found["open_eur"] == Decimal("8407.80")


def test_a_base_rate_below_zero_lessens_the_interest(claims: Claims) -> None:
    """8,000 × (4.12 × 12 + 6.62 × 181 + 8.12 × 184) / 36,500 + 8,000 × 8.62 × 60 / 36,600 = 713.9784…"""
    late = LATE_USE | {
        "amount_eur": Decimal(8000),
        "interest_from": date(2022, 12, 20),
        "interest_to": date(2024, 3, 1),
    }
    (found,) = claims([late])
    assert (found["interest_days"], found["interest_eur"], found["certainty"]) == (437, Decimal("713.98"), "C")


def test_once_the_amount_is_paid_no_more_interest_accrues(claims: Claims) -> None:
    """10,000 × 6.27 % × 100 / 365 = 171.7808…, whenever one looks."""
    paid = {"paid_on": date(2026, 4, 11), "paid_eur": Decimal("10000.00")}
    found = [claims([REPAYMENT | paid], day)[0] for day in (date(2026, 4, 11), date(2030, 1, 1))]
    assert {(one["interest_eur"], one["open_eur"], one["is_interest_running"]) for one in found} == {
        (Decimal("171.78"), Decimal("171.78"), False)
    }


def test_a_full_leap_year_costs_as_much_as_any_other_year_at_the_same_rate(claims: Claims) -> None:
    notice = REPAYMENT | {"interest_from": date(2027, 1, 1), "notice_on": date(2027, 1, 1)}
    of_2027 = claims([notice | {"interest_to": date(2028, 1, 1)}], date(2029, 1, 1))[0]
    leap_year = {"interest_from": date(2028, 1, 1), "interest_to": date(2029, 1, 1)}
    of_2028 = claims([notice | leap_year], date(2029, 1, 1))[0]
    assert (of_2027["interest_days"], of_2028["interest_days"]) == (365, 366)
    assert of_2027["interest_eur"] == of_2028["interest_eur"] == Decimal("652.00")


def test_an_unconfirmed_rate_and_one_that_is_carried_on_are_told(claims: Claims) -> None:
    sure = claims([LATE_USE | {"interest_to": date(2026, 6, 30)}])[0]
    assert (sure["certainty"], sure["note"]) == ("C", "")
    assert claims([LATE_USE])[0]["note"] == "Ein Basiszinssatz ist nicht bestätigt oder gilt fort."
    (last,) = claims([REPAYMENT | {"interest_from": date(2027, 1, 1)}], date(2027, 4, 1), "claim_interest")
    assert (last["base_rate_percent"], last["is_base_rate_known"], last["certainty"]) == (Decimal("1.52"), False, "U")


def test_a_time_for_which_no_rate_is_known_has_no_interest_rather_than_none(claims: Claims) -> None:
    (found,) = claims([REPAYMENT | {"interest_from": date(2020, 1, 1)}])
    assert (found["interest_eur"], found["open_eur"], found["is_limited_soon"]) == (None, None, False)
    assert "Für einen Teil der Zeit fehlt ein Zinssatz oder Parameter." in found["note"]


@pytest.mark.parametrize("missing", ["interest_days_of_leap_year", "repayment_interest_points"])
def test_without_its_parameters_no_interest_is_made_up(
    database: duckdb.DuckDBPyConnection, claims: Claims, missing: str
) -> None:
    database.execute("BEGIN; DELETE FROM reference.parameters WHERE name = ?", [missing])
    leap_year = {"interest_from": date(2028, 1, 1), "interest_to": date(2028, 3, 1)}
    (found,) = claims([REPAYMENT | leap_year], date(2029, 1, 1))
    database.execute("ROLLBACK")
    assert (found["interest_days"], found["interest_eur"], found["open_eur"]) == (60, None, None)


@pytest.mark.parametrize(
    ("business_on", "soon", "limited"),
    [
        (date(2028, 12, 30), False, False),
        (date(2028, 12, 31), True, False),
        (date(2029, 12, 31), True, False),
        (date(2030, 1, 1), False, True),
    ],
)
def test_a_claim_is_limited_three_years_after_the_year_of_its_notice(
    claims: Claims, business_on: date, soon: bool, limited: bool
) -> None:
    (found,) = claims([REPAYMENT], business_on)
    assert (found["limitation_on"], found["limitation_basis"]) == (date(2029, 12, 31), "Parameter limitation_years (U)")
    assert (found["is_limited_soon"], found["is_limited"]) == (soon, limited)


def test_the_notice_itself_may_name_the_day_of_limitation_and_a_paid_claim_needs_none(claims: Claims) -> None:
    named = REPAYMENT | {"limitation_on": date(2027, 12, 31)}
    (found,) = claims([named])
    assert (found["limitation_on"], found["limitation_basis"]) == (date(2027, 12, 31), "Bescheid")
    assert found["is_limited_soon"]
    (paid,) = claims([named | {"paid_on": date(2026, 11, 30), "paid_eur": Decimal("12000.00")}])
    assert (paid["open_eur"], paid["is_limited_soon"]) == (0, False)


def test_without_claims_there_is_nothing(claims: Claims) -> None:
    assert claims([]) == []


# --- for any notice --------------------------------------------------------------------------------------------------

CENTS = st.integers(1, 10**9).map(lambda cents: Decimal(cents) / 100)
DAYS = st.dates(date(2021, 1, 1), date(2034, 12, 31))


def interests(claims: Claims, *wanted: tuple[Decimal, date, date]) -> list[Decimal]:
    """Interest on each amount from its first day until the day before its last, not rounded."""
    notices = [
        LATE_USE | {"notice_number": f"Z-{number}", "amount_eur": amount, "interest_from": first, "interest_to": last}
        for number, (amount, first, last) in enumerate(wanted)
    ]
    parts = claims(notices, date(2036, 1, 1), "claim_interest")
    own = [[part for part in parts if part["notice_number"] == notice["notice_number"]] for notice in notices]
    assert [sum(part["days"] for part in one) for one in own] == [(last - first).days for _, first, last in wanted]
    return [sum((part["interest_eur"] for part in one), Decimal(0)) for one in own]


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(amount_eur=CENTS, days=st.tuples(DAYS, DAYS, DAYS).map(sorted))
def test_interest_of_a_time_is_the_sum_of_its_parts_and_grows_with_every_day(
    claims: Claims, amount_eur: Decimal, days: list[date]
) -> None:
    first, middle, last = days
    spans = ((first, middle), (middle, last), (first, last), (first, last + timedelta(days=1)))
    before, after, whole, longer = interests(claims, *((amount_eur, *span) for span in spans))
    assert abs(before + after - whole) < Decimal("0.0000001")
    assert longer > whole >= before >= 0


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(amounts=st.tuples(CENTS, CENTS).map(sorted), days=st.tuples(DAYS, DAYS).map(sorted))
def test_interest_grows_with_the_amount_and_is_the_same_for_its_parts(
    claims: Claims, amounts: list[Decimal], days: list[date]
) -> None:
    less, more, together = interests(claims, *((amount, *days) for amount in (*amounts, sum(amounts, Decimal(0)))))
    assert abs(together - less - more) < Decimal("0.0000001")
    assert less <= more <= together


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(amount_eur=CENTS, paid_eur=CENTS, paid_on=DAYS, business_on=DAYS)
def test_nobody_owes_less_than_nothing_and_a_payment_never_raises_what_is_open(
    claims: Claims, amount_eur: Decimal, paid_eur: Decimal, paid_on: date, business_on: date
) -> None:
    notice = REPAYMENT | {"amount_eur": amount_eur, "interest_from": date(2026, 1, 1)}
    payment = {"notice_number": "R-2", "paid_on": paid_on, "paid_eur": paid_eur}
    unpaid, paid = claims([notice, notice | payment], business_on)
    assert 0 <= paid["open_eur"] <= unpaid["open_eur"]
    assert 0 <= paid["interest_eur"] <= unpaid["interest_eur"]


def test_a_payment_counts_from_its_day_on(claims: Claims) -> None:
    paid = REPAYMENT | {"paid_on": date(2026, 4, 11), "paid_eur": Decimal("10000.00")}
    (found,) = claims([paid], date(2026, 4, 10))
    assert found["open_eur"] == found["claimed_eur"] + found["interest_eur"]
    assert found["is_interest_running"]

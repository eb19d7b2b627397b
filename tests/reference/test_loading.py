"""Reading reference data: strict, and friendly to what German Excel writes."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.reference import DATASETS, ReferenceDataError, dataset_of, load

DRAWDOWNS = "drawdown_number,grant_number,ags,budget_year,paid_on,amount_eur\n"
GRANTS = (
    "grant_number,ags,funding_line,cost_type,budget_year,granted_eur,financing_kind,"
    "valid_from,valid_to,proof_kind,due_on,duty_basis,amended_on"
)
GRANT = "W-1,06431,2.1,Koordination,2026,120000.00,Festbetrag,2026-01-01,2030-12-31,,2027-03-31,Bescheid,"


def drawdown(line: str) -> bytes:
    return (DRAWDOWNS + line + "\n").encode()


# --- what is read ----------------------------------------------------------------------------------------------------


def test_amounts_are_exact_and_dates_are_dates() -> None:
    frame = load(drawdown("A1,W-1,06431,2026,2026-02-15,30000.05"), "drawdowns")
    assert frame.rows() == [("A1", "W-1", "06431", 2026, date(2026, 2, 15), Decimal("30000.05"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_csv_as_german_excel_saves_it_reads_the_same(encoding: str) -> None:
    header = DRAWDOWNS.strip().replace(",", ";")
    german = f"{header}\r\nÄ1;W-1;6431;2026;15.02.2026;30.000,05 €\r\n;;;;;\r\n".encode("cp1252")
    data = german.decode("cp1252").encode(encoding, "replace")
    expected = load(drawdown("Ä1,W-1,06431,2026,2026-02-15,30000.05"), "drawdowns")
    assert dataset_of(data) == "drawdowns"
    if encoding == "cp1252":  # has the sign for the euro too
        assert data == german
    assert load(data, "drawdowns").equals(expected)


def test_an_empty_period_means_always() -> None:
    data = GRANTS + "\n" + GRANT.replace("2026-01-01,2030-12-31", ",")
    row = load(data.encode(), "grants").row(0, named=True)
    assert (row["valid_from"], row["valid_to"]) == (date(1900, 1, 1), date(9999, 12, 31))
    assert (row["amended_on"], row["granted_fte"]) == (None, None)


def test_an_optional_column_may_be_there() -> None:
    data = f"{GRANTS},granted_fte\n{GRANT},1.5\n"
    assert dataset_of(data.encode()) == "grants"
    assert load(data.encode(), "grants")["granted_fte"].to_list() == [Decimal("1.50")]


def test_columns_may_stand_in_any_order() -> None:
    header, line = GRANTS.split(","), GRANT.split(",")
    turned = ",".join(reversed(header)) + "\n" + ",".join(reversed(line))
    assert load(turned.encode(), "grants").equals(load(f"{GRANTS}\n{GRANT}".encode(), "grants"))


@given(cents=st.integers(0, 10**14 - 1))
def test_every_amount_survives_german_and_plain_notation(cents: int) -> None:
    amount = Decimal(cents) / 100
    plain = f"A1,W-1,06431,2026,2026-02-15,{amount:.2f}"
    german = f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
    excel = DRAWDOWNS.replace(",", ";") + f"A1;W-1;06431;2026;15.2.2026;{german}"
    assert load(drawdown(plain), "drawdowns")["amount_eur"][0] == amount
    assert load(excel.encode(), "drawdowns")["amount_eur"][0] == amount


def test_every_data_set_is_known_by_its_header() -> None:
    for name, dataset in DATASETS.items():
        assert dataset_of(",".join(dataset.columns).encode()) == name


def test_a_register_may_be_empty_but_public_facts_may_not() -> None:
    assert load(DRAWDOWNS.encode(), "drawdowns").is_empty()
    with pytest.raises(ReferenceDataError, match="holds no row"):
        load(b"date,name\n", "holidays")


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("A1,W-1,06431,2026,2026-02-30,1", r"line 2, column paid_on: '2026-02-30' is no date"),
        ("A1,W-1,06431,2026,20260228,1", r"line 2, column paid_on: .* is no date"),
        ("A1,W-1,06431,2026,2026-02-15,-1", r"line 2, column amount_eur: '-1' is negative"),
        ('A1,W-1,06431,2026,2026-02-15,"1,50"', r"column amount_eur: '1,50' is no number: write 1234\.56"),
        ("A1,W-1,06431,2026,2026-02-15,1.234", r"column amount_eur: '1\.234' is too long"),
        ("A1,W-1,06431,2026,2026-02-15,", r"column amount_eur: must not be empty"),
        ("A1,W-1,06431,26.5,2026-02-15,1", r"column budget_year: '26\.5' is no whole number"),
        ("A1,W-1,06499,2026,2026-02-15,1", r"line 2, column ags: '06499' is no body"),
        ("A1,W-1,Kassel,2026,2026-02-15,1", r"column ags: 'Kassel' is no municipality key"),
        ("A1,W-1,06431,2026,2026-02-15", r"line 2: 5 cells where the header has 6"),
        ('A1,"W-1,06431,2026,2026-02-15,1', r"Line \d is no CSV"),
        (
            "A1,W-1,06431,2026,2026-02-15,1\nA1,W-1,06431,2026,2026-03-15,2",
            r"line 3: repeats line 2 \(same drawdown_number\)",
        ),
    ],
)
def test_a_mistake_is_named_with_line_and_column(line: str, message: str) -> None:
    with pytest.raises(ReferenceDataError, match=message):
        load(drawdown(line), "drawdowns")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Koordination", "Koordinierung", "column cost_type: 'Koordinierung' is none of Koordination, "),
        ("Bescheid", "bescheid", "column duty_basis: 'bescheid' is none of Bescheid, Richtlinie, freiwillig"),
        ("2030-12-31", "2025-12-31", "column valid_to: ends on 2025-12-31, before it begins"),
    ],
)
def test_a_grant_must_fit_the_form_and_itself(old: str, new: str, message: str) -> None:
    with pytest.raises(ReferenceDataError, match=message):
        load(f"{GRANTS}\n{GRANT.replace(old, new)}".encode(), "grants")


def test_two_values_of_a_parameter_may_not_hold_at_once() -> None:
    header = "name,value,unit,valid_from,valid_to,certainty,source,note\n"
    lines = "x,1,EUR,2026-01-01,2026-12-31,C,s,\nx,2,EUR,2026-12-31,,C,s,\n"
    with pytest.raises(ReferenceDataError, match="line 3, column valid_from: overlaps an earlier period of x"):
        load((header + lines).encode(), "parameters")


def test_a_due_day_that_excel_turned_into_something_else_is_refused() -> None:
    data = "name,value,unit,valid_from,valid_to,certainty,source,note\nyear_due,31. Mrz,,,,L,s,\n"
    with pytest.raises(ReferenceDataError, match=r"'31\. Mrz' is no day of the year"):
        load(data.encode(), "parameters")


CLAIMS = (
    "notice_number,ags,grant_number,budget_year,notice_on,kind,amount_eur,"
    "interest_from,interest_to,paid_on,paid_eur,limitation_on"
)
CLAIM = "R-1,06431,W-1,2026,2027-05-03,Rückforderung,1200.50,2027-04-01,2027-06-01,2027-06-01,1200.50,2030-12-31"


def test_a_notice_that_claims_money_is_read_with_or_without_its_last_columns() -> None:
    (row,) = load(f"{CLAIMS}\n{CLAIM}\n".encode(), "claims").rows(named=True)
    assert (row["amount_eur"], row["kind"]) == (Decimal("1200.50"), "Rückforderung")
    shorter = f"{CLAIMS.removesuffix(',limitation_on')}\n{CLAIM.rsplit(',', 1)[0]}\n".encode()
    assert dataset_of(shorter) == "claims"
    assert load(shorter, "claims")["limitation_on"].to_list() == [None]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Rückforderung", "Forderung", "column kind: 'Forderung' is none of Rückforderung, Zinsen"),
        ("2027-06-01,2027-06-01", "2027-03-31,2027-06-01", "column interest_to: ends on 2027-03-31, before"),
        ("2027-06-01,1200.50", "2027-06-01,", "column paid_on: a payment needs both its day and its amount"),
        ("2030-12-31", "2027-05-02", "column limitation_on: 2027-05-02 lies before the notice"),
        ("W-1", "W-9", "column grant_number: 'W-9' is no grant of the register"),
    ],
)
def test_a_notice_that_contradicts_itself_or_the_register_is_refused(old: str, new: str, message: str) -> None:
    data = f"{CLAIMS}\n{CLAIM.replace(old, new)}\n".encode()
    with pytest.raises(ReferenceDataError, match=message):
        load(data, "claims", known_grants={"W-1": "06431"})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04...", "is a workbook"),
        (DRAWDOWNS.encode("utf-16"), "is no text"),
        (b"", "belongs to none of"),
        (
            b"drawdown_number,grant_number,ags,year",
            "For drawdowns: missing budget_year, paid_on, amount_eur; unknown year",
        ),
        (DRAWDOWNS.strip().encode() + b",ags", "stands twice ags"),
    ],
)
def test_a_file_that_is_none_of_our_data_sets_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(ReferenceDataError, match=message):
        dataset_of(data)

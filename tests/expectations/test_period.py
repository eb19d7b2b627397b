"""Reporting periods: how they are written, and which days they cover."""

from datetime import date

import pytest

from expectations.period import Period, ReportKind, all_periods, parse_period


@pytest.mark.parametrize(
    ("code", "period", "days", "months"),
    [
        ("2026-H1", Period(2026, ReportKind.HALF_YEAR), (date(2026, 1, 1), date(2026, 6, 30)), 6),
        ("2026", Period(2026, ReportKind.YEAR), (date(2026, 1, 1), date(2026, 12, 31)), 12),
        ("2030", Period(2030, ReportKind.YEAR), (date(2030, 1, 1), date(2030, 12, 31)), 12),
        ("2026-2030", Period(2030, ReportKind.FINAL), (date(2026, 1, 1), date(2030, 12, 31)), 60),
    ],
)
def test_a_period_knows_its_days(code: str, period: Period, days: tuple[date, date], months: int) -> None:
    assert parse_period(code) == period
    assert period.code == code
    assert (period.first_day, period.closing_day) == days
    assert period.months == months


def test_every_period_is_read_back_from_its_code() -> None:
    assert [parse_period(period.code) for period in all_periods()] == list(all_periods())


def test_small_letters_and_blanks_around_are_forgiven() -> None:
    assert parse_period(" 2027-h1\n") == Period(2027, ReportKind.HALF_YEAR)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025",
        "2031",
        "2026-H2",
        "2026-",
        "H1",
        "26",
        "2026-2029",
        "2026 H1",
        "20260",
        "2026-H1x",
        "２０２６",
        "Jahr",
    ],
)
def test_what_is_no_period_is_refused_with_those_there_are(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no reporting period: use 2026-H1, 2026 … 2030, or 2026-2030"):
        parse_period(text)


def test_there_are_five_half_years_five_years_and_a_final_report_in_the_order_of_closing() -> None:
    periods = all_periods()
    assert len(periods) == len(set(periods)) == 11
    assert [period.closing_day for period in periods] == sorted(period.closing_day for period in periods)
    assert list(periods) == sorted(periods)
    assert periods[-1].code == "2026-2030"


def test_the_final_report_is_not_the_last_year() -> None:
    assert parse_period("2026-2030") != parse_period("2030")


def test_kinds_are_called_as_the_form_prints_them() -> None:
    assert [str(kind) for kind in ReportKind] == ["Halbjahresbericht", "Jahresbericht", "Schlussbericht"]

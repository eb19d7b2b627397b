from collections import defaultdict
from datetime import date
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.form import form_of, is_asked
from expectations.layout import NOT_RECORDED
from expectations.period import Period, ReportKind
from flows import reference
from flows.demo import money
from flows.demo.bodies import bodies_on
from flows.demo.reports import right_report
from flows.demo.story import works_of
from flows.demo.work import Report, Work, total

pytestmark = pytest.mark.slow

YEAR = Period(2026, ReportKind.YEAR)
HALF_YEAR = Period(2026, ReportKind.HALF_YEAR)
BODIES = bodies_on(YEAR.closing_day, reference.packaged().frames)
SEEDS = st.integers(min_value=0, max_value=2**32)
ANYBODY = st.sampled_from([body.ags for body in BODIES])
SOURCES = ("state_funds_eur", "own_funds_eur", *money.OTHER_SOURCES)


@cache
def works(seed: int = 2026) -> dict[str, Work]:
    return works_of(seed, 2026, BODIES)


def report_of(work: Work, period: Period) -> Report:
    prepared_on = date(2026, 8, 14) if period is HALF_YEAR else date(2027, 3, 12)
    return right_report(work, period, prepared_on)


def counted(rows: list[dict[str, object]], *fields: str) -> int:
    return sum(value for row in rows for field in fields if isinstance(value := row.get(field), int))


def test_there_are_33_bodies_and_hanau_is_one_of_them() -> None:
    assert len(BODIES) == 33
    assert "Hanau" in {body.short_name for body in BODIES}


def test_bodies_of_the_same_name_are_told_apart() -> None:
    assert len({body.short_name for body in BODIES}) == 33
    assert len({body.mailbox for body in BODIES}) == 33


def test_every_mailbox_lies_under_a_domain_that_nobody_can_own() -> None:
    assert all(body.mailbox.startswith("wir@") and body.mailbox.endswith(".example") for body in BODIES)
    assert all(body.mailbox.isascii() for body in BODIES)


@settings(max_examples=12, deadline=None)
@given(SEEDS, ANYBODY)
def test_expenditure_is_the_sum_of_its_sources(seed: int, ags: str) -> None:
    for row in report_of(works(seed)[ags], YEAR)["finances"]:
        assert row["expenditure_eur"] == sum(total([row], source) for source in SOURCES)
        assert all(total([row], source) >= 0 for source in SOURCES)


@settings(max_examples=12, deadline=None)
@given(SEEDS, ANYBODY)
def test_no_cost_type_uses_more_than_was_granted(seed: int, ags: str) -> None:
    work = works(seed)[ags]
    for row in report_of(work, YEAR)["finances"]:
        assert total([row], "state_funds_eur") <= work.granted(str(row["cost_type"]))


@settings(max_examples=12, deadline=None)
@given(SEEDS, ANYBODY)
def test_what_was_paid_out_was_used_or_paid_back(seed: int, ags: str) -> None:
    report = report_of(works(seed)[ags], YEAR)
    rest: dict[object, Decimal] = defaultdict(Decimal)
    for row in report["drawdowns"]:
        rest[row["grant"]] += total([row], "amount_eur")
    for section, field in (("repayments", "amount_eur"), ("finances", "state_funds_eur")):
        for row in report[section]:
            rest[row["grant"]] -= total([row], field)
    assert set(rest.values()) == {Decimal(0)}


@settings(max_examples=12, deadline=None)
@given(SEEDS, ANYBODY)
def test_quarters_add_up_to_the_channels_and_topics_cover_all_persons(seed: int, ags: str) -> None:
    for period in (HALF_YEAR, YEAR):
        report = report_of(works(seed)[ags], period)
        channels = counted(report["enquiries"], "persons", "organisations", "authorities")
        assert counted(report["quarters"], "enquiries") == channels
        assert counted(report["topics"], "enquiries") >= counted(report["enquiries"], "persons")


@settings(max_examples=12, deadline=None)
@given(SEEDS, ANYBODY)
def test_assignments_by_language_and_by_field_are_the_same(seed: int, ags: str) -> None:
    for period in (HALF_YEAR, YEAR):
        report = report_of(works(seed)[ags], period)
        by_language = counted(report.get("languages", []), "assignments")
        assert by_language == counted(report.get("assignments", []), "on_site", "telephone", "video")


@settings(max_examples=12, deadline=None)
@given(SEEDS, ANYBODY)
def test_a_year_never_counts_less_than_its_half(seed: int, ags: str) -> None:
    work = works(seed)[ags]
    half, year = report_of(work, HALF_YEAR), report_of(work, YEAR)
    for section in form_of(2026).sections():
        if section.kind != "fixed" or section.name not in half:
            continue
        flows = [field.name for field in section.fields if field.measure == "flow"]
        for before, after in zip(half[section.name], year[section.name], strict=False):
            for name in flows:
                if isinstance(before.get(name), int | Decimal):
                    assert after[name] >= before[name], (section.name, name)  # type: ignore[operator]


@settings(max_examples=12, deadline=None)
@given(SEEDS, ANYBODY)
def test_a_part_never_exceeds_its_whole(seed: int, ags: str) -> None:
    for period in (HALF_YEAR, YEAR):
        report = report_of(works(seed)[ags], period)
        for field in form_of(2026).fields():
            for row in report.get(field.section, []):
                part, whole = row.get(field.name), row.get(field.at_most)
                if isinstance(part, int | Decimal) and isinstance(whole, int | Decimal):
                    assert part <= whole, field.path


def test_a_report_holds_what_its_kind_asks_for_and_nothing_else() -> None:
    form = form_of(2026)
    for work in works().values():
        for period in (HALF_YEAR, YEAR):
            for name, rows in report_of(work, period).items():
                section = form.section(name)
                assert is_asked(section, period.kind)
                assert all(is_asked(section.field(field), period.kind) for row in rows for field in row)


def test_bodies_without_the_grant_report_nothing_on_guides_and_interpreters() -> None:
    reports = [report_of(work, YEAR) for work in works().values()]
    assert sum("guides" in report for report in reports) == 20
    assert sum("interpreters" in report for report in reports) == 15


def test_some_bodies_do_not_record_everything() -> None:
    reports = [report_of(work, YEAR) for work in works().values()]
    cells = [cell for report in reports for rows in report.values() for row in rows for cell in row.values()]
    assert 5 < cells.count(NOT_RECORDED) < 60


def test_one_bodys_numbers_do_not_depend_on_the_others() -> None:
    alone = works_of(2026, 2026, BODIES)["06431"]
    assert report_of(alone, YEAR) == report_of(works()["06431"], YEAR)


def test_another_seed_gives_other_numbers() -> None:
    assert report_of(works(1)["06431"], YEAR)["enquiries"] != report_of(works(2)["06431"], YEAR)["enquiries"]


def test_grants_over_five_years_make_about_22_million_euros() -> None:
    from flows.demo.register import grants

    granted_eur = sum(grant.granted_eur for grant in grants(2026, BODIES, 2026))
    assert Decimal(21_000_000) < granted_eur < Decimal(23_000_000)

"""What the demo's ministry claims: it fits the registers and what the bodies reported."""

from decimal import Decimal

import polars as pl
import pytest

from expectations.period import parse_period
from flows import reference
from flows.demo import mishaps
from flows.demo.claims import LATE, REPAYING, claims
from flows.demo.money import payments
from flows.demo.reports import right_report
from flows.demo.story import Story, story_of
from flows.demo.work import Report, money, total


@pytest.fixture(scope="module")
def story() -> Story:
    return story_of(2026, 2026)


def test_both_notices_belong_to_grants_of_the_register_and_come_after_the_last_payment(story: Story) -> None:
    grants = dict(story.frames["grants"].select("grant_number", "ags").iter_rows())
    text = story.acts[-1].registers["claims"]
    frame = reference.load(text.encode(), "claims", known_grants=grants)
    assert dict(frame.select("ags", "kind").iter_rows()) == {REPAYING: "Rückforderung", LATE: "Zinsen"}
    assert frame.filter(pl.col("interest_from") >= pl.col("notice_on")).is_empty()
    assert (frame["notice_on"] < story.acts[-1].night_at.date()).all()


def test_what_is_claimed_back_is_what_the_body_reported_as_unspent(story: Story) -> None:
    work, notice_on = story.works[REPAYING], story.acts[-1].night_at.date()
    sending = next(
        one for one in story.acts[1].sendings if one.body.ags == REPAYING and one.period == parse_period("2026")
    )
    assert sending.spoil is mishaps.unspent_explained
    (notice,) = (one for one in claims(story.works, notice_on) if one.ags == REPAYING)
    paid_eur = sum((one.amount_eur for one in payments(work)), Decimal(0))
    assert 0 < notice.amount_eur < paid_eur
    report = sending.spoil(_right(story, REPAYING))
    left_eur = paid_eur - total(report["finances"], "state_funds_eur") - total(report["repayments"], "amount_eur")
    assert notice.amount_eur == left_eur


def test_interest_for_late_use_ends_with_the_use_and_takes_no_more_than_the_instalment(story: Story) -> None:
    first = min(payments(story.works[LATE]), key=lambda one: one.paid_on)
    (notice,) = (one for one in claims(story.works, story.acts[-1].night_at.date()) if one.ags == LATE)
    assert notice.interest_to is not None
    assert first.paid_on <= notice.interest_from < notice.interest_to
    assert money(notice.amount_eur) < first.amount_eur


def _right(story: Story, ags: str) -> Report:
    period = parse_period("2026")
    return right_report(story.works[ags], period, period.closing_day)

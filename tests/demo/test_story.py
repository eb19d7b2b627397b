from collections import Counter
from copy import deepcopy
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from expectations.period import ReportKind
from flows import reference
from flows.demo import mishaps
from flows.demo.plan import Sending
from flows.demo.story import Story, draft_of, story_of

pytestmark = pytest.mark.slow

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="module")
def story() -> Story:
    return story_of(2026, 2026)


def sent(story: Story, kind: ReportKind) -> list[Sending]:
    return [sending for act in story.acts for sending in act.sendings if sending.period.kind is kind]


def test_nights_run_two_days_after_the_due_dates_and_once_more_after_the_last_approvals(story: Story) -> None:
    assert [f"{act.night_at:%Y-%m-%d %H:%M %Z}" for act in story.acts] == [
        "2026-09-02 03:15 CEST",
        "2027-04-02 03:15 CEST",
        "2027-04-07 03:15 CEST",
    ]


def test_a_due_date_at_easter_moves_the_night() -> None:
    assert story_of(2026, 2028).acts[1].night_at.date() == date(2029, 4, 5)


@pytest.mark.parametrize("year", [2026, 2027, 2028, 2029, 2030])
def test_every_year_of_the_programme_has_a_story(year: int) -> None:
    every = [sending for act in story_of(1, year).acts for sending in act.sendings]
    assert all(2026 <= sending.form_period.year <= 2030 for sending in every)


def test_one_body_never_reports(story: Story) -> None:
    for kind in (ReportKind.HALF_YEAR, ReportKind.YEAR):
        assert set(story.works) - {sending.body.ags for sending in sent(story, kind)} == {"06437"}


@pytest.mark.parametrize("year", [2026, 2029, 2030])
def test_the_ministry_decides_between_the_nights_in_order(year: int) -> None:
    autumn, spring, last = story_of(1, year).acts
    moments = [decision.at for act in (autumn, spring, last) for decision in act.decisions]
    assert moments == sorted(moments)
    assert autumn.night_at < moments[0] < spring.registers_at
    assert spring.night_at < spring.decisions[-1].at < last.night_at
    assert autumn.decisions[-1].at < spring.registers_at
    assert last.sendings == last.decisions == ()


@pytest.mark.parametrize("kind", [ReportKind.HALF_YEAR, ReportKind.YEAR])
def test_every_kind_of_mishap_happens(story: Story, kind: ReportKind) -> None:
    files = sent(story, kind)
    due_on = story.due[files[0].period.code]
    letters = Counter(sending.body.ags for sending in files)
    assert any(sending.arrives_at.date() > due_on for sending in files), "late"
    assert any(count > 1 for count in letters.values()), "corrected"
    assert any(sending.form_period != sending.period for sending in files), "wrong year"
    assert any(len(sending.names) > 1 for sending in files), "duplicate"
    spoiled = {sending.spoil for sending in files} | {sending.damage for sending in files}
    assert {
        mishaps.cut_off,
        mishaps.web_page,
        mishaps.numbers_as_text,
        mishaps.not_recorded_in_other_words,
        mishaps.lone_dash,
        mishaps.topics_not_kept_explained,
    } <= spoiled
    assert spoiled & {mishaps.quarters_do_not_add_up, mishaps.sources_do_not_add_up}
    assert spoiled & {mishaps.meeting_without_people, mishaps.unspent}


def is_right(sending: Sending) -> bool:
    return not sending.spoil and not sending.damage and sending.form_period == sending.period


@pytest.mark.parametrize("kind", [ReportKind.HALF_YEAR, ReportKind.YEAR])
def test_most_reports_are_right_at_first_or_at_last(story: Story, kind: ReportKind) -> None:
    files = sent(story, kind)
    assert sum(is_right(sending) for sending in files) > len(files) / 2
    assert len({sending.body.ags for sending in files if is_right(sending)}) >= 22


def test_every_file_has_a_name_of_its_own(story: Story) -> None:
    names = [name for act in story.acts for sending in act.sendings for name in sending.names]
    assert len(names) == len(set(names)) > 75


def test_files_arrive_before_their_night_and_after_the_one_before(story: Story) -> None:
    autumn, spring, _ = story.acts
    assert all(sending.arrives_at <= autumn.night_at for sending in autumn.sendings)
    assert all(autumn.night_at < sending.arrives_at <= spring.night_at for sending in spring.sendings)


def test_a_report_is_finished_between_closing_day_and_arrival(story: Story, tmp_path) -> None:
    for act in story.acts:
        for sending in act.sendings:
            prepared_on = draft_of(story, sending, tmp_path).report["cover"][0]["prepared_on"]
            assert sending.period.closing_day < prepared_on <= sending.arrives_at.date()


def test_the_same_seed_tells_the_same_story(story: Story, tmp_path) -> None:
    again = story_of(2026, 2026)
    assert again.acts == story.acts
    one, other = (
        [draft_of(told, sending, tmp_path).report for sending in told.acts[1].sendings] for told in (story, again)
    )
    assert one == other


def test_in_autumn_the_register_knows_no_payment_of_the_second_half_year(story: Story) -> None:
    assert "-09-" not in story.acts[0].registers["drawdowns"].replace("2026-2026-", "")
    assert "2026-09-" in story.acts[1].registers["drawdowns"]


def test_the_invented_registers_are_taken_in_as_the_ministrys_are(story: Story) -> None:
    for act in story.acts:
        for dataset, text in act.registers.items():
            rows = reference.load(text.encode(), dataset).height
            assert rows == 2 if dataset == "claims" else rows > 30


def test_a_mishap_leaves_the_right_report_as_it_was(story: Story, tmp_path) -> None:
    for act in story.acts:
        for sending in act.sendings:
            if sending.spoil is not None:
                right = draft_of(story, replace(sending, spoil=None), tmp_path).report
                before = deepcopy(right)
                assert sending.spoil(right) != before
                assert right == before

"""The whole demo on real files, once plain for all tests here, and once more to see that it repeats itself."""

import io
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from flows.demo import mishaps
from flows.demo.plan import Sending
from flows.demo.run import DemoResult, run_demo
from flows.ledger import entries, open_ledger, texts
from flows.records import NightRow
from flows.settings import DataFolder

pytestmark = pytest.mark.slow

AFTER_SPOILING = {
    mishaps.quarters_do_not_add_up: "returned",
    mishaps.sources_do_not_add_up: "returned",
    mishaps.more_than_granted: "returned",
    mishaps.more_women_than_people: "returned",
    mishaps.overwritten_grant: "returned",
    mishaps.less_than_half_year: "returned",
    mishaps.lone_dash: "returned",
    mishaps.left_open: "returned",
    mishaps.not_confirmed: "returned",
    mishaps.numbers_as_text: "accepted",
    mishaps.not_recorded_in_other_words: "accepted",
    mishaps.meeting_without_people: "awaiting_explanation",
    mishaps.unspent: "awaiting_explanation",
    mishaps.other_state_funds: "awaiting_explanation",
    mishaps.telephone_number: "awaiting_explanation",
    mishaps.topics_not_kept_explained: "accepted_with_warnings",
    mishaps.unspent_explained: "accepted_with_warnings",
}


class Played:
    """The demo after it ran."""

    def __init__(self, folder: DataFolder) -> None:
        lines = io.StringIO()
        self.folder = folder
        self.result: DemoResult = run_demo(folder, plain=True, console=Console(file=lines, width=120))
        self.printed = lines.getvalue()
        self.ledger = open_ledger(folder)

    def judged(self) -> Iterator[tuple[Sending, NightRow]]:
        """Every sending with what became of its first copy."""
        rows = {row.submission_id: row for night in self.result.nights for row in night.rows}
        submission = {name: seq for seq, name in texts(self.ledger, "file_name").items()}
        for act in self.result.story.acts:
            for sending in act.sendings:
                yield sending, rows[submission[sending.names[0]]]

    def published(self, query: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.folder.database), read_only=True) as connection:
            return connection.sql(query).fetchall()


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return Played(DataFolder(tmp_path_factory.mktemp("demo") / "data"))


def test_a_right_report_is_accepted_without_a_warning(played: Played) -> None:
    for sending, row in played.judged():
        if not sending.spoil and not sending.damage and sending.form_period == sending.period:
            assert (row.verdict, row.errors, row.warnings) == ("accepted", 0, 0), (sending.names[0], row.reason)


def test_every_mishap_has_the_verdict_that_it_deserves(played: Played) -> None:
    for sending, row in played.judged():
        if sending.damage:
            assert row.verdict == "unreadable", sending.names[0]
        elif sending.form_period != sending.period:
            assert row.verdict == "returned", sending.names[0]
        elif sending.spoil:
            assert row.verdict == AFTER_SPOILING[sending.spoil], (sending.names[0], row.reason)


def test_the_inbox_is_empty_afterwards(played: Played) -> None:
    assert list(played.folder.inbox.iterdir()) == []
    assert not (played.folder.cache / "demo").exists()


def test_a_copy_is_no_second_submission(played: Played) -> None:
    copies = sum(len(sending.names) - 1 for act in played.result.story.acts for sending in act.sendings)
    assert len(entries(played.ledger, "duplicate")) == copies == 3


def test_the_summary_counts_what_came_in(played: Played) -> None:
    half, year = played.result.summary.periods
    assert half.missing == ("Odenwaldkreis",)
    assert "Odenwaldkreis" in year.missing
    assert half.due == year.due == 33
    for period in (half, year):
        sent = [sending for act in played.result.story.acts for sending in act.sendings]
        assert period.received == sum(len(sending.names) for sending in sent if sending.period == period.period)
        assert period.received == sum(period.verdicts.values()) + period.duplicates
        assert period.accepted > 20
        assert period.late >= 1


def test_the_summary_is_marked_as_a_demonstration_and_names_three_commands(played: Played) -> None:
    assert "Demonstrationsdaten" in played.printed
    for command in ("wir status", "wir check ", "wir trace MIT-03 "):
        assert command in played.printed


def test_the_returned_file_that_the_summary_names_is_there(played: Played) -> None:
    assert isinstance(played.result.summary.returned_file, Path)
    assert played.result.summary.returned_file.is_file()


def test_the_ledger_says_first_that_it_is_a_demonstration(played: Played) -> None:
    first = entries(played.ledger)[0]
    assert first.body["demo"] is True
    assert first.body["seed"] == played.result.story.seed
    assert [night.business_at for night in played.result.nights] == [act.night_at for act in played.result.story.acts]


def test_the_same_seed_gives_the_same_figures(played: Played) -> None:
    figures = "SELECT * FROM indicators.figures ORDER BY ALL"
    cells = "SELECT submission_id, sheet, cell, raw, value, state FROM reports.cells ORDER BY ALL"
    before = played.published(figures), played.published(cells)
    again = Played(played.folder)
    assert (again.published(figures), again.published(cells)) == before
    assert len(before[0]) > 1000

"""The whole demo on real files, played once for all, and its half-year once more to see that it repeats itself."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from flows.demo import mishaps
from flows.demo.run import run_demo
from flows.ledger import entries
from flows.settings import DataFolder, utc_text
from tests.demo.played import Played, asked, played_demo
from tests.demo.readings import FROM_THE_JOURNAL, READINGS
from tests.demo.traces import bulk_trace, differences, journal_differences

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


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return played_demo(tmp_path_factory)


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
    assert half.missing == ()
    assert "Odenwaldkreis" in year.missing
    assert (half.exempt, half.extended, year.exempt, year.extended) == (1, 1, 0, 1)
    assert half.due == year.due == 33
    for period in (half, year):
        sent = [sending for act in played.result.story.acts for sending in act.sendings]
        assert period.received == sum(len(sending.names) for sending in sent if sending.period == period.period)
        assert period.received == sum(period.verdicts.values()) + period.duplicates
        assert period.accepted > 20
        assert period.late >= 1
        assert period.approved == period.accepted


def test_the_ministry_decided_once_in_every_way(played: Played) -> None:
    decided = "SELECT act, ags, period, retroactive FROM intake.decisions WHERE act NOT IN ('approve', 'recognise')"
    assert played.published(f"{decided} ORDER BY seq") == [
        ("void", "06411", "2026-H1", None),
        ("return", "06432", "2026-H1", None),
        ("extend", "06534", "2026-H1", True),
        ("waive", "06437", "2026-H1", None),
        ("extend", "06635", "2026", False),
    ]
    of_darmstadt = "SELECT in_force, voided FROM intake.submissions WHERE ags = '06411' AND period = '2026-H1'"
    assert played.published(f"{of_darmstadt} ORDER BY received_at") == [(True, False), (False, True)]
    states = dict(played.published("SELECT ags || ' ' || period, state FROM intake.obligations"))  # type: ignore[arg-type]
    assert states["06534 2026-H1"] == "accepted"
    assert states["06437 2026-H1"] == "exempt"
    assert states["06635 2026"] == "extended"
    assert states["06437 2026"] == "missing"


def test_every_report_in_force_is_approved_at_the_end(played: Played) -> None:
    count = "SELECT count(*), count(approved_at) FROM intake.submissions WHERE in_force"
    ((in_force, approved),) = played.published(count)
    assert in_force == approved > 50  # type: ignore[operator]
    days = "SELECT state, value > 0 FROM indicators.figures WHERE indicator_id = 'BER-04' AND area_key = '06'"
    assert set(played.published(f"{days} AND breakdown = 'gesamt'")) == {("ok", True)}


def test_the_summary_is_marked_as_a_demonstration_and_names_what_to_do_next(played: Played) -> None:
    assert "Demonstrationsdaten" in played.printed
    for command in ("wir status", "wir check ", "wir trace MIT-03 ", "wir release ", "wir verify"):
        assert command in played.printed


def test_the_returned_file_that_the_summary_names_is_there(played: Played) -> None:
    assert isinstance(played.result.summary.returned_file, Path)
    assert played.result.summary.returned_file.is_file()


def test_the_ledger_says_first_that_it_is_a_demonstration(played: Played) -> None:
    first = entries(played.ledger)[0]
    assert first.body["demo"] is True
    assert first.body["seed"] == played.result.story.seed
    assert [night.business_at for night in played.result.nights] == [act.night_at for act in played.result.story.acts]


class _EndedEarlyError(Exception):
    """A demo that ends once its half-year is told."""


def _end_early(*_: object) -> None:
    raise _EndedEarlyError


def test_the_same_seed_gives_the_same_figures(played: Played, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the half-year: of the year, whose story is the same too, nothing is told in another way."""
    again = DataFolder(tmp_path / "data")
    monkeypatch.setattr("flows.demo.run.carry_out", _end_early)
    with pytest.raises(_EndedEarlyError):
        run_demo(again, plain=True, console=Console(quiet=True))
    then = utc_text(played.result.story.acts[0].night_at)[:19]
    figures = asked(again, "SELECT * FROM indicators.figures ORDER BY ALL")
    assert played.published(f"SELECT * FROM audit.as_of(TIMESTAMP '{then}') ORDER BY ALL") == figures
    ((newest,),) = asked(again, "SELECT max(submission_id) FROM intake.submissions")
    cells = f"SELECT submission_id, sheet, cell, raw, value, state FROM reports.cells WHERE submission_id <= {newest}"
    assert played.published(f"{cells} ORDER BY ALL") == asked(again, f"{cells} ORDER BY ALL")
    assert len(figures) > 1000


def test_the_auditors_ready_questions_have_answers_in_the_demo(played: Played) -> None:
    answers = {
        name: played.published(f"SELECT * FROM audit.{name}")
        for (name,) in played.published("SELECT name FROM audit.questions")
    }
    assert len(answers) >= 15
    assert sum(1 for rows in answers.values() if rows) >= 15
    assert ("06437", "Odenwaldkreis") in [row[:2] for row in answers["never_on_time"]]
    assert [row[5] for row in answers["caps_exceeded"]] == ["R-POS-06"]
    assert {row[7] for row in answers["figures_on_explained_warnings"]} == {"R-ANL-02", "R-FIN-17"}


# --- every figure, from its traced cells alone -----------------------------------------------------------------------


def test_every_indicator_is_read_by_hand(played: Played) -> None:
    declared = {name for (name,) in played.published("SELECT id FROM indicators.catalogue")}
    assert declared == READINGS.keys() | FROM_THE_JOURNAL.keys()


def test_every_figure_follows_from_its_traced_cells(played: Played) -> None:
    figures, wrong = differences(played.folder.database)
    assert wrong == []
    assert figures > 10_000


def test_completeness_and_days_to_approval_follow_from_the_ledger(played: Played) -> None:
    figures, wrong = journal_differences(played.folder.database, entries(played.ledger))
    assert wrong == []
    assert figures > 1000


def test_an_entry_that_was_changed_behind_the_figures_is_noticed(played: Played) -> None:
    approvals = [entry for entry in entries(played.ledger) if entry.kind == "approval"]
    other = [replace(entry, at=entry.at + timedelta(days=entry == approvals[3])) for entry in entries(played.ledger)]
    _, wrong = journal_differences(played.folder.database, other)
    assert {line.split("'")[1] for line in wrong} == {"BER-04"}


def test_a_cell_that_was_changed_behind_the_figures_is_noticed(played: Played, tmp_path: Path) -> None:
    copy = tmp_path / "wir.duckdb"
    shutil.copyfile(played.folder.database, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute(
            "UPDATE reports.cells SET value = '99999' WHERE field = 'topics.enquiries' AND row_key = 'Diskriminierung' "
            "AND submission_id IN (SELECT submission_id FROM indicators.terms_in_force WHERE indicator_id = 'OEF-04')"
        )
    figures, (line,) = differences(copy, "indicator_id = 'OEF-04' AND area_key = '06'")
    assert figures == 1
    assert "from its cells" in line


def test_the_trace_of_one_figure_is_what_all_traces_list_for_it(played: Played) -> None:
    some = "state = 'ok' AND hash(indicator_id, area_key, period, breakdown) % 400 = 0"
    asked = "SELECT indicator_id, area_key, period, breakdown FROM indicators.figures"
    with duckdb.connect(str(played.folder.database), read_only=True) as connection:
        everything = connection.sql(bulk_trace(some)).pl()
        figures = connection.execute(f"{asked} WHERE {some}").fetchall()
        assert len(figures) > 10
        for indicator, area, period, breakdown in figures:
            one = connection.sql(
                "SELECT * FROM audit.trace(?, ?, ?, breakdown := ?)", params=[indicator, area, period, breakdown]
            )
            known = everything.filter(indicator_id=indicator, asked_area=area, period=period, breakdown=breakdown)
            rows = one.pl()
            assert rows.sort(rows.columns).equals(known.select(rows.columns).sort(rows.columns))

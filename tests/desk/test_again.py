"""Judging again: a rule's effect before it counts, and a period re-checked as an act."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import duckdb
import polars as pl
import pytest
from rich.console import Console

from expectations.finding import Outcome, Verdict
from expectations.period import parse_period
from flows import assemble, house, line, warehouse
from flows.cli import acts
from flows.desk import DeskError, again, explain, preview_rule, recheck, submit_files
from flows.ledger import check_chain, entries, open_ledger
from flows.resources import sql_files
from flows.settings import DataFolder
from tests.cli.calling import Wir
from tests.desk.conftest import number_of
from tests.killed import die, killed
from tests.line.reports import NIGHT, WriteReport

pytestmark = pytest.mark.slow

SAID = "Die Teilnahmen wurden nicht gezählt."
HALF_YEAR = parse_period("2026-H1")
STRICTER = (
    "SELECT submission_id, row_key, meetings, 0 AS given, 1 AS expected FROM meetings WHERE submission_id IN"
    " (SELECT submission_id FROM submissions WHERE ags = '06433')"
)


def stricter() -> Mapping[str, str]:
    """The checks with another R-KOO-04: it flags every row of 06433, and nobody else's."""
    return {**sql_files("checks"), "R-KOO-04": STRICTER}


def verdicts(folder: DataFolder) -> dict[str, str]:
    query = "SELECT ags, verdict FROM intake.submissions ORDER BY ags"
    with duckdb.connect(str(folder.database), read_only=True) as connection:
        return dict(connection.execute(query).fetchall())


def recorded(folder: DataFolder) -> int:
    return len(entries(open_ledger(folder)))


# --- re-check --------------------------------------------------------------------------------------------------------


def test_a_period_judged_again_by_the_same_rules_comes_to_the_same(folder: DataFolder) -> None:
    checked = recheck(folder, HALF_YEAR)
    assert [(row.ags, row.is_changed) for row in checked.rows] == [("06431", False), ("06432", False), ("06433", False)]
    act = entries(open_ledger(folder), "recheck")[0]
    assert (act.seq, act.body["period"]) == (checked.entry, "2026-H1")
    again_given = entries(open_ledger(folder), "verdict")[-3:]
    assert [entry.body["recheck"] for entry in again_given] == [act.seq] * 3


def test_a_changed_rule_counts_for_past_reports_only_after_a_re_check(folder: DataFolder) -> None:
    before, entries_before = verdicts(folder), recorded(folder)
    tried = recheck(folder, HALF_YEAR, dry_run=True, checks=stricter())
    assert (tried.entry, recorded(folder)) == (None, entries_before)
    effect = {row.ags: (row.before.verdict, row.after.verdict, row.new, row.gone) for row in tried.rows}
    assert effect["06433"] == (Verdict.ACCEPTED, Verdict.AWAITING_EXPLANATION, ("R-KOO-04",), ())
    assert effect["06431"] == (Verdict.AWAITING_EXPLANATION, Verdict.AWAITING_EXPLANATION, (), ("R-KOO-04",))
    line.run_night(folder, business_at=NIGHT + timedelta(days=1))
    assert verdicts(folder) == before

    done = recheck(folder, HALF_YEAR, checks=stricter())
    assert [(row.ags, row.new, row.gone) for row in done.rows] == [(row.ags, row.new, row.gone) for row in tried.rows]
    report = line.run_night(folder, business_at=NIGHT + timedelta(days=2))
    assert verdicts(folder) == {**before, "06433": "awaiting_explanation"}
    assert (report.received, report.again) == (0, 3)
    (told,) = (folder.feedback / "06433").glob("*-pruefprotokoll.json")
    assert json.loads(told.read_text(encoding="utf-8"))["verdict"] == "awaiting_explanation"


def test_explanations_outlive_a_re_check(folder: DataFolder) -> None:
    number = number_of(folder, "06433")
    recheck(folder, HALF_YEAR, checks=stricter())
    sentence = "dieselbe Ursache"
    with pytest.raises(DeskError, match=sentence):
        explain(folder, number, "R-KOO-04", SAID, cell="D16")
    (folded,) = explain(folder, number, "R-KOO-04", SAID).findings
    assert len(folded.also_at) > 2
    rows = {row.ags: row for row in recheck(folder, HALF_YEAR, checks=stricter()).rows}
    assert rows["06433"].after.verdict is Verdict.ACCEPTED_WITH_WARNINGS
    assert not rows["06433"].is_changed
    last = [entry for entry in entries(open_ledger(folder), "verdict") if entry.body["submission_id"] == number][-1]
    assert last.body["explanations"] == [entry.seq for entry in entries(open_ledger(folder), "explanation")]


def test_a_report_that_was_replaced_is_not_judged_again(folder: DataFolder, write_report: WriteReport) -> None:
    submit_files(folder, [write_report("06433", note="Leitung")], sender="")
    line.run_night(folder, business_at=NIGHT + timedelta(days=1))
    newest = max(entry.seq for entry in entries(open_ledger(folder), "receipt"))
    rows = {row.ags: row.one.receipt.submission_id for row in recheck(folder, HALF_YEAR, dry_run=True).rows}
    assert rows["06433"] == newest
    assert len(rows) == 3


def test_a_mended_reader_stops_the_build_until_the_period_is_re_checked(
    folder: DataFolder, write_report: WriteReport
) -> None:
    (receipt,), _ = submit_files(folder, [write_report("06434")], sender="")
    night = line.begin(folder, business_at=NIGHT)
    (judged,) = line.read_and_judge(night)
    with_less = replace(judged.reading, cells=judged.reading.cells.filter(pl.col("field") != "partners.partners"))
    line.record(night, [replace(judged, reading=with_less)])  # as a reader judged that missed some cells
    with pytest.raises(assemble.ReaderChangedError, match="until `wir re-check 2026-H1`"):
        line.run_night(folder, business_at=NIGHT)
    rechecked = recheck(folder, HALF_YEAR)
    assert receipt.submission_id in [row.one.receipt.submission_id for row in rechecked.rows]
    line.run_night(folder, business_at=NIGHT)
    assert verdicts(folder)["06434"] == "accepted"


def _be_killed_while_recording(folder: DataFolder) -> None:
    """A re-check that dies between its entry and the first verdict."""
    again.verdict_draft = die
    recheck(folder, HALF_YEAR)


def test_a_re_check_killed_while_recording_has_recorded_nothing(folder: DataFolder) -> None:
    before = recorded(folder)
    killed(_be_killed_while_recording, folder)
    assert recorded(folder) == before
    assert len(recheck(folder, HALF_YEAR).rows) == 3
    assert check_chain(open_ledger(folder)) is None


def test_a_period_without_a_judged_report_is_not_recorded(folder: DataFolder) -> None:
    before = recorded(folder)
    assert recheck(folder, parse_period("2029")).rows == ()
    assert recorded(folder) == before


def test_a_re_check_waits_for_the_night(folder: DataFolder) -> None:
    with house.night_lock(folder), pytest.raises(house.BusyError, match="Another night"):
        recheck(folder, HALF_YEAR)


def test_a_re_check_says_whose_report_is_in_force_no_longer_and_which_takes_its_place(
    folder: DataFolder, write_report: WriteReport, capsys: pytest.CaptureFixture[str]
) -> None:
    first = number_of(folder, "06433")
    gone = recheck(folder, HALF_YEAR, dry_run=True, checks=stricter())
    assert [(one.ags, one.before, one.after) for one in gone.in_force if one.ags == "06433"] == [("06433", first, None)]
    submit_files(folder, [write_report("06433", note="Leitung")], sender="")
    line.run_night(folder, business_at=NIGHT + timedelta(days=1))
    newest = max(entry.seq for entry in entries(open_ledger(folder), "receipt"))
    only_newest = STRICTER.replace("WHERE ags = '06433'", f"WHERE submission_id = {newest}")
    replaced = recheck(folder, HALF_YEAR, checks={**sql_files("checks"), "R-KOO-04": only_newest})
    assert [(one.ags, one.before, one.after) for one in replaced.in_force if one.ags == "06433"] == [
        ("06433", newest, first)
    ]
    line.run_night(folder, business_at=NIGHT + timedelta(days=2))
    query = "SELECT submission_id FROM intake.submissions WHERE ags = '06433' AND in_force"
    with duckdb.connect(str(folder.database), read_only=True) as connection:
        assert connection.execute(query).fetchall() == [(first,)]
    acts._print_recheck(gone, Console(width=200))
    acts._print_recheck(replaced, Console(width=200))
    said = " ".join(capsys.readouterr().out.split())
    assert f"(06433): Es gilt kein Bericht mehr, bisher galt Einreichung {first}. Ihre Zahlen entfallen." in said
    assert f"(06433): Jetzt gilt Einreichung {first} statt {newest}." in said


def test_after_explanations_and_re_checks_all_that_is_derived_comes_back_as_it_was(
    folder: DataFolder, write_report: WriteReport
) -> None:
    explain(folder, number_of(folder, "06431"), "R-KOO-04", SAID)
    recheck(folder, HALF_YEAR, checks=stricter())
    submit_files(folder, [write_report("06432", note="berichtigt")], sender="")
    line.run_night(folder, business_at=NIGHT + timedelta(days=1))
    before = derived(folder)
    for what in (folder.cache, folder.published, folder.feedback):
        shutil.rmtree(what)
    line.run_night(folder, business_at=NIGHT + timedelta(days=1))
    assert derived(folder) == before


def derived(folder: DataFolder) -> tuple[dict[str, str], dict[str, str]]:
    """The contents of the database but for the journal, which grows with every night, and of all protocols."""
    protocols = sorted(folder.feedback.rglob("*-pruefprotokoll.*"))
    tables = warehouse.contents_hash(folder.database)
    return (
        {name: digest for name, digest in tables.items() if name != "audit.ledger"},
        {str(file.relative_to(folder.feedback)): file.read_text(encoding="utf-8") for file in protocols},
    )


# --- preview ---------------------------------------------------------------------------------------------------------


def test_a_preview_shows_what_a_changed_rule_would_flag_and_records_nothing(folder: DataFolder) -> None:
    before = recorded(folder)
    unchanged = preview_rule(folder, "r-koo-04")
    assert {number: report[0] for number, report in unchanged.reports.items()} == {number_of(folder, "06433"): "06433"}
    assert (unchanged.preview.flagged, unchanged.preview.count(Outcome.PASSED)) == ({}, 1)
    changed = preview_rule(folder, "R-KOO-04", checks=stricter())
    ((finding,),) = changed.preview.flagged.values()
    assert (finding.given, finding.expected, len(finding.also_at)) == ("0", "≥ 1", 4)
    assert changed.preview.count(Outcome.FAILED) == 1
    assert recorded(folder) == before


# --- on the command line ---------------------------------------------------------------------------------------------


def test_the_commands_print_what_they_did_and_json_and_nothing_else(folder: DataFolder, wir: Wir) -> None:
    tried = wir("re-check", "2026-H1", "--dry-run", "--json")
    document = json.loads(tried.out)
    assert (tried.code, document["recorded"]) == (0, None)
    assert [(row["ags"], row["verdict"], row["changed"]) for row in document["submissions"]] == [
        ("06431", "awaiting_explanation", False),
        ("06432", "returned", False),
        ("06433", "accepted", False),
    ]
    done = wir("re-check", "2026-H1")
    assert "3 Berichte zu 2026-H1 erneut geprüft: 0 anders als bisher" in done.out
    assert wir("re-check", "2025").code == 64

    shown = wir("rules", "preview", "R-KOO-04")
    assert "Von 1 geltenden Berichten beanstandet: 0; erfüllt: 1; nicht anwendbar: 0; nicht geprüft: 0." in shown.out
    counts = json.loads(wir("rules", "preview", "R-KOO-04", "--json").out)["counts"]
    assert counts == {"flagged": 0, "passed": 1, "not_applicable": 0, "not_run": 0}
    reader = wir("rules", "preview", "R-TEC-08")
    assert (reader.code, "prüft die Datei beim Lesen" in reader.err) == (64, True)

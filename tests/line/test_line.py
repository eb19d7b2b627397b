"""The straight line on real files: what counts, what is kept, and what a failure leaves as it was."""

import os
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from expectations.privacy import MASK
from flows import archive, assemble, house, judging, line, warehouse
from flows.demo import mishaps
from flows.demo.story import Story
from flows.desk import check_files, submit_files
from flows.feedback import print_night
from flows.ledger import LedgerError, check_chain, entries, open_ledger
from flows.records import NightReport
from flows.settings import DataFolder
from tests.killed import die, killed
from tests.line.reports import NIGHT, WriteReport, written_report


def night(folder: DataFolder, days: int = 0) -> NightReport:
    return line.run_night(folder, business_at=NIGHT + timedelta(days=days))


def submit(folder: DataFolder, *files: Path) -> list[int]:
    receipts, left = submit_files(folder, files, sender="")
    assert not left
    return [receipt.submission_id for receipt in receipts]


def published(folder: DataFolder, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder.database), read_only=True) as connection:
        return connection.execute(query).fetchall()


SUBMISSIONS = "SELECT submission_id, verdict, in_force, supersedes FROM intake.submissions ORDER BY submission_id"


@pytest.mark.slow
def test_a_right_report_is_accepted_and_feeds_figures(folder: DataFolder, write_report: WriteReport) -> None:
    (number,) = submit(folder, write_report("06431"))
    report = night(folder)
    assert [(row.submission_id, row.ags, row.verdict) for row in report.rows] == [(number, "06431", "accepted")]
    assert published(folder, SUBMISSIONS) == [(number, "accepted", True, None)]
    figure = "SELECT state, value > 0 FROM indicators.figures WHERE indicator_id = 'ANL-01' AND area_key = '06431'"
    assert (("ok", True)) in published(folder, f"{figure} AND period = '2026-H1' AND breakdown = 'gesamt'")


@pytest.mark.slow
def test_a_newer_report_replaces_the_older_only_when_it_is_accepted(
    accepted: DataFolder, write_report: WriteReport
) -> None:
    ((first, *_),) = published(accepted, SUBMISSIONS)
    (wrong,) = submit(accepted, write_report("06431", change=mishaps.lone_dash, name="wrong.xlsx"))
    night(accepted, 1)
    assert published(accepted, SUBMISSIONS) == [(first, "accepted", True, None), (wrong, "returned", False, None)]
    (second,) = submit(accepted, write_report("06431", note="Leitung"))
    night(accepted, 2)
    assert published(accepted, SUBMISSIONS) == [
        (first, "accepted", False, None),
        (wrong, "returned", False, None),
        (second, "accepted", True, first),
    ]
    assert len({path.name for path in accepted.archive.rglob("*") if len(path.name) == 64}) >= 3


@pytest.mark.slow
def test_the_same_bytes_twice_are_one_submission(folder: DataFolder, write_report: WriteReport) -> None:
    file = write_report("06431")
    folder.inbox.mkdir(parents=True)
    shutil.copy(file, folder.inbox / "a.xlsx")
    shutil.copy(file, folder.inbox / "b.xlsx")
    report = line.run_night(folder, business_at=NIGHT)
    assert (report.received, report.duplicates) == (1, 1)
    assert not any(folder.inbox.iterdir())
    assert night(folder, 1).received == 0


def test_a_verdict_names_the_versions_that_it_rests_on(accepted: DataFolder) -> None:
    (verdict,) = entries(open_ledger(accepted), "verdict")
    for name in ("form_version", "rules_version", "reference_version", "reader_version", "cells_sha256"):
        assert verdict.body[name]
    (row,) = published(accepted, "SELECT form_version, rules_version, reference_version FROM intake.submissions")
    assert row == tuple(verdict.body[name] for name in ("form_version", "rules_version", "reference_version"))


@pytest.fixture(scope="module")
def returned(story: Story, tmp_path_factory: pytest.TempPathFactory) -> tuple[DataFolder, NightReport]:
    """A folder after the night in which a report with a mistake went back, and what that night reported."""
    root = tmp_path_factory.mktemp("returned")
    folder = DataFolder(root / "data")
    submit(folder, written_report(story, root, "06431", change=mishaps.lone_dash))
    return folder, night(folder)


@pytest.mark.slow
def test_the_feedback_says_in_german_what_is_wrong_and_where(returned: tuple[DataFolder, NightReport]) -> None:
    folder, report = returned
    (row,) = report.rows
    text = (folder.feedback / "06431" / f"{row.submission_id:06d}-pruefprotokoll.txt").read_text(encoding="utf-8")
    assert "Bergstraße (06431), Halbjahresbericht 2026" in text
    assert "0 oder „nicht erhoben“" in text


@pytest.mark.slow
def test_the_summary_of_a_night_says_why_reports_went_back(
    returned: tuple[DataFolder, NightReport], capsys: pytest.CaptureFixture[str]
) -> None:
    print_night(replace(returned[1], is_demo=True), Console(width=80))
    printed = capsys.readouterr().out
    assert printed.startswith("Demonstrationsdaten: ")
    assert "1  zurückgegeben" in printed
    assert "R-TEC-08" in printed
    assert "nur ein Strich" in " ".join(printed.split())
    assert "Sekunden: Einsammeln 0," in printed


@pytest.mark.slow
def test_a_night_with_nothing_new_publishes_the_same_contents(accepted: DataFolder) -> None:
    before = {name: digest for name, digest in contents(accepted).items() if not about_the_night(name)}
    shutil.rmtree(accepted.cache)
    shutil.rmtree(accepted.published)
    night(accepted)
    assert {name: digest for name, digest in contents(accepted).items() if not about_the_night(name)} == before


def contents(folder: DataFolder) -> dict[str, str]:
    return dict(warehouse.contents_hash(folder.database))


def about_the_night(table: str) -> bool:
    """The journal grows with every night."""
    return table == "audit.ledger"


@pytest.mark.slow
def test_a_failing_sql_file_is_named_and_the_old_publication_stays(accepted: DataFolder, tmp_path: Path) -> None:
    before = accepted.database.resolve()
    ledger, registers = open_ledger(accepted), line.begin(accepted, business_at=NIGHT).reference
    inputs = assemble.warehouse_inputs(
        ledger,
        registers,
        NIGHT,
        read=lambda number, digest: judging.reading_of(accepted, number, digest),
        obligations_of=lambda sent, acts: line.obligations(registers.frames, sent, NIGHT.date(), acts=acts),
    )
    sql = warehouse.packaged_sql()
    broken = replace(
        sql, indicators={**sql.indicators, "ANL-01": sql.indicators["ANL-01"].replace("persons", "nobody")}
    )
    with pytest.raises(warehouse.BuildError, match="ANL-01"):
        warehouse.build(inputs, tmp_path / "new.duckdb", sql=broken)
    assert accepted.database.resolve() == before
    assert published(accepted, "SELECT count(*) FROM intake.submissions") == [(1,)]


@pytest.mark.slow
def test_a_reader_that_reads_differently_stops_the_build_and_says_so(accepted: DataFolder) -> None:
    (verdict,) = entries(open_ledger(accepted), "verdict")
    taken = assemble.taken(entries(open_ledger(accepted), "receipt", "verdict"))[0]
    altered = replace(verdict, body={**verdict.body, "cells_sha256": "0" * 64})
    with pytest.raises(assemble.ReaderChangedError, match=str(taken.receipt.submission_id)):
        assemble.as_judged(replace(taken, verdict=altered), lambda n, d: judging.reading_of(accepted, n, d))


@pytest.mark.slow
def test_a_damaged_cache_is_read_again(accepted: DataFolder) -> None:
    for file in accepted.cache.rglob("*.parquet"):
        file.write_bytes(b"PAR1 nonsense")
    night(accepted, 1)
    assert published(accepted, "SELECT count(*) > 100 FROM reports.cells") == [(True,)]


@pytest.mark.slow
def test_a_night_tells_what_one_that_failed_had_judged(folder: DataFolder, write_report: WriteReport) -> None:
    file = write_report("06431")
    (number,) = submit(folder, file)
    submit(folder, file)
    folder.published.mkdir()
    (folder.published / ".building").write_text("in the way")
    with pytest.raises(warehouse.BuildError, match="building"):
        night(folder)
    (folder.published / ".building").unlink()
    report = night(folder, 1)
    assert [(row.submission_id, row.verdict) for row in report.rows] == [(number, "accepted")]
    assert report.duplicates == 1
    again = night(folder, 2)
    assert (again.received, again.duplicates) == (0, 0)


@pytest.mark.slow
def test_a_file_missing_in_the_archive_stops_the_build_though_its_cells_are_kept(accepted: DataFolder) -> None:
    before = accepted.database.resolve()
    (receipt,) = entries(open_ledger(accepted), "receipt")
    original = archive.path_of(accepted.archive, receipt.body["sha256"])
    kept = original.read_bytes()
    original.unlink()
    with pytest.raises(archive.ArchiveError, match=original.name):
        night(accepted, 1)
    original.write_bytes(kept[:-1])
    with pytest.raises(archive.ArchiveError, match="altered"):
        night(accepted, 1)
    assert accepted.database.resolve() == before
    original.write_bytes(kept)
    night(accepted, 1)


@pytest.mark.slow
def test_a_rewritten_ledger_stops_the_night(accepted: DataFolder) -> None:
    with closing(sqlite3.connect(accepted.ledger_file)) as connection, connection:
        connection.execute("DROP TRIGGER append_only_1")
        connection.execute("UPDATE entries SET body = replace(body, 'accepted', 'returned') WHERE kind = 'verdict'")
    (verdict,) = entries(open_ledger(accepted), "verdict")
    with pytest.raises(LedgerError, match=f"altered at entry {verdict.seq}"):
        night(accepted, 1)


def test_two_nights_at_once_are_refused_with_a_sentence(folder: DataFolder) -> None:
    with house.night_lock(folder), pytest.raises(house.BusyError, match="Another night"):
        night(folder)


def _be_killed_while(step: str, folder: DataFolder) -> None:
    """A night that dies at the beginning of a step."""
    setattr(line, step, die)
    line.run_night(folder, business_at=NIGHT)


@pytest.mark.slow
@pytest.mark.parametrize("step", ["read_and_judge", "record", "build", "publish", "report"])
def test_a_night_killed_anywhere_and_run_again_comes_to_the_same(
    folder: DataFolder, write_report: WriteReport, step: str
) -> None:
    folder.inbox.mkdir(parents=True)
    shutil.copy(write_report("06431"), folder.inbox / "a.xlsx")
    os.utime(folder.inbox / "a.xlsx", (NIGHT.timestamp() - 3600,) * 2)
    killed(_be_killed_while, step, folder)
    night(folder)
    ((number, verdict, in_force, supersedes),) = published(folder, SUBMISSIONS)
    assert (verdict, in_force, supersedes) == ("accepted", True, None)
    assert (folder.feedback / "06431" / f"{number:06d}-pruefprotokoll.txt").is_file()
    assert check_chain(open_ledger(folder)) is None


@pytest.mark.slow
def test_files_are_judged_alike_with_and_without_a_data_folder(folder: DataFolder, write_report: WriteReport) -> None:
    file = write_report("06431", change=mishaps.lone_dash)
    line.begin(folder, business_at=NIGHT)
    inside, outside = check_files(folder, [file]), check_files(None, [file])
    assert [finding.code for finding in inside[0].judgement.findings] == [
        finding.code for finding in outside[0].judgement.findings
    ]


@pytest.mark.slow
def test_a_report_that_comes_before_its_period_has_closed_has_figures(
    folder: DataFolder, write_report: WriteReport
) -> None:
    submit(folder, write_report("06431"))
    line.run_night(folder, business_at=NIGHT - timedelta(days=90))
    figures = (
        "SELECT DISTINCT period, bodies_due FROM indicators.figures WHERE indicator_id = 'KOO-02' AND area_key = '06'"
    )
    assert published(folder, figures) == [("2026-H1", 33)]


@pytest.mark.slow
def test_likely_personal_data_reach_no_output(folder: DataFolder, write_report: WriteReport) -> None:
    (number,) = submit(folder, write_report("06431", change=mishaps.telephone_number, name="bogen.xlsx"))
    night(folder)
    (message,) = published(folder, "SELECT message FROM intake.findings WHERE code = 'R-DSG-01'")
    assert "Telefonnummer" in str(message)
    masked = published(folder, f"SELECT raw, value FROM reports.cells WHERE raw = '{MASK}'")
    assert masked == [(MASK, MASK)]
    protocols = (folder.feedback / "06431").glob(f"{number:06d}*")
    texts = [path.read_text(encoding="utf-8") for path in protocols]
    assert len(texts) == 3, "a marked copy would repeat them"
    assert "Ihre Datei geben wir nicht markiert zurück." in "".join(texts)
    assert not any(re.search("06[0-9]{2,}[ /-][0-9]{4,}", text) for text in texts)

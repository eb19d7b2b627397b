"""Bounds from the reports of the year before: frozen once, whichever report needs them first, and by a verdict only."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from expectations.finding import Finding
from expectations.period import parse_period
from flows import line
from flows.assemble import JUDGEMENT, judgement_of, taken
from flows.demo.story import Story
from flows.demo.work import Report
from flows.desk import check_files, recheck, submit_files
from flows.house import open_house
from flows.ledger import documents, entries, open_ledger
from flows.settings import DataFolder
from tests.line.reports import story_told, written_report
from tests.shared import copy_of

LANDKREISE = ("06431", "06432", "06433", "06434", "06436", "06437")
LATE = "06438"
FAR_OFF, USUAL = "06431", "06432"
SPRING_2027, SPRING_2028 = datetime(2027, 4, 1, 2, 15, tzinfo=UTC), datetime(2028, 4, 1, 2, 15, tzinfo=UTC)


def hundredfold(report: Report) -> Report:
    """With a slip of two orders of magnitude in a figure that no other one depends on."""
    row = report["counselling"][0]
    return report | {"counselling": [row | {"consultations": int(str(row["consultations"])) * 100}]}


@pytest.fixture(scope="module")
def reports_of_2027(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Annual reports for 2027: one far off what its peers reported, and one as usual."""
    into, story = tmp_path_factory.mktemp("2027"), story_told(2026, 2027)
    changes = {FAR_OFF: hundredfold, USUAL: None}
    return {ags: written_report(story, into, ags, of="2027", change=change) for ags, change in changes.items()}


@pytest.fixture(scope="module")
def late_report(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report for 2026 that comes a year late."""
    return written_report(story, tmp_path_factory.mktemp("late"), LATE, of="2026")


@pytest.fixture(scope="module")
def after_2026(story: Story, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A data folder in which the reports of six Landkreise for 2026 are accepted; its clock is that of its nights."""
    root = tmp_path_factory.mktemp("after-2026")
    folder = DataFolder(root / "data")
    open_house(folder, demo_seed=2026, started_at=SPRING_2027)
    submit_files(folder, [written_report(story, root, ags, of="2026") for ags in LANDKREISE], sender="")
    judged(folder, SPRING_2027)
    assert [entry.body["verdict"] for entry in entries(open_ledger(folder), "verdict")] == ["accepted"] * 6
    return folder


def judged(folder: DataFolder, at: datetime) -> None:
    """The part of a night that gives verdicts; what is built and told afterwards follows from the ledger."""
    night = line.begin(folder, business_at=at)
    line.record(night, line.read_and_judge(night))


def frozen(folder: DataFolder) -> list[tuple[int, str]]:
    return [(entry.body["year"], entry.body["sha256"]) for entry in entries(open_ledger(folder), "peers")]


def told(folder: DataFolder) -> dict[str, tuple[str, str | None, list[Finding]]]:
    """AGS → verdict on the report for 2027, the bounds that it names, and what was asked by them."""
    ledger = open_ledger(folder)
    judgements = documents(ledger, JUDGEMENT)
    return {
        one.verdict.body["ags"]: (
            one.verdict.body["verdict"],
            one.verdict.body["peers_sha256"],
            [finding for finding in judgement_of(one, judgements).findings if finding.code == "R-VOR-04"],
        )
        for one in taken(entries(ledger, "receipt", "verdict"))
        if one.verdict is not None and one.verdict.body["period"] == "2027"
    }


@pytest.mark.slow
def test_the_order_in_which_reports_come_changes_neither_bounds_nor_verdicts(
    after_2026: DataFolder, reports_of_2027: Mapping[str, Path], late_report: Path, tmp_path: Path
) -> None:
    outcomes = []
    for first, second in ((FAR_OFF, USUAL), (USUAL, FAR_OFF)):
        folder = copy_of(after_2026, tmp_path / first)
        submit_files(folder, [reports_of_2027[first], late_report], sender="")
        judged(folder, SPRING_2028)
        submit_files(folder, [reports_of_2027[second]], sender="")  # the late report for 2026 is accepted by now
        judged(folder, SPRING_2028 + timedelta(days=1))
        outcomes.append((frozen(folder), told(folder)))
    assert outcomes[0] == outcomes[1]
    ((year, digest),), verdicts = outcomes[0]
    assert year == 2027
    assert {named for _, named, _ in verdicts.values()} == {digest}
    assert verdicts[USUAL][0] == "accepted"
    (finding,) = verdicts[FAR_OFF][2]
    assert (verdicts[FAR_OFF][0], finding.field) == ("awaiting_explanation", "counselling.consultations")
    assert "Nach den Berichten von 6 Kommunen gleicher Art (Landkreis)" in finding.message


@pytest.mark.slow
def test_a_file_that_is_only_tried_is_compared_and_freezes_nothing(
    after_2026: DataFolder, reports_of_2027: Mapping[str, Path], tmp_path: Path
) -> None:
    folder = copy_of(after_2026, tmp_path)
    judged(folder, SPRING_2028)
    codes = [one.judgement.findings for one in check_files(folder, list(reports_of_2027.values()))]
    assert ["R-VOR-04" in [finding.code for finding in found] for found in codes] == [True, False]
    assert frozen(folder) == []


@pytest.mark.slow
def test_a_re_check_keeps_the_bounds_that_were_frozen(
    after_2026: DataFolder, reports_of_2027: Mapping[str, Path], late_report: Path, tmp_path: Path
) -> None:
    folder = copy_of(after_2026, tmp_path)
    submit_files(folder, [reports_of_2027[FAR_OFF], late_report], sender="")
    judged(folder, SPRING_2028)
    before = frozen(folder), told(folder)
    checked = recheck(folder, parse_period("2027"))
    assert [row.is_changed for row in checked.rows] == [False]
    assert (frozen(folder), told(folder)) == before


@pytest.mark.slow
def test_half_years_and_reports_of_the_first_year_freeze_nothing(
    after_2026: DataFolder, late_report: Path, tmp_path: Path
) -> None:
    folder = copy_of(after_2026, tmp_path)
    half_year = written_report(story_told(2026, 2027), tmp_path, USUAL, of="2027-H1")
    submit_files(folder, [half_year, late_report], sender="")
    judged(folder, SPRING_2028)
    assert frozen(folder) == []
    named = {entry.body["period"]: entry.body["peers_sha256"] for entry in entries(open_ledger(folder), "verdict")}
    assert named == {"2026": None, "2027-H1": None}

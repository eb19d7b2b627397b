"""Data folders on which a night has run, made once and copied for each test."""

from pathlib import Path

import pytest

from flows import line
from flows.assemble import taken
from flows.demo import mishaps
from flows.demo.story import Story
from flows.demo.work import Report
from flows.desk import submit_files
from flows.ledger import entries, open_ledger
from flows.settings import DataFolder
from tests.line.reports import NIGHT, written_report
from tests.shared import copy_of, made_once


def unexplained(report: Report) -> Report:
    """With two warnings: participants forgotten (R-KOO-04), topics kept late (R-ANL-02)."""
    return mishaps.topics_not_kept(mishaps.meeting_without_people(report))


def wrong_and_unexplained(report: Report) -> Report:
    return mishaps.lone_dash(mishaps.meeting_without_people(report))


@pytest.fixture(scope="session")
def after_a_night(story: Story, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """Half-year reports after their night: of 06431 awaiting explanation, of 06432 returned, of 06433 accepted."""

    def make(root: Path) -> None:
        folder = DataFolder(root / "data")
        changes = {"06431": unexplained, "06432": wrong_and_unexplained, "06433": None}
        files = [written_report(story, root, ags, change=change) for ags, change in changes.items()]
        submit_files(folder, files, sender="")
        line.run_night(folder, business_at=NIGHT)

    return DataFolder(made_once(tmp_path_factory, "after-a-night", make) / "data")


@pytest.fixture
def folder(after_a_night: DataFolder, tmp_path: Path) -> DataFolder:
    """A copy of it."""
    return copy_of(after_a_night, tmp_path)


def number_of(folder: DataFolder, ags: str) -> int:
    everything = taken(entries(open_ledger(folder), "receipt", "verdict"))
    return next(one.receipt.submission_id for one in everything if one.receipt.ags == ags)

"""A data folder on which a night has run, made once and copied for each test."""

from pathlib import Path

import pytest

from flows import line
from flows.demo.story import Story
from flows.desk import submit_files
from flows.settings import DataFolder
from tests.line.reports import NIGHT, written_report
from tests.shared import copy_of, made_once


@pytest.fixture(scope="session")
def after_the_first_report(story: Story, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """After the night in which the right report of 06431 was accepted."""

    def make(root: Path) -> None:
        folder = DataFolder(root / "data")
        submit_files(folder, [written_report(story, root, "06431")], sender="")
        line.run_night(folder, business_at=NIGHT)

    return DataFolder(made_once(tmp_path_factory, "after-the-first-report", make) / "data")


@pytest.fixture
def accepted(after_the_first_report: DataFolder, tmp_path: Path) -> DataFolder:
    """A copy of it."""
    return copy_of(after_the_first_report, tmp_path)

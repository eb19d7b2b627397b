"""Data folders on which a night has run, made once and copied for each test; and a release made in one."""

from functools import partial
from pathlib import Path

import pytest

from flows import line
from flows.demo.story import Story
from flows.desk import submit_files
from flows.house import open_house
from flows.releasing import release
from flows.settings import DataFolder
from tests.line.reports import NIGHT, written_report
from tests.releasing.hiding import hiding
from tests.shared import copy_of, made_once

BODIES = ("06431", "06433")
SECRET = "Leitung-Sonderauftrag"
"""How the role of whoever signed begins: a text that stands in reports and nowhere else."""


def after_two_reports(root: Path, story: Story, *, is_demo: bool) -> None:
    """Make a folder with two accepted half-year reports after their night."""
    folder = DataFolder(root / "data")
    open_house(folder, demo_seed=1 if is_demo else None, started_at=NIGHT)
    files = [written_report(story, root, ags, note=f"{SECRET}-{ags}") for ags in BODIES]
    submit_files(folder, files, sender="")
    line.run_night(folder, business_at=NIGHT)


@pytest.fixture(scope="session")
def demo_after_a_night(story: Story, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    make = partial(after_two_reports, story=story, is_demo=True)
    return DataFolder(made_once(tmp_path_factory, "demo-after-a-night", make) / "data")


@pytest.fixture(scope="session")
def real_after_a_night(story: Story, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    make = partial(after_two_reports, story=story, is_demo=False)
    return DataFolder(made_once(tmp_path_factory, "real-after-a-night", make) / "data")


@pytest.fixture(scope="session")
def demo_released(demo_after_a_night: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """The demonstration with the release `eins`, in which nothing was approved."""

    def make(root: Path) -> None:
        release(copy_of(demo_after_a_night, root), "eins", by="anna", with_unapproved=True, hide=hiding())

    return DataFolder(made_once(tmp_path_factory, "demo-released", make) / "data")


@pytest.fixture
def demo(demo_after_a_night: DataFolder, tmp_path: Path) -> DataFolder:
    return copy_of(demo_after_a_night, tmp_path)


@pytest.fixture
def real(real_after_a_night: DataFolder, tmp_path: Path) -> DataFolder:
    return copy_of(real_after_a_night, tmp_path)


@pytest.fixture
def released(demo_released: DataFolder, tmp_path: Path) -> DataFolder:
    return copy_of(demo_released, tmp_path)

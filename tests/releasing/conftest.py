"""Data folders on which a night has run, made once and copied for each test; and a release made in one."""

import shutil
from pathlib import Path

import pytest

from flows import line
from flows.demo.story import Story, story_of
from flows.desk import submit_files
from flows.house import open_house
from flows.releasing import release
from flows.settings import DataFolder
from tests.line.reports import NIGHT, written_report
from tests.releasing.hiding import hiding

BODIES = ("06431", "06433")
SECRET = "Leitung-Sonderauftrag"
"""How the role of whoever signed begins: a text that stands in reports and nowhere else."""


@pytest.fixture(scope="session")
def story() -> Story:
    return story_of(2026, 2026)


def folder_of(story: Story, root: Path, *, is_demo: bool) -> DataFolder:
    """A folder with two accepted half-year reports after their night."""
    folder = DataFolder(root / "data")
    open_house(folder, demo_seed=1 if is_demo else None, started_at=NIGHT)
    files = [written_report(story, root, ags, note=f"{SECRET}-{ags}") for ags in BODIES]
    submit_files(folder, files, sender="")
    line.run_night(folder, business_at=NIGHT)
    return folder


@pytest.fixture(scope="session")
def demo_after_a_night(story: Story, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return folder_of(story, tmp_path_factory.mktemp("demo"), is_demo=True)


@pytest.fixture(scope="session")
def real_after_a_night(story: Story, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return folder_of(story, tmp_path_factory.mktemp("real"), is_demo=False)


@pytest.fixture(scope="session")
def demo_released(demo_after_a_night: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """The demonstration with the release `eins`, in which nothing was approved."""
    folder = copy_of(demo_after_a_night, tmp_path_factory.mktemp("released"))
    release(folder, "eins", by="anna", with_unapproved=True, hide=hiding())
    return folder


def copy_of(folder: DataFolder, into: Path) -> DataFolder:
    """A copy of a data folder, with its links."""
    shutil.copytree(folder.root, into / "data", symlinks=True)
    return DataFolder(into / "data")


@pytest.fixture
def demo(demo_after_a_night: DataFolder, tmp_path: Path) -> DataFolder:
    return copy_of(demo_after_a_night, tmp_path)


@pytest.fixture
def real(real_after_a_night: DataFolder, tmp_path: Path) -> DataFolder:
    return copy_of(real_after_a_night, tmp_path)


@pytest.fixture
def released(demo_released: DataFolder, tmp_path: Path) -> DataFolder:
    return copy_of(demo_released, tmp_path)

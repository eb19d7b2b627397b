"""A data folder with a night, registers, and a release; made once, copied for each test."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows import ledger as journal
from flows import line, reference
from flows.demo.story import Story
from flows.desk import submit_files
from flows.house import open_house
from flows.ledger import open_ledger
from flows.proof import verify
from flows.records import Entry
from flows.releasing.manifest import write_manifest
from flows.releasing.places import DATABASE, PUBLIC, sha256_of
from flows.releasing.shown import show
from flows.settings import DataFolder
from tests.desk.conftest import unexplained
from tests.line.reports import NIGHT, written_report
from tests.shared import copy_of, made_once

SPRING = datetime(2027, 4, 5, 1, 15, tzinfo=UTC)
RELEASE = "2026-fruehjahr"


@pytest.fixture(scope="session")
def proven(story: Story, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """Half-years of three bodies (one awaits explanation), the years of two, their registers, one release."""

    def make(root: Path) -> None:
        folder = DataFolder(root / "data")
        files = [written_report(story, root, "06431", change=unexplained)]
        files += [written_report(story, root, ags) for ags in ("06432", "06433")]
        files += [written_report(story, root, ags, of="2026") for ags in ("06432", "06433")]
        _import_registers(story, folder, root)
        submit_files(folder, files, sender="Poststelle")
        line.run_night(folder, business_at=SPRING)
        _release(folder)
        assert verify(folder, rebuilds=False).deviations == ()

    return DataFolder(made_once(tmp_path_factory, "proven", make) / "data")


def _import_registers(story: Story, folder: DataFolder, root: Path) -> None:
    ledger = open_house(folder)
    registers = {dataset: text for act in story.acts for dataset, text in act.registers.items()}
    files = [root / f"{dataset}.csv" for dataset in registers]
    for file in files:
        file.write_text(registers[file.stem], encoding="utf-8")
    for file in reference.in_order(files):
        reference.import_file(folder, ledger, file, now=NIGHT - timedelta(days=30))


def _release(folder: DataFolder) -> None:
    """A release as it lies in the folder and stands in the ledger."""
    target = folder.releases / RELEASE
    (target / PUBLIC).mkdir(parents=True)
    shutil.copyfile(folder.database, target / DATABASE)
    (target / PUBLIC / "figures.csv").write_text("Kennzahl;Wert\r\nMIT-03;97,1\r\n", encoding="utf-8-sig")
    write_manifest(target / PUBLIC, {"name": RELEASE})
    manifest = write_manifest(target, {"name": RELEASE})
    body = {
        "name": RELEASE,
        "night": entries_of(folder, "night")[-1].seq,
        "by": ["anna", "berta"],
        "database_sha256": sha256_of(target / DATABASE),
        "manifest_sha256": sha256_of(manifest),
        "head_hash": entries_of(folder)[-1].hash,
        "with_unapproved": [],
        "suppressed": [],
        "gap": 0.0,
    }
    journal.append(open_ledger(folder), "release", body, at=SPRING)
    show(folder, RELEASE)


@pytest.fixture
def folder(proven: DataFolder, tmp_path: Path) -> Iterator[DataFolder]:
    """A copy of it, in which no working room may stay behind."""
    folder = copy_of(proven, tmp_path)
    yield folder
    assert not list(folder.cache.glob("proof-*"))


def entries_of(folder: DataFolder, *kinds: str) -> tuple[Entry, ...]:
    return journal.entries(open_ledger(folder), *kinds)


def original_of(folder: DataFolder, place: int = 0) -> Path:
    """Where the archive has the file of the first submission, or of another."""
    digest = entries_of(folder, "receipt")[place].body["sha256"]
    return folder.archive / digest[:2] / digest

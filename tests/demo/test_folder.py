from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from rich.console import Console

from flows import reference
from flows.demo.folder import DemoError, fresh_ledger, record_made
from flows.demo.run import YearError, run_demo
from flows.house import open_house
from flows.ledger import append, entries
from flows.settings import DataFolder

STARTED_AT = datetime(2026, 7, 1, 7, tzinfo=UTC)
RECEIPT = {"size": 1, "channel": "inbox", "received_at": "", "collected_at": "", "ags": None, "period": None}


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


def test_a_new_folder_becomes_that_of_a_demo(folder: DataFolder) -> None:
    first = entries(fresh_ledger(folder, 7, STARTED_AT))[0]
    assert first.kind == "opened"
    assert first.body["demo"] is True
    assert first.body["seed"] == 7
    assert first.at == STARTED_AT


def test_a_folder_with_real_submissions_is_refused_and_keeps_everything(folder: DataFolder) -> None:
    ledger = open_house(folder)
    append(ledger, "receipt", {"sha256": "a", "source_key": "b", **RECEIPT}, at=STARTED_AT)
    folder.archive.mkdir()
    (folder.archive / "original").write_bytes(b"x")
    with pytest.raises(DemoError, match="WIR_DATA="):
        fresh_ledger(folder, 7, STARTED_AT)
    assert [entry.kind for entry in entries(ledger)] == ["opened", "receipt"]
    assert (folder.archive / "original").is_file()


def test_a_real_folder_with_imported_registers_is_refused(folder: DataFolder, tmp_path: Path) -> None:
    ledger = open_house(folder)
    register = tmp_path / "drawdowns.csv"
    register.write_text("drawdown_number,grant_number,ags,budget_year,paid_on,amount_eur\n", encoding="utf-8")
    reference.import_file(folder, ledger, register, now=STARTED_AT)
    with pytest.raises(DemoError, match="real data folder"):
        fresh_ledger(folder, 7, STARTED_AT)


def test_a_real_folder_that_nobody_has_used_yet_may_become_a_demo(folder: DataFolder) -> None:
    reference.ensure_packaged(folder, open_house(folder), STARTED_AT)
    assert entries(fresh_ledger(folder, 7, STARTED_AT))[0].body["demo"] is True


def test_a_file_in_the_inbox_that_is_not_the_demos_is_refused(folder: DataFolder) -> None:
    folder.inbox.mkdir(parents=True)
    (folder.inbox / "Bericht.xlsx").write_bytes(b"somebody's")
    with pytest.raises(DemoError, match=r"Bericht\.xlsx"):
        fresh_ledger(folder, 7, STARTED_AT)
    assert (folder.inbox / "Bericht.xlsx").is_file()


@pytest.mark.parametrize("room", ["archive", "feedback", "published", "cache"])
@pytest.mark.parametrize("ledger_bytes", [None, b""])
def test_files_of_which_no_ledger_says_whose_they_are_stay(
    folder: DataFolder, room: str, ledger_bytes: bytes | None
) -> None:
    (folder.root / room).mkdir(parents=True)
    (folder.root / room / "original").write_bytes(b"x")
    if ledger_bytes is not None:
        folder.ledger_file.write_bytes(ledger_bytes)
    with pytest.raises(DemoError, match=f"files in {room}/, but no ledger"):
        fresh_ledger(folder, 7, STARTED_AT)
    assert (folder.root / room / "original").is_file()


def test_a_demo_starts_afresh_over_an_interrupted_one(folder: DataFolder) -> None:
    ledger = fresh_ledger(folder, 7, STARTED_AT)
    record_made(ledger, [sha256(b"report").hexdigest()], STARTED_AT)
    folder.inbox.mkdir()
    (folder.inbox / "Halbjahresbericht.xlsx").write_bytes(b"report")
    (folder.inbox / ".Jahresbericht.xlsx.part").write_bytes(b"rep")
    folder.archive.mkdir(exist_ok=True)
    (folder.archive / "original").write_bytes(b"report")
    again = fresh_ledger(folder, 8, STARTED_AT)
    assert [entry.body.get("seed") for entry in entries(again)] == [8]
    assert not folder.inbox.exists()
    assert not folder.archive.exists()


def test_a_demo_into_which_somebody_submitted_a_file_is_kept(folder: DataFolder) -> None:
    ledger = fresh_ledger(folder, 7, STARTED_AT)
    append(ledger, "receipt", {"sha256": "mine", "source_key": "b", **RECEIPT}, at=STARTED_AT)
    with pytest.raises(DemoError, match="did not come from the demo"):
        fresh_ledger(folder, 7, STARTED_AT)
    assert len(entries(ledger)) == 2


def test_reference_data_and_settings_beside_the_demo_are_left_alone(folder: DataFolder) -> None:
    for name in ("wir.toml", "reference/municipalities.csv"):
        (folder.root / name).parent.mkdir(parents=True, exist_ok=True)
        (folder.root / name).write_text("x")
    fresh_ledger(folder, 7, STARTED_AT)
    fresh_ledger(folder, 7, STARTED_AT)
    assert (folder.root / "wir.toml").is_file()
    assert (folder.root / "reference" / "municipalities.csv").is_file()


def test_a_year_outside_the_programme_is_a_wrong_call(folder: DataFolder) -> None:
    with pytest.raises(YearError, match="2026 … 2030"):
        run_demo(folder, year=2025, console=Console(quiet=True))
    assert YearError.exit_code == 64
    assert not folder.root.exists()

"""Reference data in the ledger: what was known when."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from flows import archive, ledger
from flows.ledger import Ledger, open_ledger
from flows.reference import DATASETS, ReferenceDataError, ensure_packaged, import_file, in_force, in_order, packaged
from flows.reference.datasets import packaged_file
from flows.settings import DataFolder

DAY = datetime(2026, 9, 1, 12, tzinfo=UTC)
HEADER = "drawdown_number,grant_number,ags,budget_year,paid_on,amount_eur\n"


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


@pytest.fixture
def journal(folder: DataFolder) -> Ledger:
    return open_ledger(folder)


def import_grant(folder: DataFolder, journal: Ledger, ags: str = "06431") -> None:
    path = folder.root / "grants.csv"
    header = "grant_number,ags,funding_line,cost_type,budget_year,granted_eur,financing_kind,valid_from,valid_to,"
    line = f"W-1,{ags},2.1,Koordination,2026,60000,Festbetrag,2026-01-01,2030-12-31,"
    path.write_text(f"{header}proof_kind,due_on,duty_basis,amended_on\n{line},,Bescheid,\n", encoding="utf-8")
    import_file(folder, journal, path, now=DAY - timedelta(days=2))


def drawdowns(folder: DataFolder, *amounts: int) -> Path:
    path = folder.root / "Auszahlungen Müller.csv"
    lines = [f"A{number},W-1,06431,2026,2026-02-15,{amount}\n" for number, amount in enumerate(amounts)]
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    return path


def test_an_import_is_archived_recorded_and_in_force(folder: DataFolder, journal: Ledger) -> None:
    import_grant(folder, journal)
    path = drawdowns(folder, 100, 200)
    entry = import_file(folder, journal, path, now=DAY)
    assert entry.kind == "reference"
    assert entry.body == {
        "dataset": "drawdowns",
        "sha256": entry.body["sha256"],
        "known_at": "2026-09-01T12:00:00.000000+00:00",
        "origin": "import",
        "rows": 2,
    }
    assert archive.read(folder.archive, entry.body["sha256"]) == path.read_bytes()
    assert ledger.texts(journal, "file_name")[entry.seq] == "Auszahlungen Müller.csv"
    data = in_force(folder, journal)
    assert data.frames["drawdowns"].height == 2
    assert data.versions["drawdowns"] == entry.body["sha256"]


def test_the_latest_import_replaces_the_whole_data_set_and_the_past_can_be_called_up(
    folder: DataFolder, journal: Ledger
) -> None:
    import_grant(folder, journal)
    import_file(folder, journal, drawdowns(folder, 100, 200), now=DAY)
    import_file(folder, journal, drawdowns(folder, 300), now=DAY + timedelta(days=1))
    amounts = {
        moment: in_force(folder, journal, moment).frames["drawdowns"]["amount_eur"].to_list()
        for moment in (DAY - timedelta(days=1), DAY, DAY + timedelta(days=1), None)
    }
    assert [[float(amount) for amount in found] for found in amounts.values()] == [[], [100, 200], [300], [300]]


def test_the_fingerprint_changes_with_any_data_set_and_only_then(folder: DataFolder, journal: Ledger) -> None:
    before = in_force(folder, journal)
    assert before.fingerprint == packaged().fingerprint == in_force(folder, journal).fingerprint
    ensure_packaged(folder, journal, DAY)
    assert in_force(folder, journal).fingerprint == before.fingerprint
    import_grant(folder, journal)
    assert in_force(folder, journal).fingerprint != before.fingerprint


def test_all_data_sets_are_always_there(folder: DataFolder, journal: Ledger) -> None:
    data = in_force(folder, journal)
    assert list(data.frames) == list(data.versions) == list(DATASETS)


def test_packaged_data_are_recorded_once(folder: DataFolder, journal: Ledger) -> None:
    recorded = ensure_packaged(folder, journal, DAY)
    named = ["municipalities", "population", "parameters", "holidays", "base_rates"]
    assert [entry.body["dataset"] for entry in recorded] == named
    assert {entry.body["origin"] for entry in recorded} == {"packaged"}
    assert ensure_packaged(folder, journal, DAY) == ()


def test_a_newer_packaged_file_is_recorded_but_never_overrides_an_import(folder: DataFolder, journal: Ledger) -> None:
    older = packaged_file("holidays").rsplit(b"\n", 2)[0] + b"\n"
    digest = archive.store(folder.archive, older)
    body = {"dataset": "holidays", "sha256": digest, "known_at": "", "origin": "packaged", "rows": 69}
    ledger.append(journal, "reference", body, at=DAY)
    assert in_force(folder, journal).frames["holidays"].height == 69
    assert "holidays" in {entry.body["dataset"] for entry in ensure_packaged(folder, journal, DAY)}
    assert in_force(folder, journal).frames["holidays"].height == 70
    own = folder.root / "holidays.csv"
    own.write_bytes(older)
    import_file(folder, journal, own, now=DAY)
    assert ensure_packaged(folder, journal, DAY) == ()
    assert in_force(folder, journal).frames["holidays"].height == 69


def test_a_wrong_file_changes_nothing_and_is_named(folder: DataFolder, journal: Ledger) -> None:
    path = drawdowns(folder, -5)
    with pytest.raises(ReferenceDataError, match=r"Auszahlungen Müller\.csv: drawdowns, line 2, column amount_eur"):
        import_file(folder, journal, path, now=DAY)
    with pytest.raises(ReferenceDataError, match="cannot be read"):
        import_file(folder, journal, folder.root / "missing.csv", now=DAY)
    assert ledger.entries(journal) == ()
    assert not folder.archive.exists()


def test_a_body_that_was_imported_is_known_from_then_on(folder: DataFolder, journal: Ledger) -> None:
    new = folder.root / "municipalities.csv"
    added = b"06499,Neustadt,NEU,Kreisfreie Stadt,Kassel,,2027-01-01,,9,9\n"
    new.write_bytes(packaged_file("municipalities") + added)
    path = drawdowns(folder, 100)
    path.write_text(path.read_text(encoding="utf-8").replace("06431", "06499"), encoding="utf-8")
    with pytest.raises(ReferenceDataError, match="06499"):
        import_file(folder, journal, path, now=DAY)
    import_file(folder, journal, new, now=DAY)
    import_grant(folder, journal, "06499")
    assert import_file(folder, journal, path, now=DAY).body["rows"] == 1
    assert in_force(folder, journal).frames["municipalities"].filter(pl.col("ags") == "06499").height == 1


def test_a_payment_from_an_unknown_grant_or_to_another_body_is_refused_and_the_register_stays(
    folder: DataFolder, journal: Ledger
) -> None:
    with pytest.raises(ReferenceDataError, match=r"line 2, column grant_number: 'W-1' is no grant.*import grants\.csv"):
        import_file(folder, journal, drawdowns(folder, 100), now=DAY)
    import_grant(folder, journal)
    import_file(folder, journal, drawdowns(folder, 100), now=DAY)
    before = in_force(folder, journal)
    for old, new, message in (
        ("W-1", "W-2", "line 3, column grant_number"),
        ("06431", "06432", "line 3, column ags: W-1 was granted to 06431"),
        ("A1", "A0", "line 3: repeats line 2"),
        ("06431", "06999", "line 3, column ags: '06999' is no body"),
    ):
        path = drawdowns(folder, 100, 200)
        head, first, second = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join([head, first, second.replace(old, new)]), encoding="utf-8")
        with pytest.raises(ReferenceDataError, match=message):
            import_file(folder, journal, path, now=DAY)
    assert in_force(folder, journal).fingerprint == before.fingerprint


def test_grants_are_taken_in_before_the_payments_from_them(folder: DataFolder, journal: Ledger) -> None:
    import_grant(folder, journal)
    grants, payments, letter = folder.root / "grants.csv", drawdowns(folder, 100), folder.root / "Brief.csv"
    assert in_order([letter, payments, grants]) == [grants, payments, letter]


def test_an_altered_file_in_the_archive_stops_the_program(folder: DataFolder, journal: Ledger) -> None:
    import_grant(folder, journal)
    entry = import_file(folder, journal, drawdowns(folder, 100), now=DAY)
    kept = archive.path_of(folder.archive, entry.body["sha256"])
    kept.chmod(0o644)
    kept.write_text("forged")
    with pytest.raises(archive.ArchiveError, match="altered"):
        in_force(folder, journal)

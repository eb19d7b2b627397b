"""Recognising a report's use: from the command to the ledger and the auditors' database, and every refusal."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from flows import line
from flows.demo.story import Story
from flows.demo.work import Report
from flows.desk import DeskError, submit_files
from flows.desk.recognition import recognise
from flows.ledger import entries, open_ledger, texts
from flows.recognitions import RecognitionError
from flows.reference import import_file
from flows.settings import DataFolder
from flows.signing import ReasonError
from tests.cli.calling import Wir
from tests.desk.conftest import number_of
from tests.line.reports import written_report
from tests.shared import copy_of

NIGHT = datetime(2027, 4, 3, 1, 15, tzinfo=UTC)
LATER = datetime(2027, 4, 20, 1, 15, tzinfo=UTC)
AGS, OTHER = "06434", "06431"
CENTRE, WHY = f"WIR-{AGS}-2.1-2026", "Belegliste geprüft."


@pytest.fixture(scope="module")
def after_the_year(story: Story, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """Registers, a half-year report and an annual report in force, and one that was returned."""
    root = tmp_path_factory.mktemp("after-the-year")
    folder = DataFolder(root / "data")
    files = [written_report(story, root, AGS, of="2026-H1"), written_report(story, root, AGS, of="2026")]
    files.append(written_report(story, root, OTHER, of="2026", change=unconfirmed))
    submit_files(folder, files, sender="")
    ledger = open_ledger(folder)
    for dataset, text in {**story.acts[0].registers, **story.acts[1].registers}.items():
        file = root / f"{dataset}.csv"
        file.write_text(text, encoding="utf-8")
        import_file(folder, ledger, file, now=NIGHT)
    line.run_night(folder, business_at=NIGHT)
    return folder


def unconfirmed(report: Report) -> Report:
    return report | {"cover": [report["cover"][0] | {"confirmed_complete": "Nein"}]}


@pytest.fixture
def folder(after_the_year: DataFolder, tmp_path: Path) -> DataFolder:
    return copy_of(after_the_year, tmp_path)


@pytest.fixture
def annual(folder: DataFolder) -> int:
    return number_of(folder, AGS) + 1


def published(folder: DataFolder, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder.database), read_only=True) as connection:
        return connection.execute(query).fetchall()


def use_eur(folder: DataFolder) -> dict[str, Decimal]:
    """What the annual report states, by grant."""
    found = published(folder, 'SELECT "grant", sum(state_funds_eur) FROM reports.finances GROUP BY ALL ORDER BY ALL')
    return {str(grant): Decimal(str(eur)) for grant, eur in found}


@pytest.mark.slow
def test_a_cut_is_in_the_ledger_and_after_the_next_night_in_every_table_that_tells_it(
    folder: DataFolder, annual: int, wir: Wir
) -> None:
    reported = use_eur(folder)
    ran = wir("recognise", annual, "--why", WHY, "--by", "anna", "--grant", CENTRE, "--recognised", "50.000,50")
    cut = reported[CENTRE] - Decimal("50000.50")
    assert ran.code == 0
    assert f"Einreichung {annual} ({AGS}, 2026): anerkannt" in ran.out
    assert f"{CENTRE}: gemeldet " in ran.out
    (entry,) = entries(open_ledger(folder), "recognition")
    assert texts(open_ledger(folder), "why")[entry.seq] == WHY
    assert {row["grant_number"]: row["cut_eur"] for row in entry.body["amounts"]}[CENTRE] == f"{cut:.2f}"

    line.run_night(folder, business_at=LATER)
    rows = published(folder, "SELECT grant_number, reported_eur, cut_eur, why, in_force FROM intake.recognitions")
    assert sorted(rows) == sorted(
        (grant, eur, cut if grant == CENTRE else 0, WHY, True) for grant, eur in reported.items()
    )
    case = f"SELECT cut_eur, case_kinds FROM intake.funds_cases WHERE grant_number = '{CENTRE}' AND budget_year = 2026"
    ((cut_eur, kinds),) = published(folder, case)
    assert (cut_eur, "gekürzt" in str(kinds)) == (cut, True)
    figure = (
        "SELECT numerator, state FROM indicators.figures WHERE indicator_id = 'MIT-07' AND period = '2026' "
        f"AND area_key = '{AGS}' AND breakdown = 'outcome=gekürzt'"
    )
    assert published(folder, figure) == [(cut, "ok")]
    traced = wir("trace", "MIT-07", AGS, "2026")
    assert traced.code == 0, traced.err
    assert f"{AGS} · Einreichung {annual}, eingegangen am" in traced.out
    assert f"{AGS} · reference.grants" in traced.out


@pytest.mark.slow
def test_a_later_recognition_replaces_the_earlier_and_the_same_again_changes_nothing(
    folder: DataFolder, annual: int
) -> None:
    reported = use_eur(folder)
    first = recognise(folder, annual, why=WHY, by="anna")
    assert {one.grant_number: one.recognised_eur for one in first.amounts} == reported
    again = recognise(folder, annual, why=WHY, by="berta")
    assert (again.is_new, again.entry) == (False, first.entry)
    assert "es hat sich nichts geändert" in again.said
    second = recognise(folder, annual, why="Doch gekürzt.", by="berta", recognised_eur={CENTRE: Decimal(1)})
    assert (second.is_new, second.replaces) == (True, first.entry)
    assert [entry.seq for entry in entries(open_ledger(folder), "recognition")] == [first.entry, second.entry]


@pytest.mark.slow
def test_a_recognition_stays_with_its_report_when_that_is_replaced(
    folder: DataFolder, annual: int, story: Story, tmp_path: Path
) -> None:
    recognise(folder, annual, why=WHY, by="anna")
    submit_files(folder, [written_report(story, tmp_path, AGS, of="2026", note="Leitung")], sender="")
    line.run_night(folder, business_at=LATER)
    assert set(published(folder, "SELECT submission_id, in_force FROM intake.recognitions")) == {(annual, False)}
    figure = f"SELECT state FROM indicators.figures WHERE indicator_id = 'MIT-07' AND area_key = '{AGS}'"
    assert published(folder, f"{figure} AND period = '2026' AND breakdown = 'gesamt'") == [("not_applicable",)]
    with pytest.raises(DeskError, match="es gilt ein späterer Bericht"):
        recognise(folder, annual, why=WHY, by="anna")


@pytest.mark.slow
def test_only_the_use_of_a_year_that_counts_can_be_recognised(folder: DataFolder, annual: int, wir: Wir) -> None:
    refused = {
        annual - 1: "ist ein Halbjahresbericht",
        number_of(folder, OTHER): "gilt nicht: Sie ist nicht angenommen",
        999: "Es gibt keine Einreichung 999",
    }
    for number, reason in refused.items():
        with pytest.raises(DeskError, match=reason):
            recognise(folder, number, why=WHY, by="anna")
    with pytest.raises(RecognitionError, match="keinen Bescheid „X“"):
        recognise(folder, annual, why=WHY, by="anna", recognised_eur={"X": Decimal(1)})
    with pytest.raises(ReasonError, match="Die Begründung ist leer"):
        recognise(folder, annual, why=" ", by="anna")
    calls = {
        ("--grant", CENTRE): "Zu jedem --grant gehört ein --recognised",
        ("--grant", CENTRE, "--recognised", "-5"): "ist kein Betrag",
        ("--grant", CENTRE, "--recognised", "1", "--grant", CENTRE, "--recognised", "2"): "ist zweimal genannt",
    }
    for options, reason in calls.items():
        ran = wir("recognise", annual, "--why", WHY, "--by", "anna", *options)
        assert (ran.code, reason in ran.err) == (64, True), ran.err
    assert entries(open_ledger(folder), "recognition") == ()

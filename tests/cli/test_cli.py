"""The command line: exit codes, JSON documents and sentences, as other programs rely on them."""

import errno
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from flows.house import open_house
from flows.settings import DataFolder
from tests.cli.calling import Wir


@pytest.fixture
def template(wir: Wir, tmp_path: Path) -> Path:
    target = tmp_path / "bogen.xlsx"
    assert wir("template", "--ags", "06431", "--period", "2026", "--out", target).code == 0
    return target


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["template", "--period", "2026", "--out", "x"],
        ["template", "--ags", "06431", "--all", "--period", "2026", "--out", "x"],
        ["template", "--ags", "06431", "--period", "2025", "--out", "x"],
        ["form", "--year", "soon"],
        ["form", "--year", "2019"],
        ["status", "--period", "2026-H2"],
        ["check"],
    ],
)
def test_a_wrong_call_exits_64_and_says_why(wir: Wir, arguments: list[str]) -> None:
    ran = wir(*arguments)
    assert ran.code == 64
    assert ran.err.strip()
    assert "Traceback" not in ran.err


def test_a_body_that_does_not_report_gets_no_template_but_a_sentence(wir: Wir, tmp_path: Path) -> None:
    ran = wir("template", "--ags", "06435014", "--period", "2026", "--out", tmp_path)
    assert ran.code == 64
    assert "06435014" in ran.err


def test_templates_that_cannot_be_written_are_a_sentence(wir: Wir, tmp_path: Path) -> None:
    (tmp_path / "datei").touch()
    ran = wir("template", "--ags", "06431", "--period", "2026", "--out", tmp_path / "datei" / "bogen.xlsx")
    assert ran.code == 1
    assert "lässt sich nicht schreiben" in ran.err


def test_the_form_as_json_names_every_field_with_its_cell(wir: Wir) -> None:
    document = wir("form", "--json").document
    assert set(document) >= {"versions", "sheets", "rules"}
    sections = [section for sheet in document["sheets"] for section in sheet["sections"]]
    for section in sections:
        assert section["kind"] in {"values", "table", "fixed"}
        for field in section["fields"]:
            assert {"name", "label", "type", "unit", "measure", "required", "min", "max", "choices"} <= set(field)
            assert ("cell" in field) == (section["kind"] == "values")
            assert ("first_cell" in field and field["rows"] > 0) == (section["kind"] != "values")
    rules = {rule["code"]: rule for rule in document["rules"]}
    assert rules["R-FIN-01"].keys() >= {"severity", "trial", "sheet", "says", "advice", "since", "until"}


@pytest.mark.slow
def test_the_form_prints_for_people(wir: Wir) -> None:
    ran = wir("form")
    assert ran.code == 0
    assert "03 Finanzen" in ran.out


@pytest.mark.slow
def test_an_empty_template_is_returned_with_nothing_but_open_questions(wir: Wir, template: Path) -> None:
    ran = wir("check", template, "--json")
    assert ran.code == 1
    (file,) = ran.document["files"]
    assert (file["verdict"], file["ags"], file["period"], file["form_version"]) == ("returned", "06431", "2026", "2026")
    assert {finding["code"] for finding in file["findings"]} == {"R-FLD-01"}
    assert {"given", "expected", "message", "advice", "sheet", "cell", "field"} <= set(file["findings"][0])
    assert {value["state"] for value in file["values"] if value["value"] is not None} == {"given"}


@pytest.mark.slow
def test_a_value_typed_as_german_text_is_read_at_its_cell(wir: Wir, template: Path) -> None:
    document = wir("form", "--json").document
    finances = next(s for sheet in document["sheets"] for s in sheet["sections"] if s["name"] == "finances")
    cell = next(f["first_cell"] for f in finances["fields"] if f["name"] == "expenditure_eur")
    workbook = load_workbook(template)
    workbook["03 Finanzen"][cell] = "61.000,50 €"
    workbook.save(template)
    (file,) = wir("check", template, "--json").document["files"]
    (value,) = [v for v in file["values"] if v["cell"] == cell and v["field"] == "finances.expenditure_eur"]
    assert (value["value"], value["state"]) == (61000.5, "given")


@pytest.mark.slow
def test_a_file_that_is_missing_or_foreign_is_unreadable_and_exits_2(wir: Wir, tmp_path: Path) -> None:
    foreign = tmp_path / "bericht.xlsx"
    foreign.write_text("<html>kein Excel</html>", encoding="utf-8")
    empty = tmp_path / "leer.xlsx"
    empty.touch()
    ran = wir("check", foreign, empty, tmp_path / "fehlt.xlsx", tmp_path, "--json")
    assert ran.code == 2
    files = ran.document["files"]
    assert [file["verdict"] for file in files] == ["unreadable"] * 4
    for file in files:
        (finding,) = file["findings"]
        assert (finding["severity"], bool(finding["message"]), bool(finding["advice"])) == ("fatal", True, True)


@pytest.mark.parametrize("command", [["submit"], ["check"], ["check", "--annotated", "marked"]])
def test_a_files_name_does_not_steer_the_terminal(wir: Wir, tmp_path: Path, command: list[str]) -> None:
    file = tmp_path / "Bericht\x1b]0;Titel\x07\u202exslx.xlsx"
    file.write_bytes(b"PK")
    ran = wir(*command, file)
    assert "Bericht" in ran.out + ran.err
    assert not {"\x1b", "\x07", "\u202e"} & set(ran.out + ran.err)


@pytest.mark.slow
def test_checking_works_without_a_data_folder_and_lists_what_was_not_run(wir: Wir, template: Path) -> None:
    (file,) = wir("check", template, "--json").document["files"]
    reasons = {rule["code"]: rule["reason"] for rule in file["not_run"]}
    assert reasons
    assert all(reasons.values())


def test_submitting_gives_a_receipt_and_a_copy_is_told_to_be_one(wir: Wir, template: Path) -> None:
    first, second = wir("submit", template, "--sender", "poststelle"), wir("submit", template)
    assert (first.code, second.code) == (0, 0)
    assert "eingegangen am" in first.out
    assert "liegt uns schon vor" in second.out


def test_submitting_a_missing_file_fails_without_losing_the_others(wir: Wir, template: Path, tmp_path: Path) -> None:
    ran = wir("submit", tmp_path / "fehlt.xlsx", template)
    assert ran.code == 1
    assert "fehlt.xlsx" in ran.err
    assert "bogen.xlsx: eingegangen" in ran.out.replace("\n", " ")


def test_the_status_names_all_33_bodies(wir: Wir, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = wir("status", "--period", "2026-H1", "--json").document["obligations"]
    assert len({row["ags"] for row in rows}) == 33
    assert {row["due_on"] for row in rows} == {"2026-08-31"}
    monkeypatch.setenv("COLUMNS", "80")
    printed = wir("status", "--period", "2026-H1").out
    assert "Bergstraße" in printed
    assert "fehlt" in printed or "noch nicht fällig" in printed
    assert "Gießen (Landkreis)" in printed
    assert "31.08.2026" in printed


def test_an_unwritable_data_folder_is_a_sentence_not_a_traceback(
    wir: Wir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    monkeypatch.setenv("WIR_DATA", str(blocked / "data"))
    for arguments in (["submit", str(blocked)], ["nightly", "--plain"], ["status"]):
        ran = wir(*arguments)
        assert ran.code == 1
        assert str(blocked) in ran.err
        assert "Traceback" not in ran.err


def test_a_disk_or_a_permission_that_refuses_a_file_is_not_our_fault(wir: Wir, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/srv/wir/ledger.sqlite")

    monkeypatch.setattr("flows.desk.obligations_now", refuse)
    ran = wir("status")
    assert ran.code == 1
    assert "/srv/wir/ledger.sqlite: No space left on device" in ran.err


def test_an_archive_that_lost_its_ledger_is_not_begun_afresh(wir: Wir, template: Path, tmp_path: Path) -> None:
    ledger = tmp_path / "data" / "ledger.sqlite"
    assert wir("submit", template).code == 0
    kept = ledger.read_bytes()
    for left in (None, b""):
        ledger.unlink()
        if left is not None:
            ledger.write_bytes(left)
        for arguments in (["status"], ["nightly", "--plain"], ["submit", str(template)]):
            ran = wir(*arguments)
            assert ran.code == 1
            assert "has lost its ledger: restore" in ran.err
        ledger.write_bytes(kept)
    assert wir("status").code == 0


def test_a_demonstration_says_so_in_its_status(wir: Wir, tmp_path: Path) -> None:
    assert wir("status", "--json").document["demo"] is False
    assert "Demonstrationsdaten" not in wir("status").out
    folder = DataFolder(tmp_path / "data")
    folder.ledger_file.unlink()
    open_house(folder, demo_seed=1, started_at=datetime(2026, 7, 1, tzinfo=UTC))
    assert wir("status", "--json").document["demo"] is True
    assert wir("status").out.startswith("Demonstrationsdaten: ")


def test_tracing_before_the_first_night_says_what_to_run(wir: Wir) -> None:
    ran = wir("trace", "MIT-03", "06", "2026")
    assert ran.code == 1
    assert "wir nightly" in ran.err


def test_a_trace_is_readable_on_80_columns_file_by_file(wir: Wir, monkeypatch: pytest.MonkeyPatch) -> None:
    figure = {"indicator_id": "MIT-03", "name_de": "Verwendung", "area": "Gießen", "period": "2026", "value": 99.2}
    figure |= {"unit": "%", "state": "ok", "bodies_counted": 1, "bodies_due": 1}
    cell = {"ags": "06531005", "submission_id": 133, "sha256": "7365192dc21244", "sheet": "03 Finanzen", "cell": "F9"}
    cell |= {"received_at": datetime(2027, 3, 31, 22, 30), "row_key": "Koordination", "raw": "89.404,37 €"}  # noqa: DTZ001
    cell |= {"section": "finances", "field": "finances.state_funds_eur", "value": "89404.37"}
    grant = dict.fromkeys(cell) | {"ags": "06531005", "section": "reference.grants", "row_key": "WIR-2.1 · 2026"}
    grant |= {"field": "reference.grants.granted_eur", "value": "90000.00"}
    monkeypatch.setattr("flows.warehouse.trace_figure", lambda *_: (figure, [cell, grant]))
    monkeypatch.setenv("COLUMNS", "80")
    lines = wir("trace", "MIT-03", "06531005", "2026").out.splitlines()
    assert lines[1] == "99,20 % · 1 von 1 Kommunen"
    assert "06531005 · Einreichung 133, eingegangen am 01.04.2027 · SHA-256 7365192dc212…" in lines
    assert any("03 Finanzen!F9" in line and "89404.37" in line for line in lines)
    assert "06531005 · reference.grants" in lines
    assert max(map(len, lines)) <= 80


def test_reference_data_with_a_mistake_are_refused_with_line_and_column(wir: Wir, tmp_path: Path) -> None:
    file = tmp_path / "drawdowns.csv"
    file.write_text("drawdown_number,grant_number,ags,budget_year,paid_on,amount_eur\n1,W,06431,2026,soon,5\n")
    ran = wir("reference", "import", file)
    assert ran.code == 1
    assert "paid_on" in ran.err

"""A package of evidence can be drawn again and checked without our program: with sha256sum, a shell, and python3."""

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from flows import ledger as journal
from flows.ledger import open_ledger
from flows.proof import EvidenceError, Request, draw_evidence, verify
from flows.proof.dossier import Rows, as_csv, safe_name
from flows.proof.population import PopulationError
from flows.settings import DataFolder
from tests.cli.calling import Wir
from tests.proof.conftest import RELEASE, SPRING, entries_of, original_of
from tests.proof.tampering import edit_a_figure, flip

BY_COUNT = Request(6, "2027-04-06 Nr. 7", "pruefung")
BY_AMOUNT = Request(4, "4711", "pruefung", by_amount=True, period="2026")


def unpacked(package: Path, into: Path) -> Path:
    with zipfile.ZipFile(package) as opened:
        opened.extractall(into)
    return into


def scripts(guide: Path) -> list[str]:
    """The indented parts of the guide, one after the other."""
    text = guide.read_text(encoding="utf-8")
    parts = text.split("WIE SIE ES OHNE UNSER PROGRAMM PRÜFEN")[1].split("\n\n")
    found = [part for part in parts if part.startswith("    ")]
    return ["\n".join(line[4:] for line in part.splitlines()) for part in found]


def run(place: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("request_", [BY_COUNT, BY_AMOUNT], ids=["by count", "by amount"])
def test_the_guide_in_the_package_checks_all_of_it(folder: DataFolder, tmp_path: Path, request_: Request) -> None:
    made = draw_evidence(folder, request_, tmp_path / "evidence.zip")
    place = unpacked(tmp_path / "evidence.zip", tmp_path / "unpacked")
    sums, chain, draw = scripts(place / "LIESMICH.txt")
    run(place, "sh", "-c", sums)
    listed = {line[66:] for line in (place / "SHA256SUMS").read_text(encoding="utf-8").splitlines()}
    assert listed == {p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file()} - {"SHA256SUMS"}
    built = entries_of(folder, "published")[-1].seq - 1
    assert run(place, "sh", "-c", chain).strip() == entries_of(folder)[built - 1].hash
    drawn = run(place, sys.executable, "-c", draw)
    assert drawn == (place / "ziehung" / "auswahl.txt").read_text(encoding="utf-8")
    assert drawn.splitlines() == [one.item for one in made.sample.drawn]


@pytest.mark.slow
def test_an_altered_chain_is_found_by_the_script_in_the_guide(folder: DataFolder, tmp_path: Path) -> None:
    draw_evidence(folder, BY_COUNT, tmp_path / "evidence.zip")
    place = unpacked(tmp_path / "evidence.zip", tmp_path / "unpacked")
    chain = place / "journal" / "kette.jsonl"
    chain.write_text(chain.read_text(encoding="utf-8").replace('"channel":"cli"', '"channel":"inbox"', 1))
    done = subprocess.run(["sh", "-c", scripts(place / "LIESMICH.txt")[1]], cwd=place, capture_output=True, check=False)
    assert done.returncode == 1
    assert "Bruch der Kette" in done.stdout.decode()


@pytest.mark.slow
def test_the_same_draw_gives_the_same_bytes_and_each_is_logged(folder: DataFolder, tmp_path: Path) -> None:
    one, other = (draw_evidence(folder, BY_AMOUNT, tmp_path / name) for name in ("one.zip", "other.zip"))
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "other.zip").read_bytes()
    logged = entries_of(folder, "evidence")
    assert [entry.body["sha256"] for entry in logged] == [one.sha256, other.sha256]
    assert {"seed": "4711", "sample": 4, "by": "pruefung", "submissions": list(one.submissions)}.items() <= (
        logged[0].body.items()
    )
    assert verify(folder, rebuilds=False).same


@pytest.mark.slow
def test_an_item_leads_to_its_cell_and_the_original_that_holds_it(folder: DataFolder, tmp_path: Path) -> None:
    made = draw_evidence(folder, BY_AMOUNT, tmp_path / "evidence.zip")
    place = unpacked(tmp_path / "evidence.zip", tmp_path / "unpacked")
    said = json.loads((place / "stichprobe" / "0001" / "angabe.json").read_text(encoding="utf-8"))
    origin = json.loads((place / "stichprobe" / "0001" / "herkunft.json").read_text(encoding="utf-8"))
    (cell,) = [row for row in origin if row["field"] == "finances.state_funds_eur"]
    assert cell["value"] == said["amount_eur"]
    (number,) = said["submissions"]
    (original,) = (place / "einreichungen" / f"{number:06d}").glob("*.xlsx")
    receipt = next(entry for entry in entries_of(folder, "receipt") if entry.seq == number)
    listed = (place / "SHA256SUMS").read_text(encoding="utf-8")
    assert f"{receipt.body['sha256']}  {original.relative_to(place).as_posix()}" in listed
    excerpt = (place / "journal" / "auszug.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(excerpt), delimiter=";"))
    assert {"receipt", "verdict"} <= {row["Art"] for row in rows if str(number) in row["Inhalt"] + row["Eintrag"]}
    assert set(made.submissions) >= {number}


def test_figures_that_rest_on_registers_come_with_the_registers_as_they_were_taken_in(
    folder: DataFolder, tmp_path: Path
) -> None:
    draw_evidence(folder, Request(3, "s", "pruefung", population="drawdowns"), tmp_path / "evidence.zip")
    with zipfile.ZipFile(tmp_path / "evidence.zip") as package:
        (register,) = [name for name in package.namelist() if name.startswith("stammdaten/")]
        imported = next(e for e in entries_of(folder, "reference") if e.body["dataset"] == "drawdowns")
        assert register == f"stammdaten/drawdowns-{imported.body['sha256'][:12]}.csv"


@pytest.mark.slow
def test_a_sample_larger_than_the_population_takes_all_and_says_so(folder: DataFolder, tmp_path: Path) -> None:
    made = draw_evidence(folder, Request(10**6, "s", "pruefung", by_amount=True), tmp_path / "evidence.zip")
    assert made.sample.is_complete
    assert len(made.sample.drawn) == sum(one.cents > 0 for one in made.population.items.values())
    place = unpacked(tmp_path / "evidence.zip", tmp_path / "unpacked")
    assert "(alle)" in (place / "LIESMICH.txt").read_text(encoding="utf-8")


@pytest.mark.slow
def test_it_can_be_drawn_from_a_release(folder: DataFolder, tmp_path: Path) -> None:
    one = draw_evidence(folder, Request(3, "s", "pruefung", release=RELEASE), tmp_path / "one.zip")
    other = draw_evidence(folder, Request(3, "s", "pruefung"), tmp_path / "other.zip")
    assert [drawn.item for drawn in one.sample.drawn] == [drawn.item for drawn in other.sample.drawn]
    with zipfile.ZipFile(tmp_path / "one.zip") as package:
        assert f"Veröffentlichung {RELEASE}" in package.read("LIESMICH.txt").decode()


@pytest.mark.slow
def test_an_erased_submission_is_told_instead_of_its_original(folder: DataFolder, tmp_path: Path) -> None:
    """An early release still shows its figures; its file is gone."""
    made = draw_evidence(folder, BY_AMOUNT, tmp_path / "before.zip")
    number = made.submissions[0]
    receipt = next(entry for entry in entries_of(folder, "receipt") if entry.seq == number)
    body = {"submission_id": number, "sha256": receipt.body["sha256"], "basis": "decision", "by": ["anna", "berta"]}
    ledger = open_ledger(folder)
    journal.append(ledger, "erased", body, at=SPRING)
    journal.forget(ledger, [number], [])
    original = folder.archive / receipt.body["sha256"][:2] / receipt.body["sha256"]
    original.unlink()
    after = draw_evidence(folder, BY_AMOUNT, tmp_path / "after.zip")
    assert after.erased == (number,)
    with zipfile.ZipFile(tmp_path / "after.zip") as package:
        said = package.read(f"einreichungen/{number:06d}/geloescht.txt").decode()
        assert "gelöscht am 05.04.2027" in said
        assert not [n for n in package.namelist() if n.startswith(f"einreichungen/{number:06d}/") and ".xls" in n]


def test_nothing_is_drawn_from_what_was_altered(folder: DataFolder, tmp_path: Path) -> None:
    edit_a_figure(folder)
    with pytest.raises(EvidenceError, match="wir verify"):
        draw_evidence(folder, BY_COUNT, tmp_path / "evidence.zip")
    assert not list(tmp_path.glob("*.zip*"))
    assert not entries_of(folder, "evidence")


def test_nothing_is_drawn_while_a_log_lies_beside_the_database_that_would_change_what_is_read(
    folder: DataFolder, tmp_path: Path
) -> None:
    file = folder.database.resolve()
    file.with_name(f"{file.name}.wal").write_bytes(b"x")
    with pytest.raises(EvidenceError, match="wir verify"):
        draw_evidence(folder, BY_COUNT, tmp_path / "evidence.zip")


def test_a_package_never_replaces_what_lies_in_the_data_folder(folder: DataFolder) -> None:
    before = folder.ledger_file.read_bytes()
    for target in (folder.ledger_file, folder.published / "evidence.zip"):
        with pytest.raises(EvidenceError, match="Datenordner selbst"):
            draw_evidence(folder, BY_COUNT, target)
    assert folder.ledger_file.read_bytes() == before
    assert not entries_of(folder, "evidence")


@pytest.mark.slow
def test_an_altered_original_is_not_handed_out(folder: DataFolder, tmp_path: Path) -> None:
    for place in range(5):
        flip(original_of(folder, place))
    with pytest.raises(Exception, match="was altered"):
        draw_evidence(folder, BY_COUNT, tmp_path / "evidence.zip")
    assert not list(tmp_path.glob("*.zip*"))


@pytest.mark.parametrize("seed", ["", "Müller", "a\nb", "x" * 101])
def test_a_seed_is_plain(folder: DataFolder, tmp_path: Path, seed: str) -> None:
    with pytest.raises(EvidenceError, match="Startwert"):
        draw_evidence(folder, Request(1, seed, "pruefung"), tmp_path / "evidence.zip")


@pytest.mark.slow
def test_what_has_no_amounts_cannot_be_drawn_by_amount(folder: DataFolder, tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="keine Beträge"):
        draw_evidence(folder, Request(1, "s", "p", by_amount=True, population="figures"), tmp_path / "evidence.zip")
    with pytest.raises(PopulationError, match="state_funds"):
        draw_evidence(folder, Request(1, "s", "p", population="everything"), tmp_path / "evidence.zip")


@pytest.mark.slow
def test_the_command_states_the_population_first_and_draws_with_the_seed(
    folder: DataFolder, wir: Wir, tmp_path: Path
) -> None:
    ran = wir("evidence", "--sample", "2", "--by-amount")
    assert ran.code == 0, ran.err
    (stated,) = re.findall(r"SHA-256 ([0-9a-f]{64})", ran.out)
    assert not entries_of(folder, "evidence")
    assert wir("evidence", "--sample", "2", "--by-amount", "--seed", "17").code == 64
    ran = wir("evidence", "--sample", "2", "--by-amount", "--seed", "17", "--out", tmp_path / "e.zip", "--by", "anna")
    assert ran.code == 0, ran.err
    (logged,) = entries_of(folder, "evidence")
    assert (logged.body["population_sha256"], logged.body["by"]) == (stated, "anna")


@pytest.mark.parametrize(
    ("typed", "safe"),
    [
        ("Bericht Groß-Gerau 2026.xlsx", "Bericht_Gross-Gerau_2026.xlsx"),
        ("../../etc/passwd", "passwd.bin"),
        ("C:\\Windows\\evil.exe", "evil.bin"),
        ("=cmd|' C calc'!A0.ods", "cmd_C_calc_A0.ods"),
        ("\u202exslx.exe", "xslx.bin"),
        ("", "original.bin"),
        ("ÄÖÜ.XLS", "AOU.xls"),
        ("a" * 300 + ".xlsx", "a" * 60 + ".xlsx"),
    ],
)
def test_names_that_people_typed_are_safe(typed: str, safe: str) -> None:
    assert safe_name(typed) == safe


def test_no_csv_holds_a_formula() -> None:
    assert as_csv(Rows(("given",), (("=1+1",), ("-5,00",), (None,)))).decode("utf-8-sig").split("\r\n") == [
        "given",
        "'=1+1",
        "-5,00",
        '""',
        "",
    ]

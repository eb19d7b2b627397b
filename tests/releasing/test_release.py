"""A release: who signs it, what it holds, what stands against it, and that it never changes."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from flows import line
from flows.demo.story import Story
from flows.desk import decide, submit_files
from flows.house import night_lock
from flows.ledger import entries, open_ledger
from flows.publication import read_public
from flows.releasing import ReleaseError, compare, recorded, release
from flows.releasing.manifest import is_whole
from flows.releasing.places import checked_name, sha256_of
from flows.releasing.shown import show
from flows.settings import DataFolder
from flows.warehouse import contents_hash
from tests.demo.traces import differences
from tests.line.reports import written_report
from tests.releasing.conftest import BODIES
from tests.releasing.hiding import hiding
from tests.shared import copy_of

pytestmark = pytest.mark.slow


def manifest(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return content


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def releases_in(folder: DataFolder) -> list[Mapping[str, Any]]:
    return [entry.body for entry in entries(open_ledger(folder), "release")]


# --- who signs, and what stands against it ---------------------------------------------------------------------------


def test_two_people_must_ask_for_the_same_release(real: DataFolder) -> None:
    first = release(real, "eins", by="anna", with_unapproved=True, hide=hiding())
    again = release(real, "eins", by="anna", with_unapproved=True, hide=hiding())
    assert (first.entry, again.entry) == (None, None)
    assert first.signed is not None and again.signed is not None
    assert (first.signed.is_new, again.signed.is_new) == (True, False)
    assert not real.releases.exists()
    done = release(real, "eins", by="berta", with_unapproved=True, hide=hiding())
    assert done.entry is not None
    assert done.entry.body["by"] == ["anna", "berta"]
    assert done.entry.body["proposal"] == first.signed.proposal
    assert manifest(real.releases / "eins")["by"] == ["anna", "berta"]


def test_a_release_refuses_reports_that_nobody_approved_and_names_them(real: DataFolder) -> None:
    with pytest.raises(ReleaseError) as refusal:
        release(real, "eins", by="anna", hide=hiding())
    told = str(refusal.value)
    assert told.startswith("2 geltende Berichte sind noch nicht freigegeben:")
    assert all(f"({ags}), 2026-H1, Einreichung " in told for ags in BODIES)
    assert "Bergstraße" in told
    assert not entries(open_ledger(real), "proposal")


def test_approved_reports_are_released_without_being_told_to(demo: DataFolder) -> None:
    for receipt in entries(open_ledger(demo), "receipt"):
        decide.approve(demo, receipt.seq, why="Die Zahlen sind plausibel.", by="anna")
    done = release(demo, "eins", by="anna", hide=hiding())
    assert done.unapproved == ()
    assert done.entry is not None
    assert done.entry.body["with_unapproved"] == []
    assert read_public(demo.releases / "eins" / "wir.duckdb").about["unapproved"].item() == 0


@pytest.mark.parametrize("name", ["", ".eins", "-eins", "eins/zwei", "ä", "a" * 42, "eins zwei", "eins."])
def test_a_name_that_is_no_folder_everywhere_is_refused(name: str) -> None:
    with pytest.raises(ReleaseError, match="kann nicht der Name"):
        checked_name(name)


def test_a_name_is_given_once_whatever_its_case(released: DataFolder) -> None:
    before = bytes_of(released.releases / "eins")
    for name in ("eins", "EINS", "now"):
        with pytest.raises(ReleaseError, match="keine wird je überschrieben"):
            release(released, name, by="anna", with_unapproved=True, hide=hiding())
    assert bytes_of(released.releases / "eins") == before
    assert len(releases_in(released)) == 1


def test_nothing_is_released_while_a_night_is_running(demo: DataFolder) -> None:
    with night_lock(demo), pytest.raises(Exception, match="Another night is running"):
        release(demo, "eins", by="anna", with_unapproved=True, hide=hiding())


# --- what it holds ---------------------------------------------------------------------------------------------------


def test_a_release_lists_every_file_and_the_ledger_knows_both_hashes(released: DataFolder) -> None:
    folder = released.releases / "eins"
    assert is_whole(folder)
    assert is_whole(folder / "public")
    (body,) = releases_in(released)
    assert body["database_sha256"] == sha256_of(folder / "wir.duckdb")
    assert body["manifest_sha256"] == sha256_of(folder / "manifest.json")
    listed = {file["path"] for file in manifest(folder)["files"]}
    assert listed == {path for path in bytes_of(folder) if path != "manifest.json"}
    assert {"wir.duckdb", "public/manifest.json", "public/bericht.html", "public/wir-monitoring.xlsx"} <= listed


def test_the_manifest_says_on_what_the_release_rests(released: DataFolder) -> None:
    folder = released.releases / "eins"
    told, ledger = manifest(folder), entries(open_ledger(released))
    versions = told["versions"]
    assert told["contents"] == contents_hash(folder / "wir.duckdb")
    assert told["ledger"]["hash"] == next(entry.hash for entry in ledger if entry.seq == told["ledger"]["seq"])
    assert told["night"] == told["ledger"]["seq"]
    assert set(versions) >= {
        "program",
        "program_sha256",
        "forms",
        "rules",
        "reader",
        "reference_datasets",
        "sql_sha256",
    }
    assert versions["forms"]["2026"] == "2026"
    assert len(versions["reference_datasets"]["municipalities"]) == 64
    assert len(told["unapproved"]) == 2
    assert manifest(folder / "public")["unapproved"] == 2
    assert "by" not in manifest(folder / "public")


def test_the_public_folder_shows_the_release(released: DataFolder) -> None:
    assert released.public.is_symlink()
    assert bytes_of(released.public) == bytes_of(released.releases / "eins" / "public")


WITHOUT_LINKS = """
import sys
from pathlib import Path
from flows.releasing.shown import show
from flows.settings import DataFolder

def refuse(event, arguments):
    if event == "os.symlink":
        raise OSError(95, "Operation not supported")

sys.addaudithook(refuse)
show(DataFolder(Path(sys.argv[1])), "eins")
"""


def test_where_links_are_not_possible_the_files_are_copied_and_give_way_to_a_link_again(released: DataFolder) -> None:
    expected = bytes_of(released.public)
    command = [sys.executable, "-c", WITHOUT_LINKS, str(released.root)]
    for _ in range(2):
        subprocess.run(command, check=True, cwd=Path(__file__).parents[2])
        assert not released.public.is_symlink()
        assert bytes_of(released.public) == expected
    show(released, "eins")
    assert released.public.is_symlink()
    assert bytes_of(released.public) == expected
    assert {path.name for path in released.published.glob("public*")} == {"public"}


def test_a_release_is_built_afresh_from_the_ledger_as_it_stands(demo: DataFolder) -> None:
    first, second = (receipt.seq for receipt in entries(open_ledger(demo), "receipt"))
    decide.void(demo, first, why="Gehört zu einem anderen Jahr.", by="anna")
    release(demo, "eins", by="anna", with_unapproved=True, hide=hiding())
    with duckdb.connect(str(demo.releases / "eins" / "wir.duckdb"), read_only=True) as connection:
        in_force = connection.execute("SELECT submission_id FROM intake.submissions WHERE in_force").fetchall()
        newest = connection.execute("SELECT max(seq) FROM audit.ledger").fetchone()
    assert in_force == [(second,)]
    assert newest == (manifest(demo.releases / "eins")["ledger"]["seq"],)


# --- two releases ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def twice(demo_released: DataFolder, story: Story, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """After `eins`, one body corrected its report: more people asked. Then `zwei`."""
    root = tmp_path_factory.mktemp("twice")
    folder = copy_of(demo_released, root)

    def with_more_enquiries(report: Any) -> Any:
        first, *others = report["enquiries"]
        return report | {"enquiries": [first | {"persons": first["persons"] + 7}, *others]}

    def fitting(report: Any) -> Any:
        changed = with_more_enquiries(report)
        first, *others = changed["quarters"]
        return changed | {"quarters": [first | {"enquiries": first["enquiries"] + 7}, *others]}

    submit_files(folder, [written_report(story, root, BODIES[0], change=fitting, note="berichtigt")], sender="")
    line.run_night(folder)
    release(folder, "zwei", by="anna", with_unapproved=True, hide=hiding())
    return folder


def test_the_corrections_log_tells_what_was_public_otherwise_and_why(twice: DataFolder) -> None:
    log = read_public(twice.releases / "zwei" / "wir.duckdb").corrections
    mine = log.filter(log["indicator_id"] == "ANL-01", log["breakdown"] == "gesamt")
    told = {row["area_key"]: row for row in mine.iter_rows(named=True)}
    assert set(told) == {"06431", "064", "06", "type:Landkreis"}
    assert all(row["after"] - row["before"] == 7 for row in told.values())
    assert {row["release_before"] for row in told.values()} == {"eins"}
    assert {row["cause"] for row in told.values()} == {"resubmission"}
    assert told["06"]["cause_de"] == "Neue Einreichung (1 Kommune)"
    assert told["06431"]["cause_de"].startswith("Neue Einreichung vom ")
    assert (twice.public / "corrections.csv").read_text(encoding="utf-8-sig").count("Neue Einreichung") == log.height


def test_the_first_release_stays_as_it_was_and_the_second_names_it(
    twice: DataFolder, demo_released: DataFolder
) -> None:
    assert bytes_of(twice.releases / "eins") == bytes_of(demo_released.releases / "eins")
    assert manifest(twice.releases / "zwei")["release_before"] == "eins"
    assert manifest(twice.public)["name"] == "zwei"
    assert [one.name for one in recorded(twice, entries(open_ledger(twice), "release"))] == ["eins", "zwei"]


def test_changes_are_told_figure_by_figure_with_the_submissions(twice: DataFolder) -> None:
    found = compare(twice, "eins", "zwei")
    land = next(
        change
        for change in found.changes
        if (change["indicator_id"], change["area_key"], change["breakdown"]) == ("ANL-01", "06", "gesamt")
    )
    receipts = [entry.seq for entry in entries(open_ledger(twice), "receipt")]
    (cause,) = land["causes"]
    assert (cause["submission_before"], cause["submission_after"]) == (receipts[0], receipts[2])
    assert land["after"]["value"] - land["before"]["value"] == 7
    assert land["before"]["hidden"] is False
    assert {change["period"] for change in found.changes} == {"2026-H1"}


def test_a_release_compared_with_the_state_now_shows_no_difference_right_after_it(twice: DataFolder) -> None:
    assert [one for one in compare(twice, "zwei", "now").changes if one["indicator_id"] != "BER-05"] == []


@pytest.mark.parametrize("spoil", ["alter", "lose", "put a log beside"])
def test_nothing_is_released_on_top_of_a_release_that_is_not_what_it_was(released: DataFolder, spoil: str) -> None:
    """What stays hidden now depends on what the releases before showed."""
    database = released.releases / "eins" / "wir.duckdb"
    if spoil == "lose":
        database.unlink()
    elif spoil == "alter":
        database.write_bytes(database.read_bytes()[:-1] + b"?")
    else:
        database.with_name("wir.duckdb.wal").write_bytes(b"x")
    with pytest.raises(ReleaseError, match="„eins“ fehlt oder wurde verändert"):
        release(released, "zwei", by="anna", with_unapproved=True, hide=hiding())
    assert not (released.releases / "zwei").exists()


def test_an_altered_release_is_not_compared(released: DataFolder) -> None:
    database = released.releases / "eins" / "wir.duckdb"
    database.write_bytes(database.read_bytes() + b"\0")
    with pytest.raises(ReleaseError, match="fehlt oder wurde verändert"):
        compare(released, "eins", "now")


def test_a_release_that_there_is_not_is_told_with_those_that_there_are(released: DataFolder) -> None:
    with pytest.raises(ReleaseError, match=r"„drei“ gibt es nicht. Es gibt: eins"):
        compare(released, "eins", "drei")


def test_the_public_is_not_told_how_many_hidden_cells_are_small(released: DataFolder) -> None:
    """Whoever knew that a group hides only small counts, or none, would know bounds of each of them."""
    told, known = manifest(released.public)["suppressed"], manifest(released.releases / "eins")["suppressed"]
    assert all(set(row) == {"table", "period", "cells", "hidden", "policy"} for row in told)
    assert [row["hidden"] for row in told] == [row["primary"] + row["secondary"] for row in known]
    assert sum(row["hidden"] for row in told) > 0
    head = (released.public / "suppressed.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert head.split(";")[2:] == [
        "Zellen mit Wert",
        "geheim: kleine Zahl oder zu ihrem Schutz",
        "geheim: nie veröffentlicht",
    ]


def test_each_release_counts_what_it_hides_itself_and_the_nights_after_it_know(twice: DataFolder) -> None:
    """BER-05 of the second release rests on the second release; the first one's count stays beside it."""
    database = twice.releases / "zwei" / "wir.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        told = connection.execute("SELECT DISTINCT release_number, release FROM publication.suppressed ORDER BY ALL")
        assert told.fetchall() == [(1, "eins"), (2, "zwei")]
    quota = read_public(database).figures.filter(pl.col("indicator_id") == "BER-05", pl.col("breakdown") == "gesamt")
    mine = manifest(twice.releases / "zwei")["suppressed"]
    hidden = sum(row["primary"] + row["secondary"] + row["policy"] for row in mine)
    assert quota["period"].is_unique().all()
    assert quota["numerator"].sum() == hidden > 0
    assert quota["denominator"].sum() == sum(row["cells"] for row in mine)
    line.run_night(twice)
    with duckdb.connect(str(twice.database), read_only=True) as connection:
        told = connection.execute("SELECT DISTINCT release FROM publication.suppressed ORDER BY ALL")
        assert told.fetchall() == [("eins",), ("zwei",)]


def test_the_share_of_hidden_cells_is_counted_again_cell_by_cell(twice: DataFolder) -> None:
    """BER-05 from the cells of the release itself, and from the counts that its trace lists."""
    database = twice.releases / "zwei" / "wir.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        cells = connection.sql(
            'SELECT period, "group", suppression FROM publication.cells AS cells '
            "INNER JOIN indicators.catalogue AS catalogue ON cells.indicator_id = catalogue.id WHERE state = 'ok'"
        ).pl()
    figures = read_public(database).figures.filter(indicator_id="BER-05", state="ok")
    assert figures.height > 5
    for period, breakdown, value in figures.select("period", "breakdown", "value").iter_rows():
        table = breakdown.removeprefix("table=")
        counted = cells.filter(pl.col("period") == period, (pl.col("group") == table) | (breakdown == "gesamt"))
        hidden = counted.filter(pl.col("suppression") != "").height
        assert float(value) == pytest.approx(100 * hidden / counted.height, abs=0.05 + 1e-9), breakdown
    assert differences(database, "indicator_id = 'BER-05'") == (figures.height, [])

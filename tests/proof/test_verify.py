"""Whatever is altered, lost, added or exchanged in a data folder is found, and named."""

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path

import pytest

from flows import archive, line
from flows import ledger as journal
from flows.ledger import open_ledger
from flows.proof import Deviation, verify
from flows.proof.findings import shortened
from flows.settings import DataFolder
from tests.cli.calling import Wir
from tests.proof.conftest import RELEASE, SPRING, entries_of
from tests.proof.tampering import ACTS, Found, lose_an_original, query, rewrite_chain

pytestmark = pytest.mark.slow


def told(deviations: Iterable[Deviation], expected: Found) -> bool:
    return any(
        (one.part, one.kind) == (expected.part, expected.kind) and all(word in one.message for word in expected.words)
        for one in deviations
    )


@pytest.mark.parametrize("act", [act for act in ACTS if ACTS[act].kind != "differs"], ids=lambda act: act.__name__)
def test_whatever_is_altered_is_found_and_named(folder: DataFolder, act: Callable[[DataFolder], None]) -> None:
    act(folder)
    proof = verify(folder, rebuilds=False)
    assert told(proof.deviations, ACTS[act]), [one.message for one in proof.deviations]


def test_what_is_altered_in_the_database_is_named_by_table_and_row(folder: DataFolder) -> None:
    """All at once: building anew takes the time."""
    acts = [act for act in ACTS if ACTS[act].kind == "differs"]
    for act in acts:
        act(folder)
    publish_as_it_is(folder, folder.database.resolve())  # even if its bytes were recorded as they are now
    proof = verify(folder)
    said = [one.message for one in proof.deviations]
    assert [act.__name__ for act in acts if not told(proof.deviations, ACTS[act])] == [], said
    assert {one.part for one in proof.deviations} == {"warehouse"}
    named = {one.subject.removeprefix("Erläuterung zu ") for one in proof.deviations}
    assert {".".join(name.split(".")[:2]) for name in named} == {
        "indicators.figures",
        "indicators.more",
        "reports.cells",
        "reports.meetings",
    }


def test_an_untouched_folder_is_the_same_and_stays_untouched(folder: DataFolder) -> None:
    def contents() -> dict[str, str]:
        files = [p for p in folder.root.rglob("*") if p.is_file() and not p.name.startswith("ledger.sqlite-")]
        return {str(path): sha256(path.read_bytes()).hexdigest() for path in files}

    before = contents()
    proof = verify(folder, head=entries_of(folder)[-1].hash)
    assert proof.deviations == ()
    assert proof.checked["files"] == len({e.body["sha256"] for e in entries_of(folder, "receipt", "reference")})
    assert proof.checked["tables"] > 50
    assert proof.checked["releases"] == 1
    assert contents() == before


def test_a_chain_that_was_rewritten_as_a_whole_is_found_by_a_head_that_somebody_kept(folder: DataFolder) -> None:
    kept = entries_of(folder)[-1].hash
    rewrite_chain(folder, 12, {"size": 1})
    shutil.rmtree(folder.published)
    proof = verify(folder)
    assert {one.part for one in proof.deviations} <= {"warehouse", "releases"}
    found = verify(folder, head=kept, rebuilds=False).deviations
    assert told(found, Found("heads", "unknown", (kept[:12], "abgeschnitten oder neu geschrieben")))


def test_a_chain_that_was_rewritten_contradicts_the_databases_that_lie_in_the_folder(folder: DataFolder) -> None:
    rewrite_chain(folder, 12, {"size": 1})
    found = verify(folder, rebuilds=False).deviations
    assert told(found, Found("heads", "unknown", ("Eintrag 12", "published/wir.duckdb", "anders")))
    assert told(found, Found("heads", "unknown", ("Eintrag 12", RELEASE, "anders")))


@pytest.mark.parametrize("head", ["", " ", "abc", "Eintrag 12", "' OR 1=1 --", "0" * 65])
def test_what_is_no_head_is_told_and_never_taken_for_one(folder: DataFolder, head: str) -> None:
    found = verify(folder, head=head, rebuilds=False).deviations
    assert told(found, Found("heads", "unknown", (f"„{head}“ ist kein Stand", "12 der 64 Zeichen")))


def test_a_head_that_never_was_is_told(folder: DataFolder) -> None:
    found = verify(folder, head="0123456789ab", rebuilds=False).deviations
    assert told(found, Found("heads", "unknown", ("0123456789ab… kommt im Journal nicht vor",)))


def test_the_first_characters_of_a_head_as_receipts_show_them_are_enough(folder: DataFolder) -> None:
    entry = entries_of(folder)[20]
    proof = verify(folder, head=f" {entry.hash[:12].upper()}… ", rebuilds=False)
    assert proof.same
    assert f"Der genannte Stand ist Eintrag {entry.seq} des Journals." in proof.notes


def test_a_folder_without_a_ledger_is_told_and_gets_none(folder: DataFolder) -> None:
    for file in folder.root.glob("ledger.sqlite*"):
        file.unlink()
    (one,) = verify(folder).deviations
    assert (one.part, one.kind) == ("ledger", "unreadable")
    assert "liegt kein Journal" in one.message
    assert not folder.ledger_file.exists()


def test_a_ledger_that_is_no_database_is_told(folder: DataFolder) -> None:
    folder.ledger_file.write_bytes(b"not a database" * 100)
    (one,) = verify(folder).deviations
    assert (one.part, one.kind) == ("ledger", "unreadable")


def test_after_an_erasure_it_is_the_same_and_says_so(folder: DataFolder, wir: Wir) -> None:
    number = entries_of(folder, "receipt")[0].seq
    for user in ("anna", "berta"):
        assert wir("erase", str(number), "--why", "Art. 17 DSGVO", "--by", user).code == 0
    ran = wir("verify")
    assert ran.code == 0, ran.out
    (erased,) = entries_of(folder, "erased")
    assert f"Einreichung {number}: gelöscht am {erased.at:%d.%m.%Y}, Grundlage: Art. 17 DSGVO" in ran.out


def test_a_database_that_another_program_built_is_not_called_altered(folder: DataFolder) -> None:
    """It says in the ledger what its bytes are; what is computed otherwise is told apart from what was received."""
    file = folder.database.resolve()
    query(folder, file, "UPDATE audit.about SET program_sha256 = 'another'; DELETE FROM indicators.body_values")
    publish_as_it_is(folder, file)
    proof = verify(folder)
    assert proof.same, proof.deviations
    assert any("anderen Fassung" in note for note in proof.notes)
    assert any("indicators.body_values" in note for note in proof.notes)


def test_what_was_received_is_the_same_whichever_program_built_it(folder: DataFolder) -> None:
    file = folder.database.resolve()
    query(
        folder, file, "UPDATE audit.about SET program_sha256 = 'another'; DELETE FROM reports.cells WHERE ordinal = 1"
    )
    publish_as_it_is(folder, file)
    assert told(verify(folder).deviations, Found("warehouse", "differs", ("reports.cells",)))


def publish_as_it_is(folder: DataFolder, file: Path) -> None:
    """Record the bytes of the published database as if a night had published them."""
    digest = sha256(file.read_bytes()).hexdigest()
    manifest = file.with_name(f"{file.name}.manifest.json")
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "sha256": digest}))
    night = entries_of(folder, "night")[-1].seq
    body = {"night": night, "sha256": digest, "size": file.stat().st_size}
    journal.append(open_ledger(folder), "published", body, at=SPRING)


def test_what_comes_in_after_the_night_does_not_matter(folder: DataFolder, write_report: Callable[..., Path]) -> None:
    from flows.desk import submit_files

    submit_files(folder, [write_report("06411")], sender="")
    assert verify(folder).same
    line.run_night(folder, business_at=SPRING)
    assert verify(folder, rebuilds=False).same


def test_the_command_tells_people_and_programs(folder: DataFolder, wir: Wir) -> None:
    head = entries_of(folder)[-1]
    ran = wir("verify", "--head", head.hash)
    assert ran.code == 0, ran.out
    assert "Nichts wurde verändert." in ran.out
    assert "nicht bewiesen ist, dass richtig ist" in ran.out.lower()
    lose_an_original(folder)
    ran = wir("verify", "--json", "--no-rebuild")
    assert ran.code == 1
    document = ran.document
    assert (document["same"], document["head"]) == (False, {"seq": head.seq, "hash": head.hash})
    assert {"archive"} <= {one["part"] for one in document["deviations"]}


def test_a_rewritten_ledger_that_makes_no_sense_is_told(folder: DataFolder) -> None:
    number = entries_of(folder, "receipt")[0].seq
    rewrite_chain(folder, number, {"sha256": None})
    proof = verify(folder, rebuilds=False)
    assert "heads" in {one.part for one in proof.deviations}


def test_what_others_write_meanwhile_is_no_deviation(folder: DataFolder) -> None:
    done = threading.Event()

    def write() -> None:
        """Archive and record, as intake does: for a moment the archive holds what no entry knows."""
        for number in range(1000):
            if done.is_set():
                break
            data = f"{number}".encode()
            body = {"sha256": archive.store(folder.archive, data), "size": len(data), "ags": None, "period": None}
            said = {"channel": "cli", "source_key": f"{number}", "received_at": SPRING, "collected_at": SPRING}
            body |= {name: str(value) for name, value in said.items()}
            texts = {"file_name": "x.xlsx"}
            journal.append(open_ledger(folder), "receipt", body, at=SPRING, texts=texts)
            time.sleep(0.05)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        proofs = [verify(folder, rebuilds=False) for _ in range(5)]
    finally:
        done.set()
        writer.join()
    assert [one.deviations for one in proofs] == [()] * 5


def test_many_deviations_of_one_kind_are_counted() -> None:
    many = [Deviation("archive", "missing", str(number), f"{number} fehlt.") for number in range(30)]
    assert [one.message for one in shortened(many)][-1] == "… und 10 weitere dieser Art."

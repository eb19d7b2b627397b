"""What somebody may do to a data folder, and what has to be said of it."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import duckdb

from flows import ledger as journal
from flows.ledger import open_ledger
from flows.proof import verify
from flows.records import canonical_json, sealed_text
from flows.settings import DataFolder
from tests.proof.conftest import RELEASE, SPRING, entries_of, original_of


def flip(file: Path, at: int = -100) -> None:
    """Change one bit; the file keeps its size, and its time if somebody looks at that."""
    seen = file.stat()
    file.chmod(0o644)
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(data)
    os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns))


def sql(folder: DataFolder, *statements: str) -> None:
    """Do something to the ledger's file that the program never does."""
    with closing(sqlite3.connect(folder.ledger_file)) as connection:
        guards = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in guards:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def rewrite_chain(folder: DataFolder, seq: int, change: Mapping[str, object]) -> None:
    """Alter an entry and make every hash from there on fit again."""
    with closing(sqlite3.connect(folder.ledger_file)) as connection:
        rows = connection.execute("SELECT seq, at, kind, body, previous_hash FROM entries ORDER BY seq").fetchall()
    statements, previous = [], rows[0][4]
    for number, at, kind, text, _ in rows:
        body = json.loads(text)
        body |= change if number == seq else {}
        digest = sha256(sealed_text(number, at, kind, body, previous).encode()).hexdigest()
        said = canonical_json(body).replace("'", "''")
        statements.append(
            f"UPDATE entries SET body = '{said}', previous_hash = '{previous}', hash = '{digest}' WHERE seq = {number}"
        )
        previous = digest
    sql(folder, *statements)


def query(folder: DataFolder, file: Path, statement: str) -> None:
    with closing(duckdb.connect(str(file))) as connection:
        connection.execute(statement)


# --- what somebody may do --------------------------------------------------------------------------------------------


def flip_an_original(folder: DataFolder) -> None:
    flip(original_of(folder))


def exchange_two_originals(folder: DataFolder) -> None:
    one, other = original_of(folder), original_of(folder, 1)
    kept = one.read_bytes()
    for target, data in ((one, other.read_bytes()), (other, kept)):
        target.chmod(0o644)
        target.write_bytes(data)


def lose_an_original(folder: DataFolder) -> None:
    original_of(folder).unlink()


def mark_an_original_as_erased(folder: DataFolder) -> None:
    file = original_of(folder)
    file.with_name(f"{file.name}.erased").touch()
    file.unlink()


def put_a_link_in_place_of_an_original(folder: DataFolder) -> None:
    file, elsewhere = original_of(folder), folder.root / "elsewhere.xlsx"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)


def add_a_file(folder: DataFolder) -> None:
    digest = sha256(b"nobody sent this").hexdigest()
    (folder.archive / digest[:2]).mkdir(exist_ok=True)
    (folder.archive / digest[:2] / digest).write_bytes(b"nobody sent this")


def lose_a_register(folder: DataFolder) -> None:
    digest = next(e.body["sha256"] for e in entries_of(folder, "reference") if e.body["dataset"] == "grants")
    (folder.archive / digest[:2] / digest).unlink()


def edit_a_body(folder: DataFolder) -> None:
    sql(folder, "UPDATE entries SET body = replace(body, 'accepted', 'returned') WHERE kind = 'verdict'")


def edit_a_moment(folder: DataFolder) -> None:
    sql(folder, "UPDATE entries SET at = '2026-08-31T00:00:00.000000+00:00' WHERE seq = 12")


def edit_a_kind(folder: DataFolder) -> None:
    sql(folder, "UPDATE entries SET kind = 'duplicate' WHERE seq = 12")


def write_a_body_that_cannot_be_read(folder: DataFolder) -> None:
    sql(folder, "UPDATE entries SET body = '[1, {' WHERE seq = 12")


def write_a_body_of_another_shape(folder: DataFolder) -> None:
    sql(folder, "UPDATE entries SET body = '{}' WHERE kind = 'receipt'")


def drop_an_entry(folder: DataFolder) -> None:
    sql(folder, "DELETE FROM entries WHERE seq = 12")


def exchange_an_entry(folder: DataFolder) -> None:
    """Seal an altered entry again, so that only the next one's link tells."""
    row = entries_of(folder)[11]
    body = {**row.body, "size": 1}
    digest = sha256(sealed_text(12, "2026-09-02T01:15:00.000000+00:00", row.kind, body, row.previous_hash).encode())
    said = canonical_json(body)
    sql(
        folder,
        f"UPDATE entries SET at = '2026-09-02T01:15:00.000000+00:00', body = '{said}', hash = '{digest.hexdigest()}' "
        "WHERE seq = 12",
    )


def cut_the_ledger(folder: DataFolder) -> None:
    sql(folder, "DELETE FROM entries WHERE seq > 12")


def alter_a_document(folder: DataFolder) -> None:
    sql(folder, "UPDATE documents SET content = (SELECT content FROM documents ORDER BY sha256 LIMIT 1)")


def write_a_document_that_cannot_be_read(folder: DataFolder) -> None:
    sql(folder, "UPDATE documents SET content = CAST('plain text' AS BLOB)")


def lose_a_document(folder: DataFolder) -> None:
    sql(folder, "DELETE FROM documents WHERE sha256 = (SELECT min(sha256) FROM documents)")


def add_a_document(folder: DataFolder) -> None:
    sql(folder, "INSERT INTO documents VALUES ('" + "ab" * 32 + "', 'judgement', X'00')")


def lose_a_text(folder: DataFolder) -> None:
    number = entries_of(folder, "receipt")[0].seq
    sql(folder, f"DELETE FROM texts WHERE name = 'file_name' AND seq = {number}")


def write_a_document_as_text(folder: DataFolder) -> None:
    sql(folder, "UPDATE documents SET content = 'plain text'")


def write_a_body_that_is_too_deep(folder: DataFolder) -> None:
    sql(folder, "UPDATE entries SET body = '{\"a\": ' || printf('%.*c', 100000, '[') || '}' WHERE seq = 12")


def leave_a_gap_that_would_take_for_ever_to_tell(folder: DataFolder) -> None:
    sql(folder, f"UPDATE entries SET seq = {10**15} WHERE seq = (SELECT max(seq) FROM entries)")


def empty_the_ledger(folder: DataFolder) -> None:
    sql(folder, "DELETE FROM entries")


def lose_a_reason(folder: DataFolder) -> None:
    body = {"ags": "06431", "period": "2026", "by": "anna"}
    entry = journal.append(open_ledger(folder), "waiver", body, at=SPRING, texts={"why": "Hochwasser"})
    assert verify(folder, rebuilds=False).same
    sql(folder, f"DELETE FROM texts WHERE name = 'why' AND seq = {entry.seq}")


def put_a_folder_in_place_of_the_database(folder: DataFolder) -> None:
    folder.database.unlink()
    folder.database.mkdir()


def write_a_database_manifest_of_another_shape(folder: DataFolder) -> None:
    next(folder.published.glob("*.manifest.json")).write_text("[1]")


def put_a_log_beside_the_database(folder: DataFolder) -> None:
    """DuckDB would read it with the database, whose own bytes stay as they are."""
    file = folder.database.resolve()
    file.with_name(f"{file.name}.wal").write_bytes(b"x")


def add_to_the_published_folder(folder: DataFolder) -> None:
    (folder.published / "Kennzahlen.csv").write_text("mehr")


def alter_the_version_before(folder: DataFolder) -> None:
    file = folder.database.resolve()
    file.with_name("wir-0123456789ab.duckdb").write_bytes(file.read_bytes()[:-1])


def put_a_log_beside_a_release(folder: DataFolder) -> None:
    (folder.releases / RELEASE / "wir.duckdb.wal").write_bytes(b"x")


def hide_a_folder_among_the_releases(folder: DataFolder) -> None:
    (folder.releases / ".2027").mkdir()


def write_a_manifest_that_cannot_be_read(folder: DataFolder) -> None:
    (folder.releases / RELEASE / "manifest.json").write_bytes(b"\xff\xfe")


def rename_a_release(folder: DataFolder) -> None:
    (folder.releases / RELEASE).rename(folder.releases / "2027")


def show_nothing_to_the_public(folder: DataFolder) -> None:
    folder.public.unlink()
    folder.public.symlink_to("nowhere")


def edit_a_figure(folder: DataFolder) -> None:
    statement = "UPDATE indicators.figures SET value = value + 1 WHERE indicator_id = 'ANL-01' AND state = 'ok'"
    query(folder, folder.database.resolve(), statement)


def edit_a_cell(folder: DataFolder) -> None:
    statement = "UPDATE reports.cells SET value = '999' WHERE field = 'enquiries.persons'"
    query(folder, folder.database.resolve(), statement)


def edit_a_view(folder: DataFolder) -> None:
    statement = "CREATE OR REPLACE VIEW reports.meetings AS SELECT * FROM accepted.meetings LIMIT 1"
    query(folder, folder.database.resolve(), statement)


def add_a_table(folder: DataFolder) -> None:
    query(folder, folder.database.resolve(), "CREATE TABLE indicators.more AS SELECT 1 AS one")


def flip_the_database(folder: DataFolder) -> None:
    flip(folder.database.resolve(), -5000)


def edit_the_database_manifest(folder: DataFolder) -> None:
    manifest = next(folder.published.glob(f"{folder.database.resolve().name}.manifest.json"))
    manifest.write_text(manifest.read_text().replace('"sha256": "', '"sha256": "0'))


def show_an_earlier_database(folder: DataFolder) -> None:
    """The folder shows what a night published before the last one."""
    body = {"night": entries_of(folder, "night")[-1].seq, "sha256": "ab" * 32, "size": 1}
    journal.append(open_ledger(folder), "published", body, at=SPRING)


def edit_a_public_table(folder: DataFolder) -> None:
    file = folder.releases / RELEASE / "public" / "figures.csv"
    file.write_text(file.read_text().replace("97,1", "99,1"))


def edit_a_released_database(folder: DataFolder) -> None:
    query(folder, folder.releases / RELEASE / "wir.duckdb", "DELETE FROM intake.findings")


def replace_a_manifest(folder: DataFolder) -> None:
    file = folder.releases / RELEASE / "public" / "figures.csv"
    old = sha256(file.read_bytes()).hexdigest()
    edit_a_public_table(folder)
    for manifest in (
        folder.releases / RELEASE / "public" / "manifest.json",
        folder.releases / RELEASE / "manifest.json",
    ):
        manifest.write_text(manifest.read_text().replace(old, sha256(file.read_bytes()).hexdigest()))


def lose_a_release(folder: DataFolder) -> None:
    shutil.rmtree(folder.releases / RELEASE)


def add_to_a_release(folder: DataFolder) -> None:
    (folder.releases / RELEASE / "public" / "more.csv").write_text("mehr")


def add_a_release(folder: DataFolder) -> None:
    shutil.copytree(folder.releases / RELEASE, folder.releases / "2027")


def exchange_the_public_folder(folder: DataFolder) -> None:
    folder.public.unlink()
    shutil.copytree(folder.releases / RELEASE / "public", folder.public)
    file = folder.public / "figures.csv"
    file.write_text(file.read_text().replace("97,1", "99,1"))


@dataclass(frozen=True)
class Found:
    """What has to be said of an act: in which part, of what kind, and these words."""

    part: str
    kind: str
    words: tuple[str, ...]


ACTS: Mapping[Callable[[DataFolder], None], Found] = {
    flip_an_original: Found("archive", "altered", ("Original der Einreichung", "06431", "2026-H1")),
    exchange_two_originals: Found("archive", "exchanged", ("06431", "06432", "ausgetauscht")),
    lose_an_original: Found("archive", "missing", ("Original der Einreichung", "06431")),
    mark_an_original_as_erased: Found("archive", "added", (".erased", "nichts weiß")),
    put_a_link_in_place_of_an_original: Found("archive", "exchanged", ("keine gewöhnliche Datei",)),
    add_a_file: Found("archive", "added", (sha256(b"nobody sent this").hexdigest(), "kein Eintrag")),
    lose_a_register: Found("archive", "missing", ("Stammdaten grants",)),
    edit_a_body: Found("ledger", "altered", ("verdict", "verändert")),
    edit_a_moment: Found("ledger", "altered", ("Eintrag 12 ", "verändert")),
    edit_a_kind: Found("ledger", "altered", ("Eintrag 12 ", "duplicate")),
    write_a_body_that_cannot_be_read: Found("ledger", "altered", ("Eintrag 12 ",)),
    write_a_body_of_another_shape: Found("ledger", "altered", ("receipt",)),
    drop_an_entry: Found("ledger", "missing", ("Eintrag 12 ", "fehlt")),
    exchange_an_entry: Found("ledger", "exchanged", ("Eintrag 13 ", "ausgetauscht")),
    cut_the_ledger: Found("heads", "unknown", ("Eintrag 13", "published/wir.duckdb", "fehlt im Journal")),
    alter_a_document: Found("documents", "altered", ("Einreichung", "verändert")),
    write_a_document_that_cannot_be_read: Found("documents", "altered", ("Einreichung", "verändert")),
    lose_a_document: Found("documents", "missing", ("Einreichung", "ohne dass eine Löschung")),
    add_a_document: Found("documents", "added", ("abababab", "kein Eintrag")),
    lose_a_text: Found("documents", "missing", ("Dateiname",)),
    write_a_document_as_text: Found("documents", "altered", ("Einreichung", "verändert")),
    write_a_body_that_is_too_deep: Found("ledger", "altered", ("Eintrag 12 ",)),
    leave_a_gap_that_would_take_for_ever_to_tell: Found("ledger", "missing", (f"bis {10**15 - 1} ", "fehlen")),
    empty_the_ledger: Found("ledger", "missing", ("keinen einzigen Eintrag",)),
    lose_a_reason: Found("documents", "missing", ("Begründung zu Eintrag",)),
    put_a_folder_in_place_of_the_database: Found("warehouse", "exchanged", ("keine Datei",)),
    write_a_database_manifest_of_another_shape: Found("warehouse", "missing", ("nicht lesbar",)),
    put_a_log_beside_the_database: Found("warehouse", "added", (".wal", "gehört nicht")),
    add_to_the_published_folder: Found("warehouse", "added", ("published/Kennzahlen.csv", "gehört nicht")),
    alter_the_version_before: Found("warehouse", "altered", ("wir-0123456789ab.duckdb", "nicht nennt")),
    put_a_log_beside_a_release: Found("releases", "added", (f"{RELEASE}/wir.duckdb.wal", "gehört nicht")),
    hide_a_folder_among_the_releases: Found("releases", "added", ("releases/.2027", "kennt das Journal nicht")),
    write_a_manifest_that_cannot_be_read: Found("releases", "unreadable", (f"{RELEASE}/manifest.json",)),
    rename_a_release: Found("releases", "missing", (RELEASE, "das Journal kennt sie")),
    show_nothing_to_the_public: Found("releases", "missing", ("published/public/figures.csv", "fehlt")),
    edit_a_figure: Found("warehouse", "differs", ("indicators.figures", "ANL-01")),
    edit_a_cell: Found("warehouse", "differs", ("reports.cells", "enquiries")),
    edit_a_view: Found("warehouse", "differs", ("reports.meetings",)),
    add_a_table: Found("warehouse", "differs", ("indicators.more", "hinzugefügt")),
    flip_the_database: Found("warehouse", "altered", ("wir.duckdb", "Bytes")),
    edit_the_database_manifest: Found("warehouse", "altered", ("Verzeichnis neben ihr",)),
    show_an_earlier_database: Found("warehouse", "altered", ("nicht die zuletzt veröffentlichte",)),
    edit_a_public_table: Found("releases", "altered", (f"{RELEASE}/public/figures.csv", "verändert")),
    edit_a_released_database: Found("releases", "altered", (f"{RELEASE}/wir.duckdb",)),
    replace_a_manifest: Found("releases", "altered", (f"{RELEASE}/manifest.json", "andere Prüfsumme")),
    lose_a_release: Found("releases", "missing", (RELEASE, "fehlt")),
    add_to_a_release: Found("releases", "added", ("more.csv", "gehört nicht dazu")),
    add_a_release: Found("releases", "added", ("releases/2027", "kennt das Journal nicht")),
    exchange_the_public_folder: Found("releases", "altered", ("published/public/figures.csv",)),
}

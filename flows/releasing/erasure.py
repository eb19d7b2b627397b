"""Taking an erased submission out of every release: its cells, findings and texts go, published figures stay.

What later reports of its body repeat of its words goes with it, and so does what a killed release left behind.

The ledger says first which bytes a release has from now on; what was prepared beside it is then moved into place. So
a kill leaves nothing undecided: the next call moves what the ledger names, or begins anew.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import duckdb

from flows import ledger as journal
from flows import warehouse
from flows.house import clock, open_house
from flows.ledger import Ledger
from flows.releasing.manifest import as_text, read_manifest
from flows.releasing.places import (
    BUILDING,
    DATABASE,
    MANIFEST,
    RELEASE,
    REWRITTEN,
    Recorded,
    ReleaseError,
    recorded,
    sha256_of,
    sync,
)
from flows.retention import LEFT_OF
from flows.settings import DataFolder, utc_text
from flows.warehouse.blank import STORAGE_VERSION
from flows.warehouse.load import quoted

_PART_SUFFIX = ".part"
_BECAUSE = "erased"
_TOMBSTONES = frozenset(
    {
        "intake.submissions",
        "intake.steps",
        "history.intake_decisions",
        "history.intake_steps",
        "history.intake_submissions",
    }
)
"""Tables whose rows say of a submission only that it was there, when, and with which hash: they stay."""
_TERMS = frozenset({"indicators.terms"})
_WITHOUT_REASON = frozenset({"intake.decisions"})
_FINDINGS = "intake.findings"
_OTHER_FINDINGS = """
    SELECT findings.* REPLACE ({words})
    FROM old.intake.findings AS findings
    WHERE findings.submission_id IS DISTINCT FROM {submission_id}
"""
_WORDS = """
    CASE
        WHEN EXISTS (
            SELECT 1
            FROM old.intake.findings AS said
            INNER JOIN old.intake.submissions AS erased ON said.submission_id = erased.submission_id
            INNER JOIN old.intake.submissions AS other ON erased.ags = other.ags
            WHERE
                erased.submission_id = {submission_id}
                AND other.submission_id = findings.submission_id
                AND said.explained <> ''
                AND (findings.{place} = said.explained OR starts_with(findings.{place}, said.explained || ' ('))
        ) THEN {left}
        ELSE findings.{place}
    END AS {place}
"""
"""A part of a finding, or what is left of it where it repeats what was said in the erased submission."""
_TOTALS = """
    SELECT
        indicator_id,
        ags,
        period,
        submission_id,
        '' AS section,
        '' AS row_key,
        breakdown,
        sum(numerator) AS numerator,
        sum(denominator) AS denominator,
        applicable,
        note
    FROM {source}
    WHERE submission_id = {submission_id}
    GROUP BY
        indicator_id, ags, period, submission_id, breakdown, numerator IS NULL, denominator IS NULL, applicable, note
"""


def without_submission(folder: DataFolder, submission_id: int) -> list[str]:
    """Take an erased submission out of the databases of all releases.

    Figures stay as they were published; of the submission's terms only their totals stay. What is there already done
    is not done again; what a kill interrupted is finished.

    Args:
        folder: the data folder, locked by the caller.
        submission_id: a submission whose erasure the ledger records.

    Returns:
        The names of the releases that were rewritten now.

    Raises:
        ReleaseError: a release is not as the ledger has it; nothing of it was touched.
    """
    ledger = open_house(folder)
    rewritten = []
    releases = recorded(folder, journal.entries(ledger, RELEASE, REWRITTEN))
    _forget_attempts(folder, releases, submission_id)
    for release in releases:
        _finish(release)
        if _holds(release.folder / DATABASE, submission_id):
            _rewrite(ledger, release, submission_id)
            rewritten.append(release.name)
    return rewritten


def _forget_attempts(folder: DataFolder, known: Sequence[Recorded], submission_id: int) -> None:
    """Throw away what killed releases left: what the ledger does not know is never shown, and would be made anew."""
    shutil.rmtree(folder.releases / BUILDING, ignore_errors=True)
    for database in folder.releases.glob(f"*/{DATABASE}"):
        if database.parent not in {release.folder for release in known} and _may_hold(database, submission_id):
            shutil.rmtree(database.parent)


def _finish(release: Recorded) -> None:
    """Move into place what the ledger names and a killed call left beside it; throw away what it does not name."""
    for name, expected in ((DATABASE, release.database_sha256), (MANIFEST, release.manifest_sha256)):
        file = release.folder / name
        part = file.with_name(name + _PART_SUFFIX)
        if part.is_file() and sha256_of(part) == expected:
            part.replace(file)
        part.unlink(missing_ok=True)
        if not file.is_file() or sha256_of(file) != expected:
            raise ReleaseError(
                f"{file} ist nicht so, wie das Journal die Veröffentlichung „{release.name}“ führt. "
                "Bitte stellen Sie die Datei aus einer Sicherung wieder her (wir restore)."
            )
    sync(release.folder)


def _rewrite(ledger: Ledger, release: Recorded, submission_id: int) -> None:
    database, manifest = release.folder / DATABASE, release.folder / MANIFEST
    new_database = database.with_name(DATABASE + _PART_SUFFIX)
    new_manifest = manifest.with_name(MANIFEST + _PART_SUFFIX)
    _copy_without(database, new_database, submission_id)
    at = clock(ledger)
    text = _manifest_text(release, new_database, submission_id, utc_text(at))
    new_manifest.write_text(text, encoding="utf-8")
    sync(new_database)
    sync(new_manifest)
    hashes = {"database_sha256": sha256_of(new_database), "manifest_sha256": sha256_of(new_manifest)}
    because = {"because": _BECAUSE, "submission_id": submission_id}
    journal.append(ledger, REWRITTEN, {"name": release.name, **hashes, **because}, at=at)
    new_database.replace(database)
    new_manifest.replace(manifest)
    sync(release.folder)


def _manifest_text(release: Recorded, database: Path, submission_id: int, at: str) -> str:
    """The manifest with the new database's hashes, and with the act that changed them."""
    content = read_manifest(release.folder) or {}
    own = {"path": DATABASE, "sha256": sha256_of(database), "size_bytes": database.stat().st_size}
    files = [own if file["path"] == DATABASE else file for file in content["files"]]
    act = {"because": _BECAUSE, "submission_id": submission_id, "at": at, "database_before": release.database_sha256}
    rewritten = [*content.get("rewritten", []), act]
    return as_text({**content, "files": files, "contents": warehouse.contents_hash(database), "rewritten": rewritten})


# --- databases -------------------------------------------------------------------------------------------------------


def _holds(database: Path, submission_id: int) -> bool:
    """Whether a database still says what a submission said."""
    with closing(duckdb.connect(str(database), read_only=True)) as connection:
        return any(
            _count(connection, f"SELECT count(*) FROM {name} WHERE submission_id = {submission_id}{_still_told(name)}")
            for name, has_submission in _tables(connection)
            if has_submission and name not in _TOMBSTONES
        )


def _still_told(name: str) -> str:
    """What is left to be taken out of a table whose rows stay in part."""
    if name in _TERMS:
        return " AND section <> ''"
    return " AND why IS NOT NULL" if name in _WITHOUT_REASON else ""


def _may_hold(database: Path, submission_id: int) -> bool:
    """The same of a file that nobody vouches for: whoever cannot read it cannot say that it holds nothing."""
    try:
        return _holds(database, submission_id)
    except duckdb.Error as error:
        raise ReleaseError(
            f"{database} gehört zu keiner Veröffentlichung und lässt sich nicht lesen. Bitte entfernen Sie den Ordner: "
            "Er kann Gelöschtes enthalten."
        ) from error


def _copy_without(database: Path, target: Path, submission_id: int) -> None:
    """Write everything but the submission into a new file: deleting rows would leave their bytes in the old one."""
    target.unlink(missing_ok=True)
    with closing(duckdb.connect(config={"threads": 1, "checkpoint_threshold": "1KB"})) as connection:
        for statement in (
            f"ATTACH {quoted(str(database))} AS old (READ_ONLY)",
            f"ATTACH {quoted(str(target))} AS new (STORAGE_VERSION '{STORAGE_VERSION}')",
            "COPY FROM DATABASE old TO new (SCHEMA)",
            "BEGIN",
        ):
            connection.execute(statement).fetchall()
        for name, has_submission in _tables(connection, "old"):
            for select in _selects(name, submission_id, has_submission=has_submission):
                connection.execute(f"INSERT INTO new.{name} BY NAME {select}").fetchall()
        for statement in ("COMMIT", "CHECKPOINT new", "DETACH new", "DETACH old"):
            connection.execute(statement).fetchall()


def _selects(name: str, submission_id: int, *, has_submission: bool) -> Iterator[str]:
    """What of a table goes into the new file."""
    everything = f"SELECT * FROM old.{name}"
    others = f"{everything} WHERE submission_id IS DISTINCT FROM {submission_id}"
    if not has_submission or name in _TOMBSTONES:
        yield everything
        return
    yield _without_quotes(submission_id) if name == _FINDINGS else others
    if name in _TERMS:
        yield _TOTALS.format(source=f"old.{name}", submission_id=submission_id)
    if name in _WITHOUT_REASON:
        yield f"SELECT * REPLACE (NULL AS why) FROM old.{name} WHERE submission_id = {submission_id}"


def _without_quotes(submission_id: int) -> str:
    """The findings of all others, as `flows.retention` leaves them in the ledger."""
    words = (
        _WORDS.format(place=place, left=quoted(left), submission_id=submission_id) for place, left in LEFT_OF.items()
    )
    return _OTHER_FINDINGS.format(words=", ".join(words), submission_id=submission_id)


def _tables(connection: duckdb.DuckDBPyConnection, database: str = "") -> list[tuple[str, bool]]:
    """Every table by name, and whether it has a column `submission_id`."""
    named = f"tables.database_name = {quoted(database)}" if database else "TRUE"
    return connection.execute(
        f"""
        SELECT
            tables.schema_name || '.' || tables.table_name AS name,
            bool_or(columns.column_name = 'submission_id') AS has_submission
        FROM duckdb_tables() AS tables
        INNER JOIN duckdb_columns() AS columns ON tables.table_oid = columns.table_oid
            AND tables.database_oid = columns.database_oid
        WHERE NOT tables.internal AND {named}
        GROUP BY ALL
        ORDER BY ALL
        """
    ).fetchall()


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0

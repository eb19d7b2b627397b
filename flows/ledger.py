"""The ledger: an append-only journal in which every entry carries the hash of the one before it.

Any process may append at any time. One write transaction reads the head, hashes and inserts, so that writers queue up
and the chain never forks; a unique previous hash and, in SQLite, triggers keep it so whoever else opens the file.
Beside the chain lie two stores from which an act of erasure can take: texts (names, file names, reasons) and documents
(findings and other long content, of which the chain holds the hash).
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from expectations.errors import StatedError
from flows.records import Document, Draft, Entry, canonical_json, is_sealed, sealed_text
from flows.settings import DataFolder, utc_text

GENESIS = "0" * 64
"""The previous hash of the first entry."""

_WAIT_SECONDS = 30.0
_POSTGRES_LOCK = 0x57_49_52  # any number, as long as all our processes take the same
_ONCE: Mapping[str, tuple[str, ...]] = {
    "opened": (),
    "peers": ("year",),
    "verdict": ("submission_id", "form_version", "rules_version", "reference_version", "reader_version"),
}
"""Kinds of which only the first entry counts, and the parts of its body that tell one fact from another."""
_AGAIN = ("explanations", "recheck", "erased")
"""What gives a further verdict on the same versions: parts of the basis where they are there."""

_METADATA = sa.MetaData()
_ENTRIES = sa.Table(
    "entries",
    _METADATA,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("previous_hash", sa.Text, nullable=False, unique=True),
    sa.Column("hash", sa.Text, nullable=False, unique=True),
    sa.Column("once", sa.Text, unique=True),
)
_TEXTS = sa.Table(
    "texts",
    _METADATA,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
)
_DOCUMENTS = sa.Table(
    "documents",
    _METADATA,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
_SQLITE_GUARDS = (
    "BEFORE UPDATE ON entries",
    "BEFORE DELETE ON entries",
    "BEFORE INSERT ON entries WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM entries)",
)
"""Acts that triggers refuse; the last one is what INSERT OR REPLACE would do to an entry."""


class LedgerError(StatedError):
    """The ledger cannot be read or written; the message says what to do."""


@dataclass(frozen=True)
class Ledger:
    """An open ledger; `where` names it for people."""

    engine: sa.Engine
    where: str


@dataclass(frozen=True)
class Pen:
    """The right to write, which one process holds at a time; what it reads cannot change before it is done."""

    connection: sa.Connection

    def entries(self, *kinds: str) -> tuple[Entry, ...]:
        """The entries of these kinds so far, or all, in order."""
        return _read_entries(self.connection, kinds)

    def append(self, draft: Draft) -> Entry:
        """Append one entry.

        Returns:
            The new entry; or the first one, unchanged, where only the first of its kind and basis counts (verdicts).

        Raises:
            ValueError: a verdict does not name its basis, or the body is no JSON.
        """
        once = _once(draft)
        same = None if once is None else self.connection.execute(sa.select(_ENTRIES).filter_by(once=once)).one_or_none()
        if same is not None:
            return entry_of(same)
        entry = _sealed(draft, _head(self.connection))
        row = {"seq": entry.seq, "at": utc_text(entry.at), "kind": entry.kind, "body": canonical_json(entry.body)}
        self.connection.execute(
            sa.insert(_ENTRIES).values(**row, previous_hash=entry.previous_hash, hash=entry.hash, once=once)
        )
        for name, text in draft.texts.items():
            self.connection.execute(sa.insert(_TEXTS).values(seq=entry.seq, name=name, text=text))
        for document in draft.documents:
            self._keep(document)
        return entry

    def _keep(self, document: Document) -> None:
        known = sa.select(_DOCUMENTS.c.sha256).filter_by(sha256=document.sha256)
        if self.connection.execute(known).one_or_none() is None:
            content = zlib.compress(document.text.encode())
            self.connection.execute(
                sa.insert(_DOCUMENTS).values(sha256=document.sha256, kind=document.kind, content=content)
            )


def open_ledger(where: DataFolder | str, *, wait_seconds: float = _WAIT_SECONDS) -> Ledger:
    """Open the ledger of a data folder, or the one that a database URL names; create it where there is none.

    Args:
        where: a data folder (SQLite in WAL mode, every commit on the disk) or a URL such as `postgresql+psycopg://…`.
        wait_seconds: how long a writer waits for the others before it gives up (SQLite).

    Raises:
        LedgerError: it cannot be opened or created.
    """
    url = _sqlite_url(where) if isinstance(where, DataFolder) else sa.make_url(where)
    engine = sa.create_engine(url, poolclass=sa.NullPool)  # nothing stays open between two acts, or across a fork
    if engine.dialect.name == "sqlite":
        _speak_sqlite(engine, wait_seconds)
    ledger = Ledger(engine, str(where.ledger_file) if isinstance(where, DataFolder) else url.render_as_string())
    _create_tables(ledger)
    return ledger


def append(
    ledger: Ledger,
    kind: str,
    body: Mapping[str, Any],
    *,
    at: datetime,
    texts: Mapping[str, str] | None = None,
    documents: Sequence[Document] = (),
) -> Entry:
    """Append one entry; see `Pen.append`.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    with writing(ledger) as pen:
        return pen.append(Draft(kind, body, at, texts or {}, documents))


def append_all(ledger: Ledger, drafts: Sequence[Draft]) -> tuple[Entry, ...]:
    """Append several entries, all or none.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    with writing(ledger) as pen:
        return tuple(pen.append(draft) for draft in drafts)


def entries(ledger: Ledger, *kinds: str) -> tuple[Entry, ...]:
    """The entries of these kinds, or all, in order."""
    with _reading(ledger) as connection:
        return _read_entries(connection, kinds)


def head(ledger: Ledger) -> Entry | None:
    """The last entry; None in an empty ledger."""
    with _reading(ledger) as connection:
        return _head(connection)


def texts(ledger: Ledger, name: str) -> dict[int, str]:
    """All texts of one name (`file_name`, `sender`, …) by the entry they belong to; erased ones are missing."""
    query = sa.select(_TEXTS.c.seq, _TEXTS.c.text).filter_by(name=name).order_by(_TEXTS.c.seq)
    with _reading(ledger) as connection:
        return {row.seq: row.text for row in connection.execute(query)}


def documents(ledger: Ledger, kind: str) -> dict[str, Any]:
    """All documents of one kind by their SHA-256; erased ones are missing.

    Raises:
        LedgerError: one was altered.
    """
    with _reading(ledger) as connection:
        rows = connection.execute(sa.select(_DOCUMENTS).filter_by(kind=kind)).all()
    return {row.sha256: _unpacked(ledger, row) for row in rows}


def document(ledger: Ledger, digest: str) -> Any:
    """The document of that SHA-256; None where it was erased.

    Raises:
        LedgerError: it was altered.
    """
    with _reading(ledger) as connection:
        row = connection.execute(sa.select(_DOCUMENTS).filter_by(sha256=digest)).one_or_none()
    return None if row is None else _unpacked(ledger, row)


def forget(ledger: Ledger, seqs: Iterable[int], digests: Iterable[str]) -> None:
    """Erase texts by the entries that they belong to, and documents by their SHA-256; the chain stays as it is.

    In SQLite the bytes are overwritten, in its journal too.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    with writing(ledger) as pen:
        pen.connection.execute(sa.delete(_TEXTS).where(_TEXTS.c.seq.in_(list(seqs))))
        pen.connection.execute(sa.delete(_DOCUMENTS).where(_DOCUMENTS.c.sha256.in_(list(digests))))
    if ledger.engine.dialect.name == "sqlite":
        with _explained(ledger.where), ledger.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as one:
            one.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def rows(ledger: Ledger, *tables: Literal["entries", "texts", "documents"]) -> list[Sequence[sa.Row[Any]]]:
    """Tables as they stand on the disk at one moment, whatever somebody did to them: for whoever proves them."""
    read = [_METADATA.tables[name] for name in tables]
    with _reading(ledger) as connection:
        return [connection.execute(sa.select(one).order_by(*one.primary_key)).all() for one in read]


def check_chain(ledger: Ledger) -> int | None:
    """Recompute the chain.

    Returns:
        The first sequence number that is missing, altered or does not follow from the one before; None if all is well.
        Entries cut off at the end are found by comparing with a head that somebody kept.
    """
    expected, previous = 1, GENESIS
    with _reading(ledger) as connection:
        for row in connection.execute(sa.select(_ENTRIES).order_by(_ENTRIES.c.seq)).yield_per(1000):
            if row.seq != expected or row.previous_hash != previous or not is_sealed(row):
                return expected
            expected, previous = row.seq + 1, row.hash
    return None


def require_chain(ledger: Ledger) -> None:
    """See that nothing recorded was altered.

    Raises:
        LedgerError: an entry was altered or taken away.
    """
    broken = check_chain(ledger)
    if broken is not None:
        raise LedgerError(f"The ledger {ledger.where} was altered at entry {broken}: restore a backup.")


@contextmanager
def writing(ledger: Ledger) -> Iterator[Pen]:
    """Hold the pen: what is appended within is written all or not at all.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    with _explained(ledger.where), ledger.engine.execution_options(wir_writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_POSTGRES_LOCK)))
        yield Pen(connection)


@contextmanager
def _reading(ledger: Ledger) -> Iterator[sa.Connection]:
    with _explained(ledger.where), ledger.engine.connect() as connection:
        yield connection


# --- the chain -------------------------------------------------------------------------------------------------------


def _once(draft: Draft) -> str | None:
    if draft.kind not in _ONCE:
        return None
    missing = [name for name in _ONCE[draft.kind] if name not in draft.body]
    if missing:
        raise ValueError(f"a {draft.kind} must say on what it rests: {', '.join(missing)} is missing")
    again = [{name: draft.body[name]} for name in _AGAIN if name in draft.body]
    return canonical_json([draft.kind, *(draft.body[name] for name in _ONCE[draft.kind]), *again])


def _sealed(draft: Draft, last: Entry | None) -> Entry:
    seq, previous = (1, GENESIS) if last is None else (last.seq + 1, last.hash)
    at = datetime.fromisoformat(utc_text(draft.at))
    body = json.loads(canonical_json(draft.body))
    text = sealed_text(seq, utc_text(at), draft.kind, body, previous)
    return Entry(seq, at, draft.kind, body, previous, sha256(text.encode()).hexdigest())


def entry_of(row: Any) -> Entry:
    """An entry from its row.

    Raises:
        ValueError: somebody wrote into it what cannot be read.
    """
    at = datetime.fromisoformat(row.at)
    return Entry(row.seq, at, row.kind, json.loads(row.body), row.previous_hash, row.hash)


def _head(connection: sa.Connection) -> Entry | None:
    row = connection.execute(sa.select(_ENTRIES).order_by(_ENTRIES.c.seq.desc()).limit(1)).one_or_none()
    return None if row is None else entry_of(row)


def _read_entries(connection: sa.Connection, kinds: Sequence[str]) -> tuple[Entry, ...]:
    query = sa.select(_ENTRIES).order_by(_ENTRIES.c.seq)
    if kinds:
        query = query.where(_ENTRIES.c.kind.in_(kinds))
    return tuple(entry_of(row) for row in connection.execute(query))


def _unpacked(ledger: Ledger, row: Any) -> Any:
    try:
        text = zlib.decompress(row.content)
    except zlib.error:
        text = b""
    if sha256(text).hexdigest() != row.sha256:
        raise LedgerError(f"A document of the ledger {ledger.where} was altered ({row.sha256}): restore a backup.")
    return json.loads(text)


# --- the database ----------------------------------------------------------------------------------------------------


def _sqlite_url(folder: DataFolder) -> sa.URL:
    try:
        folder.root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerError(f"The data folder {folder.root} cannot be created: {error.strerror}.") from error
    return sa.URL.create("sqlite", database=str(folder.ledger_file))


def _speak_sqlite(engine: sa.Engine, wait_seconds: float) -> None:
    """Durable commits, and writers that take the write lock before they read."""

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver would begin later than we need
        connection.execute(f"PRAGMA busy_timeout = {round(wait_seconds * 1000)}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("wir_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _create_tables(ledger: Ledger) -> None:
    with _reading(ledger) as connection:
        if sa.inspect(connection).has_table(_DOCUMENTS.name):
            return
    with writing(ledger) as pen:
        if sa.inspect(pen.connection).has_table(_DOCUMENTS.name):
            return  # another process was faster
        _METADATA.create_all(pen.connection)
        if pen.connection.dialect.name == "sqlite":
            for number, act in enumerate(_SQLITE_GUARDS, start=1):
                refusal = "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
                pen.connection.exec_driver_sql(f"CREATE TRIGGER append_only_{number} {act} {refusal}")


_REMEDIES = {
    "locked": "another process is writing to it. Try again in a moment",
    "full": "the disk is full. Free some space; what was recorded before is safe",
    "disk i/o error": "the disk is full or failing. Check it; what was recorded before is safe",
    "readonly": "it may not be written. Check the permissions of the folder and of the file",
    "unable to open": "it cannot be opened. Check that the folder exists and may be written",
    "not a database": "it is damaged. Restore a backup",
    "malformed": "it is damaged. Restore a backup",
}
"""What SQLite says (a part of it) and what to do."""


@contextmanager
def _explained(where: str) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error)
        remedy = next((said for part, said in _REMEDIES.items() if part in cause.lower()), cause)
        raise LedgerError(f"The ledger {where} did not answer: {remedy}.") from error

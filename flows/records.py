"""Plain values that the rooms hand to each other."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Receipt:
    """What a sender gets for one file.

    Attributes:
        submission_id: the ledger's sequence number of the submission; for a duplicate, that of the first one.
        size: in bytes.
        channel: `inbox` or `cli`.
        received_at: arrival by the source's own clock, UTC.
        collected_at: when we took it in, UTC.
        ags, period: what the file says of itself, None where it could not be recognised.
        duplicate_of: the submission of which this file is a second copy, None for a new submission.
        head: hash of the ledger's entry; whoever keeps it can prove that nothing before it was changed.
    """

    submission_id: int
    sha256: str
    size: int
    channel: str
    received_at: datetime
    collected_at: datetime
    ags: str | None
    period: str | None
    duplicate_of: int | None
    file_name: str
    head: str


@dataclass(frozen=True)
class LeftBehind:
    """A file that was not taken in, or not cleared away, and the reason as a German sentence."""

    file_name: str
    reason: str


@dataclass(frozen=True)
class Collected:
    """What one pass took in, in the order of arrival, and what it left."""

    receipts: tuple[Receipt, ...]
    left: tuple[LeftBehind, ...]


@dataclass(frozen=True)
class ReferenceData:
    """All reference data in force at one moment.

    Attributes:
        frames: dataset → its rows; a dataset that nobody imported is empty, with its columns.
        versions: dataset → SHA-256 of the file it came from; `""` where nobody imported it.
        fingerprint: SHA-256 over the versions; the `reference_version` of verdicts.
    """

    frames: Mapping[str, "pl.DataFrame"]
    versions: Mapping[str, str]
    fingerprint: str


def canonical_json(value: Any) -> str:
    """JSON as it is hashed: keys sorted, no spaces, plain UTF-8.

    Raises:
        ValueError: the value holds NaN or an infinity.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


# --- entries of the ledger -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Document:
    """Long content that belongs to an entry, whose body holds the hash: make it with `document_of`."""

    kind: str
    text: str

    @property
    def sha256(self) -> str:
        """SHA-256 of the canonical JSON."""
        return sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class Draft:
    """An entry before it has its place in the chain.

    Attributes:
        at: the business moment, aware.
        body: what happened, as JSON: identifiers, hashes and numbers, no free text and no name of a person.
        texts: free text by name, kept outside the chain.
    """

    kind: str
    body: Mapping[str, Any]
    at: datetime
    texts: Mapping[str, str] = field(default_factory=dict)
    documents: Sequence[Document] = ()


@dataclass(frozen=True)
class Entry:
    """An entry of the chain; `hash` covers everything else in it. `at` is UTC."""

    seq: int
    at: datetime
    kind: str
    body: Mapping[str, Any]
    previous_hash: str
    hash: str


def sealed_text(seq: int, at: str, kind: str, body: Any, previous_hash: str) -> str:
    """The text of an entry whose SHA-256 is its hash: canonical JSON of all that stands in it."""
    return canonical_json({"seq": seq, "at": at, "kind": kind, "body": body, "previous_hash": previous_hash})


def is_sealed(row: Any) -> bool:
    """Whether the hash in an entry's row of the ledger is the one of what stands in it, in canonical form."""
    try:
        body = json.loads(row.body)
        text = sealed_text(row.seq, row.at, row.kind, body, row.previous_hash)
        return bool(canonical_json(body) == row.body and sha256(text.encode()).hexdigest() == row.hash)
    except (ValueError, TypeError, RecursionError):
        return False


def document_of(kind: str, value: Any) -> Document:
    """A JSON value as a document of the ledger."""
    return Document(kind, canonical_json(value))


# --- a night ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NightRow:
    """What became of one submission: for the artifacts, the terminal and the summary.

    Attributes:
        name: the body's name, `""` where the file could not be recognised.
        errors, warnings: how many findings of that weight, fatal ones among the errors.
        reason: the message of the first finding that decided, `""` for an accepted report.
    """

    submission_id: int
    ags: str
    name: str
    period: str
    received_at: datetime
    verdict: str
    errors: int
    warnings: int
    codes: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class NightReport:
    """What came in during a night and what became of it.

    Attributes:
        business_at: the moment that counted as now.
        rows: one per submission first judged since the last publication, in order of receipt.
        duplicates: copies received since then.
        again: how many earlier submissions got a new verdict since then, by an explanation or a re-check.
        erased: how many lists of people were erased since then because their time was over.
        missing, late: bodies × periods whose report is overdue, or came after the due date (as of this night).
        left: files that were not taken in, with the reason.
        seconds: duration of each step.
        database: where the publication lies.
        is_demo: whether all of it is invented.
    """

    business_at: datetime
    rows: tuple[NightRow, ...]
    duplicates: int
    missing: tuple[tuple[str, str], ...]
    late: tuple[tuple[str, str], ...]
    left: tuple[LeftBehind, ...]
    seconds: Mapping[str, float]
    database: str
    is_demo: bool = False
    again: int = 0
    erased: int = 0

    def count(self, verdict: str) -> int:
        """How many submissions got that verdict."""
        return sum(row.verdict == verdict for row in self.rows)

    @property
    def received(self) -> int:
        """Files taken in for judging, duplicates not among them."""
        return len(self.rows)

    @property
    def returned(self) -> int:
        """Reports returned for correction."""
        return self.count("returned")

    @property
    def unreadable(self) -> int:
        """Files that could not be read as a report."""
        return self.count("unreadable")

"""What an auditor gets to see of a sample: for each item its origin, and every submission and register behind it."""

import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import PurePath
from typing import Any

import duckdb

from expectations.german import date_text
from flows import archive
from flows.proof.draw import Drawn
from flows.proof.population import Item
from flows.proof.sealed_zip import Member
from flows.publication.harmless import harmless
from flows.records import Entry, sealed_text
from flows.reference import DATASETS
from flows.settings import DataFolder, berlin_date, utc_text

_SUFFIXES = frozenset({".xlsx", ".xlsm", ".ods", ".xls"})
_LONGEST_NAME = 60
_REGISTERS = "reference."
_OF_FIGURE = """
SELECT * FROM audit.trace($indicator_id, $area_key, $period, breakdown := $breakdown) ORDER BY ALL
"""
_OF_CELLS = """
SELECT
    cells.section || ': ' || cells.row_key AS term,
    cells.field,
    cells.submission_id,
    submissions.sha256,
    cells.sheet,
    cells.cell,
    cells.raw,
    cells.value,
    submissions.received_at,
    submissions.verdict,
    submissions.ags,
    cells.section,
    cells.row_key
FROM reports.cells AS cells
INNER JOIN intake.submissions AS submissions ON cells.submission_id = submissions.submission_id
WHERE cells.submission_id = $submission_id AND cells.section = $section AND cells.row_key = $row_key
ORDER BY ALL
"""
_OF_REGISTER = """
SELECT register || ': ' || row_key AS term, field, value, register AS section, row_key
FROM audit.register_values
WHERE register = $section AND row_key = $row_key
ORDER BY ALL
"""
_ABOUT_SUBMISSION: Mapping[str, str] = {
    "einreichung": "intake.submissions",
    "feststellungen": "intake.findings",
    "regeln": "intake.rule_results",
    "entscheidungen": "intake.decisions",
    "anerkennungen": "intake.recognitions",
    "schritte": "intake.steps",
}
"""File of a submission → the table whose rows about it stand there."""


@dataclass(frozen=True)
class Rows:
    """What a query returns: the names of its columns, and its rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    @property
    def dicts(self) -> list[dict[str, Any]]:
        """Each row by the names of its columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def values(self, column: str) -> set[Any]:
        """The values of one column that are there; none where there is no such column."""
        if column not in self.columns:
            return set()
        return {row[self.columns.index(column)] for row in self.rows} - {None}


@dataclass(frozen=True)
class Traced:
    """An item of the sample with what it rests on.

    Attributes:
        figure: the figure as the database has it, None for a row.
        origin: a row a term and field.
    """

    drawn: Drawn
    item: Item
    figure: dict[str, Any] | None
    origin: Rows

    @property
    def submissions(self) -> set[int]:
        """The submissions that it rests on."""
        return self.origin.values("submission_id")

    @property
    def registers(self) -> set[str]:
        """The reference data sets that it rests on."""
        sections = self.origin.values("section")
        names = {section.removeprefix(_REGISTERS) for section in sections if section.startswith(_REGISTERS)}
        return names & DATASETS.keys()


def traced(connection: duckdb.DuckDBPyConnection, drawn: Drawn, item: Item) -> Traced:
    """An item of the sample back to its cells, or to its row in a register."""
    if item.indicator_id is not None:
        named = {"indicator_id": item.indicator_id, "area_key": item.area_key, "period": item.period}
        named |= {"breakdown": item.breakdown or ""}
        conditions = " AND ".join(f"{name} = ${name}" for name in named)
        (figure,) = _asked(connection, f"SELECT * FROM indicators.figures WHERE {conditions}", named).dicts
        return Traced(drawn, item, figure, _asked(connection, _OF_FIGURE, named))
    row: dict[str, Any] = {"section": item.section, "row_key": item.row_key}
    if item.submission_id is None:
        return Traced(drawn, item, None, _asked(connection, _OF_REGISTER, row))
    row["submission_id"] = item.submission_id
    return Traced(drawn, item, None, _asked(connection, _OF_CELLS, row))


def item_members(number: int, one: Traced) -> Iterator[Member]:
    """What is packed for one item of the sample."""
    place = f"stichprobe/{number:04d}"
    said = {
        "item": one.item.item,
        "rank": one.drawn.rank,
        "hits": one.drawn.hits,
        "amount_eur": one.item.amount_eur,
        "figure": one.figure,
        "submissions": sorted(one.submissions),
    }
    yield Member(f"{place}/angabe.json", as_json(said))
    yield Member(f"{place}/herkunft.json", as_json(one.origin.dicts))
    yield Member(f"{place}/herkunft.csv", as_csv(one.origin))


def submission_members(
    folder: DataFolder,
    connection: duckdb.DuckDBPyConnection,
    receipt: Entry,
    file_name: str,
    erased: Entry | None,
) -> Iterator[Member]:
    """What is packed for one submission: its original, and all that is known of it.

    Raises:
        ArchiveError: the original is missing or was altered.
    """
    number = receipt.seq
    place = f"einreichungen/{number:06d}"
    if erased is None:
        digest = receipt.body["sha256"]
        archive.read(folder.archive, digest)  # refuses what was altered
        original = archive.path_of(folder.archive, digest)
        yield Member(f"{place}/{number:06d}-{safe_name(file_name)}", original)
    else:
        yield Member(f"{place}/geloescht.txt", (erased_text(number, erased) + "\n").encode())
    for name, table in _ABOUT_SUBMISSION.items():
        if _has(connection, table):
            select = f"SELECT * FROM {table} WHERE submission_id = $number ORDER BY ALL"
            yield Member(f"{place}/{name}.csv", as_csv(_asked(connection, select, {"number": number})))
    if _has_history(connection):
        select = "SELECT * FROM audit.evidence($number) ORDER BY ALL"
        yield Member(f"{place}/verlauf.csv", as_csv(_asked(connection, select, {"number": number})))


def register_members(folder: DataFolder, imported: Iterable[Entry]) -> Iterator[Member]:
    """The files of reference data as they were taken in.

    Raises:
        ArchiveError: one is missing or was altered.
    """
    for entry in imported:
        digest = str(entry.body["sha256"])
        yield Member(f"stammdaten/{entry.body['dataset']}-{digest[:12]}.csv", archive.read(folder.archive, digest))


def journal_members(entries: Sequence[Entry], concerned: Sequence[Entry]) -> Iterator[Member]:
    """The whole chain as it is hashed, line by line, and an excerpt of the entries that the sample concerns."""
    chain = (sealed_text(e.seq, utc_text(e.at), e.kind, e.body, e.previous_hash) for e in entries)
    yield Member("journal/kette.jsonl", "".join(f"{text}\n" for text in chain).encode())
    columns = ("Eintrag", "Zeitpunkt (UTC)", "Art", "Inhalt", "Prüfsumme")
    rows = tuple((entry.seq, entry.at, entry.kind, json_text(entry.body), entry.hash) for entry in concerned)
    yield Member("journal/auszug.csv", as_csv(Rows(columns, rows)))


def erased_text(number: int, erased: Entry) -> str:
    """That a submission was erased, when and by which act."""
    return (
        f"Einreichung {number}: gelöscht am {date_text(berlin_date(erased.at))} (Journal, Eintrag {erased.seq}). "
        "Ihre Prüfsumme und die Einträge über sie bleiben."
    )


def safe_name(typed: str) -> str:
    """A file name that somebody typed, as it may stand in a package: plain letters, short, of a known kind."""
    path = PurePath(typed.replace("\\", "/"))
    suffix = path.suffix.lower()
    letters = unicodedata.normalize("NFKD", path.stem.replace("ß", "ss")).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^A-Za-z0-9_-]+", "_", letters).strip("_-")[:_LONGEST_NAME] or "original"
    return f"{stem}{suffix if suffix in _SUFFIXES else '.bin'}"


def as_csv(rows: Rows) -> bytes:
    """Rows as a German spreadsheet opens them; nothing that people typed is taken for a formula."""
    target = StringIO(newline="")
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow(rows.columns)
    writer.writerows([harmless(_text(value)) for value in row] for row in rows.rows)
    return target.getvalue().encode("utf-8-sig")


def as_json(value: Any) -> bytes:
    """A value as readable JSON."""
    return (json_text(value, indent=1) + "\n").encode()


def json_text(value: Any, indent: int | None = None) -> str:
    """A value as JSON with sorted keys; money as text, days and moments as ISO 8601."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=indent, default=_plain)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _text(value: Any) -> str:
    return "" if value is None else _plain(value)


def _asked(connection: duckdb.DuckDBPyConnection, query: str, named: Mapping[str, Any]) -> Rows:
    result = connection.execute(query, dict(named))
    return Rows(tuple(column[0] for column in result.description or []), tuple(result.fetchall()))


def _has(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    select = "SELECT count(*) FROM duckdb_tables() WHERE schema_name || '.' || table_name = $1"
    found = connection.execute(select, [table]).fetchone()
    return bool(found and found[0])


def _has_history(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the database, which may be an early release, has the macro that tells everything about a submission."""
    select = "SELECT count(*) FROM duckdb_functions() WHERE schema_name = 'audit' AND function_name = 'evidence'"
    found = connection.execute(select).fetchone()
    return bool(found and found[0])

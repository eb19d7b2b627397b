"""BER-02 and BER-04 read a second time, by hand: from the ledger's entries, the cells of first uploads, and the form.

Nothing here knows the SQL, nor what the warehouse makes of the ledger: which upload was the first, which report is in
force, who had to act and for how long is found out from receipts, verdicts and acts.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from expectations.form import Field, Section, form_of
from flows.records import Entry

ACCEPTED = ("accepted", "accepted_with_warnings")
ASKS_THE_BODY = ("returned", "unreadable", "awaiting_explanation", "return")
_BERLIN = ZoneInfo("Europe/Berlin")
Sides = tuple[Decimal, Decimal]
"""Numerator and denominator."""
Figures = dict[tuple[str, str, str], Sides]
"""Period, body and breakdown → its sides."""


@dataclass(frozen=True)
class Upload:
    """A file that was received and judged.

    Attributes:
        acts: its verdicts and what was decided on it: when, by which entry, and what.
    """

    number: int
    ags: str
    period: str
    received_at: datetime
    verdict: str
    acts: tuple[tuple[datetime, int, str], ...]

    @property
    def last_act(self) -> str:
        """What happened to it last."""
        return self.acts[-1][2]


def uploads(entries: Iterable[Entry]) -> list[Upload]:
    """Every judged file of a body that exists, in the order of their receipts."""
    received, judged, acts = {}, {}, defaultdict(list)
    for entry in entries:
        if entry.kind == "receipt":
            received[entry.seq] = datetime.fromisoformat(entry.body["received_at"])
        elif entry.kind == "verdict":
            judged[entry.body["submission_id"]] = entry.body
            acts[entry.body["submission_id"]].append((entry.at, entry.seq, entry.body["verdict"]))
        elif entry.kind in ("approval", "return", "voiding"):
            acts[entry.body["submission_id"]].append((entry.at, entry.seq, entry.kind))
    return [
        Upload(number, body["ags"], body["period"], received[number], body["verdict"], tuple(acts[number]))
        for number, body in sorted(judged.items())
        if body.get("ags") and body.get("period")
    ]


def _by_report(entries: Iterable[Entry], asked: frozenset[tuple[str, str]]) -> dict[tuple[str, str], list[Upload]]:
    """Period and body → its files, the first received first; only those that somebody was asked for."""
    found: dict[tuple[str, str], list[Upload]] = defaultdict(list)
    for one in uploads(entries):
        if (one.period, one.ags) in asked:
            found[one.period, one.ags].append(one)
    return {key: sorted(files, key=lambda one: (one.received_at, one.number)) for key, files in found.items()}


# --- BER-02 ----------------------------------------------------------------------------------------------------------


def completeness(
    entries: Iterable[Entry], asked: frozenset[tuple[str, str]], database: duckdb.DuckDBPyConnection
) -> Figures:
    """Answers given to required questions over those given or left blank, of each report's first upload.

    Args:
        entries: of the ledger.
        asked: periods and bodies of which somebody wanted a report.
        database: only `reports.cells` is read: the cells as the traces list them.
    """
    first = {key: files[0] for key, files in _by_report(entries, asked).items()}
    answers = _answers(database, {one.number for one in first.values()})
    found: Figures = {}
    for (period, ags), one in first.items():
        for breakdown, sides in _shares(answers[one.number], int(period[:4])):
            found[period, ags, breakdown] = sides
    untold = set(_never_refused(found))
    return {key: sides for key, sides in found.items() if sides[1] and (key[0], key[2]) not in untold}


def _answers(database: duckdb.DuckDBPyConnection, numbers: set[int]) -> Mapping[int, Mapping[tuple[str, str], int]]:
    """Upload → field and state → number of cells."""
    cells = database.sql("SELECT submission_id, field, state FROM reports.cells").pl()
    counted = cells.filter(pl.col("submission_id").is_in(numbers)).group_by("submission_id", "field", "state").len()
    found: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    for number, field, state, count in counted.iter_rows():
        found[number][field, state] = count
    return found


def _shares(answers: Mapping[tuple[str, str], int], year: int) -> Iterator[tuple[str, Sides]]:
    sides: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for sheet, field in _required(year):
        given, blank, refused = (answers.get((field, state), 0) for state in ("given", "blank", "not_recorded"))
        if given + blank + refused:
            for breakdown in ("gesamt", f"sheet={sheet}"):
                sides[breakdown][0] += given
                sides[breakdown][1] += given + blank
            sides[f"not_recorded={field}"] = [refused, given + blank + refused]
    yield from ((breakdown, (Decimal(above), Decimal(below))) for breakdown, (above, below) in sides.items())


def _required(year: int) -> Iterator[tuple[str, str]]:
    """Sheet and field of every question that must be answered, but for those in a table whose rows nobody may count."""
    for sheet in form_of(year).sheets:
        for section in sheet.sections:
            if section.name != "languages":
                yield from ((sheet.title, field.path) for field in section.fields if _is_required(section, field))


def _is_required(section: Section, field: Field) -> bool:
    """Printed answers are nobody's; elsewhere a number must be told or refused, and in a table what is marked."""
    is_number = field.type in ("integer", "money", "hours", "fte", "number")
    return not field.locked and (field.required or (is_number and section.kind != "table"))


def _never_refused(found: Figures) -> Iterator[tuple[str, str]]:
    """Periods and fields in which nobody said that he does not record it: of those there is no share to tell."""
    refused: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for (period, _, breakdown), (above, _) in found.items():
        if breakdown.startswith("not_recorded="):
            refused[period, breakdown] += above
    yield from (key for key, count in refused.items() if not count)


# --- BER-04 ----------------------------------------------------------------------------------------------------------


def days_to_approval(entries: Iterable[Entry], asked: frozenset[tuple[str, str]]) -> Figures:
    """Days from the first upload until the report in force was approved, and with whom they passed."""
    found: Figures = {}
    for (period, ags), files in _by_report(entries, asked).items():
        approved = _approval(files)
        if approved is not None:
            for breakdown, days in _turns(files, approved).items():
                found[period, ags, breakdown] = Decimal(days), Decimal(1)
    return found


def _approval(files: Sequence[Upload]) -> tuple[datetime, int] | None:
    """When the report in force was approved: the last accepted that was not voided, if nobody gave it back since."""
    accepted = [one for one in files if one.verdict in ACCEPTED and "voiding" not in {act for *_, act in one.acts}]
    in_force = max(accepted, key=lambda one: one.number, default=None)
    if in_force is None or in_force.last_act != "approval":
        return None
    at, seq, _ = in_force.acts[-1]
    return at, seq


def _turns(files: Sequence[Upload], approved: tuple[datetime, int]) -> dict[str, int]:
    """Calendar days in Hessen between one step and the next, by who had to act after the first of them."""
    steps = [(one.received_at, one.number, "received") for one in files]
    steps += [act for one in files for act in one.acts]
    known = sorted(step for step in steps if step[:2] <= approved)
    days = {"gesamt": 0, "turn=Kommune": 0, "turn=Ministerium": 0}
    for (at, _, what), (until, *_) in pairwise(known):
        passed = (until.astimezone(_BERLIN).date() - at.astimezone(_BERLIN).date()).days
        days["turn=Kommune" if what in ASKS_THE_BODY else "turn=Ministerium"] += passed
        days["gesamt"] += passed
    return days

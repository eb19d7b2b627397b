"""The rows of `history.*`: what the tables that change with time held at every moment of the ledger."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import polars as pl

from flows import reference
from flows.assemble import OF_SUBMISSIONS, duties_acted_on, submission_rows
from flows.decisions import ERASED, ON_DUTIES, RELEASE, decision_rows, step_rows
from flows.history import Span, moments_of, prefixes, related, spans
from flows.obligations import ObligationsError, obligations, periods_at
from flows.recognitions import RECOGNITION, recognition_rows, recognitions
from flows.records import Entry
from flows.settings import BERLIN, berlin_date
from flows.warehouse.decided import DECISIONS, STEPS
from flows.warehouse.history import KNOWN_FROM, KNOWN_TO
from flows.warehouse.inputs import OBLIGATIONS, REFERENCE, SUBMISSIONS, Table
from flows.warehouse.recognised import RECOGNITIONS
from flows.warehouse.released import SUPPRESSED

_OWED = ("ags", "period", "report_kind", "due_on", "duty_basis", "exempt", "extended_to")
"""What is owed, without what came of it."""
_DECIDING: Mapping[str, tuple[str, ...]] = {
    "municipalities": (),
    "parameters": (),
    "holidays": (),
    "grants": ("ags", "budget_year", "due_on", "duty_basis"),
}
"""Data sets on which obligations rest, each with the columns that they take from it; none = all."""
_NOTHING_SENT = pl.DataFrame(schema={**SUBMISSIONS.frame_schema})


@dataclass(frozen=True)
class _Ledger:
    """The entries that count, and when each became known."""

    entries: Sequence[Entry]
    moments: Mapping[int, datetime]

    def of(self, *kinds: str) -> list[Entry]:
        return [entry for entry in self.entries if entry.kind in kinds]

    @property
    def begin(self) -> datetime:
        return self.moments[self.entries[0].seq]


def histories(
    entries: Sequence[Entry], business_on: date, archived: Callable[[str], bytes]
) -> Mapping[str, pl.DataFrame]:
    """Every row that the tables ever held, with the time for which it stood, as `WarehouseInputs.history` wants it.

    A submission that was erased counts at no moment as in force: its content is gone, so earlier figures are computed
    without it as today's are.

    Args:
        entries: all entries that count, in order; at least one.
        business_on: the day of the build; a reference file recorded after its night's entry is not in force yet.
        archived: bytes of the archive by SHA-256.

    Raises:
        ArchiveError: a recorded reference file is missing or was altered.
    """
    known = _Ledger(_without_later_files(entries), moments_of(entries))
    files = reference.versions(known.of("reference"), archived)
    submissions = _submissions(known)
    return {
        SUBMISSIONS.full_name: _frame(SUBMISSIONS, submissions),
        STEPS.full_name: _added(STEPS, step_rows(known.entries), known),
        DECISIONS.full_name: _added(DECISIONS, decision_rows(known.entries, {}, _places(submissions)), known),
        RECOGNITIONS.full_name: _recognitions(known, submissions),
        OBLIGATIONS.full_name: _obligations(known, files, business_on),
        SUPPRESSED.full_name: _releases(known),
        **{table.full_name: _register(name, files[name], known) for name, table in REFERENCE.items()},
    }


def _without_later_files(entries: Sequence[Entry]) -> list[Entry]:
    night = max((entry.seq for entry in entries if entry.kind == "night"), default=entries[-1].seq)
    return [entry for entry in entries if entry.kind != "reference" or entry.seq <= night]


# --- submissions and what was decided about them ---------------------------------------------------------------------

_Rows = list[Span[tuple[Any, ...]]]


def _submissions(known: _Ledger) -> _Rows:
    return [
        span
        for group in related(known.of(*OF_SUBMISSIONS))
        for span in spans(
            (moment, [tuple(row.values()) for row in submission_rows(entries)])
            for moment, entries in prefixes(group, known.moments, always={ERASED})
        )
    ]


def _places(submissions: _Rows) -> dict[int, tuple[str | None, str | None]]:
    names = list(SUBMISSIONS.frame_schema)
    number, ags, period = (names.index(name) for name in ("submission_id", "ags", "period"))
    return {row[number]: (row[ags], row[period]) for row, _, _ in sorted(submissions, key=lambda span: span[1])}


def _added(table: Table, rows: Iterable[Mapping[str, Any]], known: _Ledger) -> pl.DataFrame:
    """Rows that are added one by one and stay, each with the entry `seq`."""
    return _frame(table, [(_in_order(table, row), known.moments[row["seq"]], None) for row in rows])


def _recognitions(known: _Ledger, submissions: _Rows) -> pl.DataFrame:
    """A recognition stands until the next one of its submission; whether its report is in force changes too."""
    names = list(SUBMISSIONS.frame_schema)
    number, in_force = names.index("submission_id"), names.index("in_force")
    acts = known.of(RECOGNITION)
    recognised = {entry.body["submission_id"] for entry in acts}
    found: _Rows = []
    for submission in sorted(recognised):
        own = [entry for entry in acts if entry.body["submission_id"] == submission]
        stood = [span for span in submissions if span[0][number] == submission]
        moments = sorted({known.moments[entry.seq] for entry in own} | {start for _, start, _ in stood})
        found += spans(
            (moment, _recognised(own, known, moment, {submission} if _in_force(stood, moment, in_force) else set()))
            for moment in moments
        )
    return _frame(RECOGNITIONS, found)


def _in_force(stood: _Rows, moment: datetime, column: int) -> bool:
    return any(row[column] for row, start, end in stood if start <= moment and (end is None or end > moment))


def _recognised(own: Sequence[Entry], known: _Ledger, moment: datetime, in_force: set[int]) -> list[tuple[Any, ...]]:
    acts = recognitions(entry for entry in own if known.moments[entry.seq] <= moment)
    return [_in_order(RECOGNITIONS, row) for row in recognition_rows(acts, {}, in_force)]


def _releases(known: _Ledger) -> pl.DataFrame:
    """Since when each release was known, by its name; what it hid stands in the inputs."""
    rows: _Rows = [((entry.body["name"],), known.moments[entry.seq], None) for entry in known.of(RELEASE)]
    return _with_spans(rows, {"release": pl.String()})


# --- reference data and what is owed ---------------------------------------------------------------------------------

_Files = Mapping[str, Sequence[tuple[int, list[reference.Row]]]]


def _register(name: str, files: Sequence[tuple[int, list[reference.Row]]], known: _Ledger) -> pl.DataFrame:
    stood = spans((known.moments.get(seq, known.begin), rows) for seq, rows in files)
    frame = reference.frame_of_rows([row for row, _, _ in stood], name)
    return frame.with_columns(
        pl.Series(KNOWN_FROM, [start for _, start, _ in stood], dtype=pl.Datetime("us")),
        pl.Series(KNOWN_TO, [end for _, _, end in stood], dtype=pl.Datetime("us")),
    )


@dataclass(frozen=True)
class _State:
    """A data set from a moment on, and what obligations take from it."""

    since: datetime
    rows: list[reference.Row]
    deciding: frozenset[tuple[Any, ...]]


def _states(name: str, files: Sequence[tuple[int, list[reference.Row]]], known: _Ledger) -> list[_State]:
    columns = list(reference.DATASETS[name].columns)
    places = [columns.index(column) for column in _DECIDING[name] or columns]
    return [
        _State(known.moments.get(seq, known.begin), rows, frozenset(tuple(row[p] for p in places) for row in rows))
        for seq, rows in files
    ]


def _obligations(known: _Ledger, files: _Files, business_on: date) -> pl.DataFrame:
    """What was owed: it changes with reference data, with extensions and waivers, and as periods begin."""
    acts = known.of(*ON_DUTIES)
    registers = {name: _states(name, files[name], known) for name in _DECIDING}
    changes = {known.begin, *(known.moments[entry.seq] for entry in acts)}
    changes |= {state.since for states in registers.values() for state in states}
    changes |= set(_new_periods(berlin_date(known.begin.replace(tzinfo=UTC)), business_on))
    found, basis = [], None
    rows: list[tuple[Any, ...]] = []
    for moment in sorted(changes):
        day = berlin_date(moment.replace(tzinfo=UTC))
        held = {name: _at(states, moment) for name, states in registers.items()}
        acted = [entry for entry in acts if known.moments[entry.seq] <= moment]
        now = (periods_at(day), len(acted), *(state.deciding for state in held.values() if state))
        if now != basis:
            basis, rows = now, _owed(held, day, duties_acted_on(acted), rows)
        found.append((moment, rows))
    return _with_spans(spans(found), {name: OBLIGATIONS.frame_schema[name] for name in _OWED})


def _at(states: Sequence[_State], moment: datetime) -> _State | None:
    return next((state for state in reversed(states) if state.since <= moment), None)


def _new_periods(first: date, last: date) -> list[datetime]:
    """The beginnings of the days on which other periods are owed than on the day before."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    owed = [periods_at(day) for day in days]
    changed = [day for day, before, now in zip(days[1:], owed, owed[1:], strict=False) if before != now]
    return [datetime.combine(day, time(), BERLIN).astimezone(UTC).replace(tzinfo=None) for day in changed]


def _owed(
    held: Mapping[str, _State | None], day: date, acts: pl.DataFrame, before: list[tuple[Any, ...]]
) -> list[tuple[Any, ...]]:
    """What is owed on a day; what was owed before where something is missing to tell: no night could build then."""
    frames = {name: reference.frame_of_rows(state.rows if state else [], name) for name, state in held.items()}
    try:
        return obligations(frames, _NOTHING_SENT, day, acts=acts).select(_OWED).rows()
    except ObligationsError:
        return before


# --- frames ----------------------------------------------------------------------------------------------------------


def _in_order(table: Table, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in table.frame_schema)


def _frame(table: Table, found: _Rows) -> pl.DataFrame:
    return _with_spans(found, table.frame_schema)


def _with_spans(found: _Rows, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    rows = [(*row, start, end) for row, start, end in found]
    known = {KNOWN_FROM: pl.Datetime("us"), KNOWN_TO: pl.Datetime("us")}
    return pl.DataFrame(rows, schema={**schema, **known}, orient="row")

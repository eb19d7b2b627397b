"""What was known when, from the ledger's entries: moments, and rows with the time for which they stood.

The ledger's own time counts. What the night of a business time published is what was known at that time; what was
recorded at the same time after the publication (a demonstration's clock stands still between its nights) was known one
microsecond later.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from flows.records import Entry

_NEXT = timedelta(microseconds=1)
_PUBLISHED = "published"

Row = TypeVar("Row", bound=Hashable)
Span = tuple[Row, datetime, datetime | None]
"""A row, since when it stood, and until before when; None if it still stands."""


def moments_of(entries: Iterable[Entry]) -> dict[int, datetime]:
    """Entry → the moment (UTC, naive as in tables) from which on it was known; later entries never come before."""
    moments: dict[int, datetime] = {}
    earliest: datetime | None = None
    for entry in entries:
        at = entry.at.astimezone(UTC).replace(tzinfo=None)
        moment = at if earliest is None else max(at, earliest)
        moments[entry.seq] = moment
        earliest = moment + _NEXT if entry.kind == _PUBLISHED else moment
    return moments


def spans(states: Iterable[tuple[datetime, Iterable[Row]]]) -> list[Span[Row]]:
    """The times for which rows stood, from the states of a table one after another.

    Args:
        states: moment and all rows from then on; of several at one moment the last counts.
    """
    since: dict[Row, datetime] = {}
    found: list[Span[Row]] = []
    for moment, rows in dict(states).items():
        standing = dict.fromkeys(rows)
        gone = [row for row in since if row not in standing]
        found += [(row, since.pop(row), moment) for row in gone]
        for row in standing:
            since.setdefault(row, moment)
    return [*found, *((row, start, None) for row, start in since.items())]


def related(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Entries about submissions in groups: those of one body and period, which may take each other's place.

    A submission that was judged again as another body's or period's report joins the groups of both.

    Args:
        entries: of receipts, verdicts and acts on submissions, in order.
    """
    groups: dict[int, list[Entry]] = {}
    places: dict[tuple[Any, Any], int] = {}
    for entry in entries:
        number = entry.body.get("submission_id", entry.seq)
        own = groups.setdefault(number, [])
        own.append(entry)
        if entry.kind == "verdict" and entry.body["ags"] is not None:
            first = places.setdefault((entry.body["ags"], entry.body["period"]), number)
            _join(groups, groups[first], own)
    seen = {id(group): group for group in groups.values()}
    return (sorted(group, key=lambda entry: entry.seq) for group in seen.values())


def _join(groups: dict[int, list[Entry]], one: list[Entry], other: list[Entry]) -> None:
    if one is other:
        return
    one += other
    for number, group in groups.items():
        if group is other:
            groups[number] = one


def prefixes(
    entries: Sequence[Entry], moments: Mapping[int, datetime], *, always: Collection[str] = ()
) -> Iterator[tuple[datetime, list[Entry]]]:
    """What was known at each moment at which something became known.

    Args:
        entries: in order.
        moments: from `moments_of`.
        always: kinds that count from the beginning, whenever they came.
    """
    lasting = [entry for entry in entries if entry.kind in always]
    for moment in dict.fromkeys(moments[entry.seq] for entry in entries):
        known = [entry for entry in entries if moments[entry.seq] <= moment and entry.kind not in always]
        yield moment, [*known, *lasting]

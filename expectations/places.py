"""Cell addresses in few words: neighbours below each other are named together."""

import re
from collections.abc import Iterable, Sequence

_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_RANGE = re.compile(rf"{_CELL.pattern}:{_CELL.pattern}")
_TOGETHER_FROM = 3


def merged(places: Sequence[str]) -> list[str]:
    """Places with neighbouring cells of a column as one: `F13`, `F14`, `F15` become `F13:F15`.

    Args:
        places: addresses, ranges, and whatever else tells a place; only single addresses are merged, the rest follows
            as it is.
    """
    rows: dict[str, set[int]] = {}
    rest = []
    for place in places:
        if match := _CELL.fullmatch(place):
            rows.setdefault(match[1], set()).add(int(match[2]))
        else:
            rest.append(place)
    columns = sorted(rows, key=lambda letters: (len(letters), letters))
    return [place for column in columns for run in _runs(sorted(rows[column])) for place in _named(column, run)] + rest


def count(places: Iterable[str]) -> int:
    """How many cells that are; whatever is no range counts as one."""
    return sum(_size(place) for place in places)


def _size(place: str) -> int:
    match = _RANGE.fullmatch(place)
    if match is None:
        return 1
    return (1 + int(match[4]) - int(match[2])) * (1 + _column(match[3]) - _column(match[1]))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _runs(rows: Iterable[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _named(column: str, run: Sequence[int]) -> list[str]:
    if len(run) < _TOGETHER_FROM:
        return [f"{column}{row}" for row in run]
    return [f"{column}{run[0]}:{column}{run[-1]}"]

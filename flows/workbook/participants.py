"""Lists of people: a workbook that is one, or that holds one, is refused and not kept.

Such a list is known by its headings (a name beside a birth date, a signature, a country of origin …) over several rows,
or without headings by its contents. What it says is never repeated.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import islice

from expectations.markers import OUR_HIDDEN_SHEETS
from expectations.personal_data import is_first_name
from expectations.privacy import LIST_OF_PEOPLE
from flows.workbook.grid import Grid, Value
from flows.workbook.refusal import RefusalError

_ROWS_MAX, _COLUMNS_MAX = 1_000, 60
"""So much of a sheet is looked at."""
_FEWEST_UNDER_HEADINGS, _FEWEST_DATED, _FEWEST_NAMES = 3, 5, 8
"""So many rows make a list: under headings, with a name and a birth date, and with nothing but names."""
_LONGEST_NAME = 60
_KINDS: Mapping[str, str] = {
    "name": "name nachname familienname zuname hausname surname lastname teilnehmer teilnehmerin teilnehmende "
    "teilnehmerinnen teilnehmername namederteilnehmenden namedesteilnehmers",
    "full name": "namevorname nachnamevorname vornamenachname vornamename vornameundname vorundnachname nameundvorname "
    "vornamezuname vorundzuname fullname vornameundnachname nameundvornamen",
    "first name": "vorname vornamen rufname firstname givenname",
    "birth": "geburtsdatum geb gebdatum gebdat gebam geburtstag geborenam geburtsort dateofbirth geburtsname "
    "geburtsjahr geburtsdatumundort",
    "signature": "unterschrift unterschriften signatur signature handzeichen",
    "origin": "herkunftsland nationalität nationalitaet staatsangehörigkeit staatsangehoerigkeit nationality "
    "geburtsland aufenthaltsstatus aufenthaltstitel",
    "sex": "geschlecht anrede mw mwd gender",
}
_HEADINGS = {heading: kind for kind, headings in _KINDS.items() for heading in headings.split()}
"""Headings without blanks and signs → what stands below them."""
_DAY = re.compile(r"(?:0?[1-9]|[12][0-9]|3[01])[./-](?:0?[1-9]|1[0-2])[./-](?:19[2-9][0-9]|20[01][0-9])")
_BORN_BETWEEN = (1920, 2020)
_ANYTHING_ELSE = (b"PK", b"\xd0\xcf", b"%PDF", b"<", b"{\\rtf")
_TEXT_BYTES = 256 * 1024


def refuse_lists_of_people(grids: Iterable[Grid]) -> None:
    """Refuse a workbook with a list of people on any of its sheets, a hidden one included.

    The sheet's own name may name a person: it is told by its place among those that people see.

    Args:
        grids: the sheets in their order.

    Raises:
        RefusalError: there is one.
    """
    shown = 0
    for grid in grids:
        shown += not grid.is_hidden
        if grid.name not in OUR_HIDDEN_SHEETS and is_list_of_people(grid.rows):
            which = "Ein ausgeblendetes" if grid.is_hidden else f"Das {shown}."
            raise RefusalError(LIST_OF_PEOPLE, given=f"{which} Blatt der Datei")


def refuse_text_with_people(data: bytes) -> None:
    """Refuse a list of people that was saved as plain text (CSV).

    Raises:
        RefusalError: it is one.
    """
    if not data.startswith(_ANYTHING_ELSE) and is_list_of_people(_rows_of_text(data)):
        raise RefusalError(LIST_OF_PEOPLE, given="Die Datei")


def is_list_of_people(rows: Sequence[Sequence[Value]]) -> bool:
    """Whether rows of cells list people, under headings or without."""
    seen = [row[:_COLUMNS_MAX] for row in islice(rows, _ROWS_MAX)]
    headed = (number for number, row in enumerate(seen, start=1) if _heads_people(row))
    return any(_names_below(seen, number) for number in headed) or _lists_people(seen)


# --- under headings --------------------------------------------------------------------------------------------------


def _heads_people(row: Sequence[Value]) -> bool:
    """Whether headings ask for the names of people: a name, and beside it what only people have."""
    kinds = {kind for value in row if value and isinstance(value, str) and (kind := _heading(value))}
    if not kinds & {"name", "full name", "first name"}:
        return False
    return len(kinds) > 1 or kinds == {"full name"}


@lru_cache(maxsize=4096)
def _heading(text: str) -> str:
    return _HEADINGS.get("".join(sign for sign in text.casefold() if sign.isalpha()), "") if len(text) < 60 else ""


def _names_below(rows: Sequence[Sequence[Value]], number: int) -> bool:
    """Whether several rows below the headings in row `number` bear a name."""
    headings = rows[number - 1]
    columns = [
        column
        for column, value in enumerate(headings)
        if isinstance(value, str) and _heading(value) in {"name", "full name", "first name"}
    ]
    named = (row for row in rows[number:] if any(_is_word(row[column]) for column in columns if column < len(row)))
    return _are_at_least(_FEWEST_UNDER_HEADINGS, named)


def _is_word(value: Value) -> bool:
    return (
        isinstance(value, str)
        and 1 < len(value) <= _LONGEST_NAME
        and not any(sign.isdigit() for sign in value)
        and any(sign.isalpha() for sign in value)
    )


# --- without headings ------------------------------------------------------------------------------------------------


def _lists_people(rows: Sequence[Sequence[Value]]) -> bool:
    filled = [[value for value in row if value and not isinstance(value, float)] for row in rows]
    dated = (row for row in filled if len(row) > 1 and any(map(_is_birth_date, row)) and any(map(_has_first_name, row)))
    names = (row for row in filled if any(map(_is_full_name, row)))
    return _are_at_least(_FEWEST_DATED, dated) or _are_at_least(_FEWEST_NAMES, names)


def _are_at_least(fewest: int, rows: Iterable[object]) -> bool:
    return len(list(islice(rows, fewest))) == fewest


def _is_birth_date(value: Value) -> bool:
    if isinstance(value, date):
        return _BORN_BETWEEN[0] <= value.year < _BORN_BETWEEN[1]
    return isinstance(value, str) and value[:1].isdigit() and bool(_DAY.fullmatch(value.strip()))


@lru_cache(maxsize=16384)
def _has_first_name(value: Value) -> bool:
    return isinstance(value, str) and _is_word(value) and any(map(is_first_name, _name_words(value)))


@lru_cache(maxsize=16384)
def _is_full_name(value: Value) -> bool:
    """Whether a cell holds nothing but a first name and a family name."""
    if not isinstance(value, str) or not _is_word(value):
        return False
    words = _name_words(value)
    return 2 <= len(words) <= 3 and all(word[0].isupper() for word in words) and any(map(is_first_name, words))


def _name_words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,;]+", text) if word and word[0].isalpha()]


# --- plain text ------------------------------------------------------------------------------------------------------


def _rows_of_text(data: bytes) -> list[list[Value]]:
    """The rows of a CSV file with the separator that its first lines show; none where the bytes are no text."""
    head = data[:_TEXT_BYTES]
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return []
    text = _decoded(head)
    separator = max(";\t,|", key=text[:4096].count)
    return list(_split(text, separator))


def _decoded(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="ignore")
    try:
        return head.decode("utf-8-sig")
    except UnicodeDecodeError:
        return head.decode("latin-1")


def _split(text: str, separator: str) -> Iterator[list[Value]]:
    for line in text.splitlines()[:_ROWS_MAX]:
        try:
            yield list(next(csv.reader([line[:4096]], delimiter=separator), []))
        except csv.Error:
            continue

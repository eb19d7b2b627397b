"""What a cell of an .ods says: its kind, its value, its formula; and addresses in Excel's notation."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from flows.workbook.grid import Value

_FORMULA_PREFIX = re.compile(r"^(?:[a-z]+:)?=")
_OTHER_FILE = re.compile(r"'[^']*'#")
_ERROR_WORD = re.compile(r"#[A-ZÄÖÜ0-9/!?]+[!?]?|(?:Err|Fehler):[0-9]{3}")
_DURATION = re.compile(r"(-?)P(?:([0-9]{1,6})D)?T([0-9]{1,9})H([0-9]{1,2})M([0-9]{1,2})(?:[.,][0-9]*)?S")
_SHEET = r"\$?(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^'.$:]+))"
_RANGE = re.compile(
    rf"{_SHEET}\.(?P<first>\$?[A-Z]{{1,3}}\$?[0-9]{{1,7}})(?::(?:\$?(?:'(?:[^']|'')+'|[^'.:]*))?\.(?P<last>\$?[A-Z]{{1,3}}\$?[0-9]{{1,7}}))?"
)


def kind_of(attributes: Mapping[str, str], text: str, formula: str) -> str:
    """What a cell holds: its declared type, `error`, or `""` for nothing.

    The attribute `value-type` is there twice, in two namespaces, which differ for errors. Older versions store an error
    as 0 that is shown as an error word.
    """
    kind = attributes.get("value-type", "string" if text else "")
    if formula and _ERROR_WORD.fullmatch(text):
        return "error"
    is_without_value = kind in _HOLDS and _HOLDS[kind] not in attributes
    return "" if formula and is_without_value else kind


def _number(attributes: Mapping[str, str], _: str) -> float | None:
    text = attributes.get("value", "")
    try:
        return float(text) if "_" not in text else None
    except ValueError:
        return None


def _day(attributes: Mapping[str, str], _: str) -> date | datetime | None:
    text = attributes.get("date-value", "")
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None) if "T" in text else date.fromisoformat(text)
    except ValueError:
        return None


def _duration(attributes: Mapping[str, str], _: str) -> timedelta | None:
    match = _DURATION.fullmatch(attributes.get("time-value", ""))
    if match is None:
        return None
    sign, days, hours, minutes, seconds = match.groups()
    length = timedelta(days=int(days or 0), hours=int(hours), minutes=int(minutes), seconds=int(seconds))
    return -length if sign else length


def _truth(attributes: Mapping[str, str], _: str) -> bool | None:
    return {"true": True, "false": False}.get(attributes.get("boolean-value", ""))


def _text(attributes: Mapping[str, str], text: str) -> str:
    return attributes.get("string-value", text)


_VALUES: Mapping[str, Callable[[Mapping[str, str], str], Value | None]] = {
    "float": _number,
    "currency": _number,
    "percentage": _number,
    "date": _day,
    "time": _duration,
    "boolean": _truth,
    "string": _text,
}
"""Declared type → the value, None where it is none of that type."""
_HOLDS = {
    "float": "value",
    "currency": "value",
    "percentage": "value",
    "date": "date-value",
    "time": "time-value",
    "boolean": "boolean-value",
}
"""Declared type → the attribute that holds the value."""


def value_of(kind: str, attributes: Mapping[str, str], text: str) -> Value | None:
    """A cell's value by its declared type; None where it is none of that type."""
    return _VALUES[kind](attributes, text) if kind in _VALUES else text


def plain_formula(text: str) -> str:
    """A formula without the name of its language and the sign before it."""
    return _FORMULA_PREFIX.sub("", text)


def formula_in_excel(text: str) -> str:
    """A formula as Excel would write it where it refers to another file."""
    return _OTHER_FILE.sub("[1]", plain_formula(text))


def address_in_excel(cell_range: str) -> str:
    """An address in Excel's notation: `$'01 Deckblatt'.$C$5:.$C$9` → `'01 Deckblatt'!$C$5:$C$9`."""
    match = _RANGE.fullmatch(cell_range)
    if match is None:
        return ""
    sheet = match["quoted"] or match["plain"].replace("'", "''")
    return f"'{sheet}'!{match['first']}" + (f":{match['last']}" if match["last"] else "")

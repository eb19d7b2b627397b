"""What a cell says as the answer to its field: its value, its state, and what is to be said about it.

Nothing becomes a zero by itself. What cannot be read keeps its place with no value; a type that does not fit is said
by the judge, which compares `found_type` with the declared one; whatever only the reader can know is a code here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from expectations.form import Field
from expectations.german import date_text
from expectations.reading import BLANK, GIVEN, STATE_NOT_RECORDED
from flows.workbook.german_input import (
    cleaned,
    is_dash,
    is_percentage,
    is_statistical_sign,
    means_not_recorded,
    says_not_recorded,
    typed_date,
    typed_number,
)
from flows.workbook.grid import Grid, Value

ERROR_CELL, UNCACHED = "R-TEC-01", "R-TEC-02"
DASH, STATISTICAL_SIGN, TWO_WAYS = "R-TEC-08", "R-TEC-09", "R-TEC-10"
TYPED_NUMBER, THOUSANDS_DOT, TYPED_DATE, NOT_RECORDED_KIN = "R-TEC-16", "R-TEC-17", "R-TEC-18", "R-TEC-19"
_SIGNIFICANT_DIGITS = 15
"""As many as Excel keeps; what lies beyond is noise of binary fractions."""
_BEYOND_ALL_FIELDS = Decimal(10) ** _SIGNIFICANT_DIGITS
_GROUPED_TYPES = frozenset({"integer", "money"})
"""Counts and amounts reach thousands and have no third decimal: there a dot before three digits groups.

Hours, full-time equivalents and agreed values are as often small numbers from another program with too many decimals.
"""

Labels = Mapping[str, str]
"""Entries of a closed list: `label_key` → label as the form has it."""


@dataclass(frozen=True)
class Answer:
    """One cell as read.

    Attributes:
        raw: what stands there, as text.
        value: canonical text, None without a value.
        number, day: the value of a number or date field.
        state: `given`, `blank` or `not_recorded`.
        found_type: the declared type where it fits or where `code` says what is wrong, else what was found.
        code: of the reader's own finding, `""` without one.
        expected: what that finding says was read or may have been meant.
    """

    raw: str
    value: str | None
    number: float | None
    day: date | None
    state: str
    found_type: str
    code: str = ""
    expected: str = ""


def answer_at(grid: Grid, row: int, column: int, field: Field, labels: Labels) -> Answer:
    """Read one cell of the form.

    Args:
        grid: the sheet.
        row: the cell's row, from 1.
        column: its column, from 1.
        field: the question that it answers.
        labels: entries of the field's list; empty where it has none, or any text goes.
    """
    value = grid.value(row, column)
    if value == "":
        return _without_value(grid, (row, column), field)
    if isinstance(value, str):
        return _from_text(value, field, labels)
    if field.is_number:
        return _number_from_value(value, field, is_percentage=(row, column) in grid.percents)
    if field.type == "date":
        return _date_from_value(value)
    return _text_from_value(value, field, labels)


def label_key(text: str) -> str:
    """A list entry without what people get wrong when they type it: case and blanks."""
    return "".join(text.casefold().split())


def _without_value(grid: Grid, position: tuple[int, int], field: Field) -> Answer:
    if position in grid.errors:
        return _unread(grid.errors[position] or "#?", field.type, code=ERROR_CELL)
    if position in grid.uncached:
        return _unread("=" + grid.formulas[position], field.type, code=UNCACHED)
    return Answer("", None, None, None, BLANK, field.type)


def _unread(raw: str, found_type: str, *, code: str = "", expected: str = "") -> Answer:
    return Answer(raw, None, None, None, GIVEN, found_type, code, expected)


# --- typed as text ---------------------------------------------------------------------------------------------------


def _from_text(raw: str, field: Field, labels: Labels) -> Answer:
    text = cleaned(raw)
    if not text:
        return Answer("", None, None, None, BLANK, field.type)
    if field.type == "text":
        return Answer(raw, text, None, None, GIVEN, "text")
    if field.type == "choice":
        return _choice_from_text(raw, text, field, labels)
    missing = _not_recorded(raw, text, field)
    if missing is not None:
        return missing
    return _date_from_text(raw, text) if field.type == "date" else _number_from_text(raw, text, field)


def _choice_from_text(raw: str, text: str, field: Field, labels: Labels) -> Answer:
    """An entry of the list as the list has it; any other text as it is: the judge knows the lists."""
    label = labels.get(label_key(text))
    missing = _not_recorded(raw, text, field) if labels and label is None else None
    return missing or Answer(raw, label or text, None, None, GIVEN, "choice")


def _not_recorded(raw: str, text: str, field: Field) -> Answer | None:
    if says_not_recorded(text):
        return Answer(raw, None, None, None, STATE_NOT_RECORDED, field.type)
    if means_not_recorded(text):
        is_answer = field.is_number and not field.required  # elsewhere the judge says that it is none
        return Answer(raw, None, None, None, STATE_NOT_RECORDED, field.type, NOT_RECORDED_KIN if is_answer else "")
    return None


def _date_from_text(raw: str, text: str) -> Answer:
    day = typed_date(text)
    if day is None:
        return _unread(raw, "text")
    return Answer(raw, day.isoformat(), None, day, GIVEN, "date", TYPED_DATE, date_text(day))


def _number_from_text(raw: str, text: str, field: Field) -> Answer:
    if is_dash(text):
        return _unread(raw, field.type, code=DASH)
    if is_statistical_sign(text):
        return _unread(raw, field.type, code=STATISTICAL_SIGN)
    typed = typed_number(text, field.type)
    if typed is None:
        return _unread(raw, "percent" if is_percentage(text) else "text")
    if typed.other is None:
        return _number(raw, typed.value, field, code=TYPED_NUMBER)
    if "," in text or field.type not in _GROUPED_TYPES:
        both = f"{_plain(typed.value)} oder {_plain(typed.other)}"
        return _unread(raw, field.type, code=TWO_WAYS, expected=both)
    return _number(raw, typed.value, field, code=THOUSANDS_DOT)


# --- typed values ----------------------------------------------------------------------------------------------------


def _number_from_value(value: Value, field: Field, *, is_percentage: bool) -> Answer:
    if isinstance(value, bool):
        return _unread(shown(value), "boolean")
    if isinstance(value, int | float):
        exact = _exact(value)
        if exact is None:
            return _unread(shown(value), "text")
        if is_percentage:
            return _unread(f"{_plain(exact * 100)} %", "percent")
        return _number(_plain(exact), exact, field)
    return _unread(shown(value), "date" if isinstance(value, date) else "duration")


def _number(raw: str, exact: Decimal, field: Field, *, code: str = "") -> Answer:
    """A number with no more decimals than its type has; it is never rounded here."""
    decimals = f"{exact:f}".partition(".")[2].rstrip("0")
    if len(decimals) > field.decimals:
        return _unread(raw, "decimals")
    if abs(exact) >= _BEYOND_ALL_FIELDS:
        return _unread(raw, "oversize")
    exact += 0  # there is no negative zero here
    canonical = f"{exact:.{field.decimals}f}"
    return Answer(raw, canonical, float(exact), None, GIVEN, field.type, code, _plain(exact) if code else "")


def _date_from_value(value: Value) -> Answer:
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return Answer(date_text(value), value.isoformat(), None, value, GIVEN, "date")
    if isinstance(value, bool):
        return _unread(shown(value), "boolean")
    return _unread(shown(value), "duration" if isinstance(value, time | timedelta) else "number")


def _text_from_value(value: Value, field: Field, labels: Labels) -> Answer:
    """A number or day in a field for text is taken as it is shown, such as a grant number; WAHR is no choice."""
    raw = shown(value)
    if isinstance(value, bool) and field.type == "choice":
        return _unread(raw, "boolean")
    return Answer(raw, labels.get(label_key(raw), raw), None, None, GIVEN, field.type)


def _exact(value: float) -> Decimal | None:
    """A number as Excel shows it in full; None for what is none (infinity and the like)."""
    exact = Decimal(f"{value:.{_SIGNIFICANT_DIGITS}g}")
    return exact if exact.is_finite() else None


def shown(value: Value) -> str:
    """A value as somebody in Germany sees it in the cell."""
    if isinstance(value, bool):
        return "WAHR" if value else "FALSCH"
    if isinstance(value, int | float):
        exact = _exact(value)
        return str(value) if exact is None else _plain(exact)
    if isinstance(value, datetime):
        return f"{value:%d.%m.%Y %H:%M}" if value.time() != time() else date_text(value)
    return date_text(value) if isinstance(value, date) else str(value)


def _plain(exact: Decimal) -> str:
    """A number in German, without thousands dots and with no more decimals than it has."""
    text = f"{exact:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")

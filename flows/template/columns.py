"""How wide the columns of a sheet are: as wide as headings, lists, numbers and help texts of all its sections need."""

from collections.abc import Mapping

from expectations.declared import FieldType
from expectations.form import Field, Form, Section, Sheet
from expectations.layout import FIRST_FIELD_COLUMN, HELP_COLUMN, LABEL_COLUMN, LAST_COLUMN, UNIT_COLUMN, VALUE_COLUMN
from expectations.wording import lists_events

_ORDINALS = 4.5
_BY_TYPE: Mapping[FieldType, float] = {"integer": 13, "money": 15, "hours": 12, "fte": 11, "number": 14, "date": 13}
_NARROWEST, _WIDEST_CHOICE = 12.0, 30.0
_GRANT = 21.0
_FEW_COLUMNS = 6
_HELP_LINES, _WIDEST_FOR_HELP = (3, 6), (27.0, 20.0)
"""Lines over which a column's help may run and how wide that may make it, in sections of few and of many columns."""
_SMALL = 9 / 11
_HELP_SPAN = 58.0
"""Width that the help of single values has, from its column to the last."""
_LAST_VALUE, _NO_LAST_VALUE = 28.0, 2.5


def text_width(max_length: int) -> float:
    """Width of a column for texts of at most so many characters."""
    if max_length <= 30:
        return 17.0
    return 28.0 if max_length <= 300 else 44.0 if max_length <= 500 else 80.0


def field_width(form: Form, section: Section, field: Field) -> float:
    """Width of a field's column in a table or fixed section."""
    if field.choices == "grants":
        width = _GRANT
    elif field.choices:
        longest = max((len(choice.label) for choice in form.lists[field.choices]), default=0)
        width = min(max(longest + 4.0, _NARROWEST), _WIDEST_CHOICE)
    elif field.type == "text":
        width = text_width(field.max_length)
    else:
        width = _BY_TYPE[field.type]
    longest_word = max(len(word) for word in f"{field.label}\u00a0*".split(" "))
    crowded = len(section.fields) > _FEW_COLUMNS
    for_help = min(len(field.help) * _SMALL / _HELP_LINES[crowded] + 2, _WIDEST_FOR_HELP[crowded])
    return max(width, longest_word * 1.12 + 2, for_help, _for_unit(section, field))


def _for_unit(section: Section, field: Field) -> float:
    runs_up = field.is_number and not field.locked and not lists_events(section)
    return len("kumuliert seit 1.1.2026") * _SMALL * 0.62 if runs_up else 0.0


def last_columns(section: Section) -> dict[str, int]:
    """Where a fixed section's last accepted figures stand: field name → column, one empty column after the inputs."""
    first = FIRST_FIELD_COLUMN + len(section.fields) + 1
    numbers = [field.name for field in section.fields if field.is_number and not field.locked]
    return {name: first + index for index, name in enumerate(numbers)}


def column_widths(form: Form, sheet: Sheet, with_last: frozenset[str]) -> Mapping[int, float]:
    """Widths of a sheet's columns by number, in digits at 11 points.

    Args:
        form: for the labels of the lists.
        sheet: the sheet.
        with_last: sections beside which last accepted figures stand.
    """
    widths: dict[int, float] = {1: _ORDINALS}
    for section in sheet.sections:
        wanted = _values_widths(section, with_last) if section.kind == "values" else _columns(form, section, with_last)
        for number, width in wanted.items():
            widths[number] = max(widths.get(number, 0.0), width)
    gaps = set(range(1, max(widths) + 1)) - set(widths)
    widths |= dict.fromkeys(gaps, 3.0)
    if any(section.kind == "values" for section in sheet.sections):
        span = sum(width for number, width in widths.items() if number >= HELP_COLUMN)
        widths[HELP_COLUMN] += max(_HELP_SPAN - span, 0.0)
    return widths


def last_printed_column(sheet: Sheet, widths: Mapping[int, float]) -> int:
    """Up to where a sheet is printed: without the last figures beside tables, which would make the print too small."""
    if any(section.kind == "values" for section in sheet.sections):
        return max(widths)
    return FIRST_FIELD_COLUMN + max(len(section.fields) for section in sheet.sections) - 1


def _columns(form: Form, section: Section, with_last: frozenset[str]) -> dict[int, float]:
    widths = {
        FIRST_FIELD_COLUMN + index: field_width(form, section, field) for index, field in enumerate(section.fields)
    }
    if section.name in with_last:
        by_name = {field.name: widths[FIRST_FIELD_COLUMN + index] for index, field in enumerate(section.fields)}
        widths |= {number: max(by_name[name], 14.0) for name, number in last_columns(section).items()}
    return widths


def _values_widths(section: Section, with_last: frozenset[str]) -> dict[int, float]:
    longest = max(len(field.label) for field in section.fields) + 4
    types = {field.type for field in section.fields}
    return {
        LABEL_COLUMN: min(max(longest, 26.0), 42.0),
        VALUE_COLUMN: 40.0 if "text" in types else 26.0 if "choice" in types else 18.0,
        UNIT_COLUMN: 16.0,
        LAST_COLUMN: _LAST_VALUE if section.name in with_last else _NO_LAST_VALUE,
        HELP_COLUMN: _NARROWEST,
    }

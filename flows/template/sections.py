"""The sections of a sheet, drawn: single values, tables and fixed rows, what is not asked, and the last figures."""

from expectations.form import Field, Section, is_asked
from expectations.layout import (
    FIRST_FIELD_COLUMN,
    HELP_COLUMN,
    LABEL_COLUMN,
    LAST_COLUMN,
    UNIT_COLUMN,
    VALUE_COLUMN,
    SectionPlace,
    column_letters,
)
from expectations.wording import (
    NOTHING_PRINTED,
    ORDINAL_HEADING,
    carried_text,
    column_note,
    field_label,
    last_heading,
    unit_text,
)
from flows.template.columns import last_columns
from flows.template.page import (
    INDENT,
    Page,
    height_of,
    line_count,
    put,
    put_paragraph,
    put_text,
    set_height,
    small_height,
)
from flows.template.prefill import Content
from flows.template.questionnaire import (
    Questionnaire,
    answered_rows,
    content_of,
    is_answered,
    is_carried,
    standing_text,
    state_of,
)
from flows.template.styles import NOTE_POINTS, SMALL_POINTS, format_name

_BAND_POINTS = 20.0
_INPUT_POINTS = 18.0
_BOLD = 0.92
"""How much less bold type fits into a width."""


def draw_section(page: Page, q: Questionnaire, section: Section) -> None:
    """Draw a section where the layout has it; one that this body does not answer says why and hides its rows."""
    place = q.layout.sections[section.name]
    _band(page, place.title_row, section.label)
    if not is_answered(q, section):
        put_text(page, place.help_row, LABEL_COLUMN, standing_text(q, section), "standing")
        _hide(page, place.help_row + 1, place.last_row)
    elif not answered_rows(q, section):
        put_text(page, place.help_row, LABEL_COLUMN, NOTHING_PRINTED, "standing")
        _hide(page, place.help_row + 1, place.last_row)
    elif text := _help_text(q, section):
        height = put_paragraph(page, place.help_row, LABEL_COLUMN, text, "note", points=NOTE_POINTS)
        set_height(page, place.help_row, height)
    if section.kind == "values":
        _draw_values(page, q, section, place)
    else:
        _draw_columns(page, q, section, place)


def _help_text(q: Questionnaire, section: Section) -> str:
    """A section's help, and what was carried over into it."""
    carried = q.prefill.carried.get(section.name)
    if carried is None:
        return section.help
    notes = " ".join((carried_text(carried.period), *carried.left_out))
    return "\n".join(part for part in (section.help, notes) if part)


def _band(page: Page, row: int, text: str) -> None:
    for column in range(1, page.last_column + 1):
        put(page, row, column, None, "band")
    put_text(page, row, LABEL_COLUMN, text, "band")
    set_height(page, row, _BAND_POINTS)


def _hide(page: Page, first_row: int, last_row: int) -> None:
    for row in range(first_row, last_row + 1):
        page.sheet.row_dimensions[row].hidden = True


def _look(q: Questionnaire, section: Section, field: Field, ordinal: int) -> str:
    state = state_of(q, section, field, ordinal)
    if state == "blocked":
        return state
    return f"{'carried' if is_carried(q, section, field, ordinal) else state}.{format_name(field)}"


def _draw_values(page: Page, q: Questionnaire, section: Section, place: SectionPlace) -> None:
    for index, field in enumerate(section.fields):
        row = place.first_row + index
        label, unit = field_label(section, field, q.period.kind), unit_text(section, field, q.period)
        put(page, row, 1, index + 1, "ordinal")
        put_text(page, row, LABEL_COLUMN, label, "label")
        put(page, row, VALUE_COLUMN, content_of(q, section, field, 1), _look(q, section, field, 1))
        put_text(page, row, UNIT_COLUMN, unit, "label.unit")
        _draw_last_value(page, q, field, row)
        height = put_paragraph(page, row, HELP_COLUMN, field.help, "help", points=SMALL_POINTS)
        lines = line_count(label, page.widths[LABEL_COLUMN] - INDENT)
        set_height(
            page, row, max(height, height_of(lines), small_height(unit, page.widths[UNIT_COLUMN]), _INPUT_POINTS)
        )


def _draw_last_value(page: Page, q: Questionnaire, field: Field, row: int) -> None:
    last = q.prefill.last.get((field.path, ""))
    if last is not None and not field.locked and is_asked(field, q.period.kind):
        put(page, row, LAST_COLUMN, last, f"beside.{format_name(field)}.{q.prefill.period_of_last(field.path)}")


def _draw_columns(page: Page, q: Questionnaire, section: Section, place: SectionPlace) -> None:
    _draw_header(page, q, section, place)
    if section.name in sections_with_last(q):
        _draw_last_figures(page, q, section, place)
    for ordinal in range(1, section.rows + 1):
        put(page, place.first_row + ordinal - 1, 1, ordinal, "ordinal")
    for index, field in enumerate(section.fields):
        column = FIRST_FIELD_COLUMN + index
        for ordinal in range(1, section.rows + 1):
            look = _look(q, section, field, ordinal)
            put(page, place.first_row + ordinal - 1, column, content_of(q, section, field, ordinal), look)
    if section.kind == "fixed" and is_answered(q, section):
        _fit_printed_rows(page, q, section, place)


def _fit_printed_rows(page: Page, q: Questionnaire, section: Section, place: SectionPlace) -> None:
    """Rows as high as what is printed in them; those beyond are hidden."""
    rows = q.rows[section.name]
    for ordinal, row in enumerate(rows, start=1):
        lines = max(
            line_count(str(row.get(field.name) or ""), page.widths[FIRST_FIELD_COLUMN + index] - INDENT)
            for index, field in enumerate(section.fields)
        )
        set_height(page, place.first_row + ordinal - 1, max(height_of(lines), _INPUT_POINTS))
        if not row:
            _hide(page, place.first_row + ordinal - 1, place.first_row + ordinal - 1)
    _hide(page, place.first_row + len(rows), place.last_row)


def _draw_header(page: Page, q: Questionnaire, section: Section, place: SectionPlace) -> None:
    put_text(page, place.header_row, 1, ORDINAL_HEADING, "ordinal")
    labels, notes = [], []
    for index, field in enumerate(section.fields):
        column = FIRST_FIELD_COLUMN + index
        label, note = field_label(section, field, q.period.kind), column_note(section, field, q.period)
        put_text(page, place.header_row, column, label, "header")
        put_text(page, place.header_row + 1, column, note, "unit")
        labels.append(height_of(line_count(label, (page.widths[column] - INDENT) * _BOLD)))
        notes.append(small_height(note, page.widths[column]))
    set_height(page, place.header_row, max(labels))
    set_height(page, place.header_row + 1, max(notes))


def sections_with_last(q: Questionnaire) -> frozenset[str]:
    """Sections beside which last accepted figures stand."""
    names = {path.partition(".")[0] for path, _ in q.prefill.last}
    return frozenset(
        section.name
        for section in q.form.sections()
        if section.name in names and section.kind != "table" and is_answered(q, section)
    )


def last_range(q: Questionnaire, section: Section) -> str:
    """The block in which a section's last accepted figures stand, as a defined name holds it."""
    place = q.layout.sections[section.name]
    columns = (LAST_COLUMN,) if section.kind == "values" else tuple(last_columns(section).values())
    first, last = column_letters(min(columns)), column_letters(max(columns))
    return f"'{section.sheet}'!${first}${place.first_row}:${last}${place.last_row}"


def _draw_last_figures(page: Page, q: Questionnaire, section: Section, place: SectionPlace) -> None:
    for name, column in last_columns(section).items():
        field = section.field(name)
        put_text(page, place.header_row, column, field.label, "header.last")
        put_text(page, place.header_row + 1, column, last_heading(q.prefill.period_of_last(field.path)), "unit.last")
        for ordinal, key in q.keys[section.name].items():
            last: Content = q.prefill.last.get((field.path, key))
            put(page, place.first_row + ordinal - 1, column, last, f"last.{format_name(field)}")

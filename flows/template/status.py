"""What the workbook works out itself while it is filled in: fields still open, figures that do not fit together.

A convenience only: the same things are judged after the report was handed in. Formulas refer to cells, so that any
spreadsheet program moves them along.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from expectations.form import Field, Section, Sheet, must_be_filled
from expectations.layout import Place, address, column_letters
from expectations.markers import makes_a_row
from flows.template.page import Page
from flows.template.questionnaire import Questionnaire, answered_fields, answered_place, answered_rows, is_answered
from flows.template.styles import conflict_rule, open_rule
from flows.template.validation import cell_range

ROW_SUMS = (
    (
        "finances.expenditure_eur",
        (
            "finances.state_funds_eur",
            "finances.own_funds_eur",
            "finances.other_state_funds_eur",
            "finances.federal_eu_funds_eur",
            "finances.other_municipal_funds_eur",
            "finances.private_funds_eur",
        ),
    ),
)
"""Totals that equal the sum of their parts in each row (R-FIN: expenditure = all sources)."""
BLOCK_SUMS = ((("quarters.enquiries",), ("enquiries.persons", "enquiries.organisations", "enquiries.authorities")),)
"""Columns whose totals are equal (R-ANL: quarters = channels); the first side bears the mark."""
_CENT = "0.004"


def open_formula(q: Questionnaire, sheet: Sheet) -> str:
    """How many answers a sheet still needs: blank cells that must be filled, and gaps in started table rows."""
    parts = [part for section in sheet.sections if is_answered(q, section) for part in _open_parts(q, section)]
    return "+".join(parts) or "0"


def _open_parts(q: Questionnaire, section: Section) -> Iterator[str]:
    needed = [field for field in answered_fields(q, section) if must_be_filled(section, field)]
    if not needed or answered_rows(q, section) == 0:
        return
    if section.kind == "table":
        started = "+".join(f'({_there(q, section, field)}<>"")' for field in _row_makers(q, section))
        blank = "+".join(f'({_there(q, section, field)}="")' for field in needed)
        yield f"SUMPRODUCT((({started})>0)*({blank}))"
        return
    for block in _blocks(q, section, needed):
        yield f"COUNTBLANK({_on_sheet(section, block)})"


def table_entries_formula(q: Questionnaire, sheet: Sheet) -> str:
    """How many cells are filled on a sheet that asks for nothing but tables; `""` for any other sheet."""
    answered = [section for section in sheet.sections if is_answered(q, section)]
    if any(section.kind != "table" for section in answered):
        return ""
    makers = [(section, field) for section in answered for field in _row_makers(q, section)]
    return f"COUNTA({','.join(_there(q, section, field) for section, field in makers)})"


def _row_makers(q: Questionnaire, section: Section) -> list[Field]:
    return [field for field in answered_fields(q, section) if makes_a_row(section, field)]


def _there(q: Questionnaire, section: Section, field: Field) -> str:
    return _on_sheet(section, cell_range(answered_place(q, section, field)))


def _on_sheet(section: Section, cells: str) -> str:
    return f"'{section.sheet}'!{cells}"


def _blocks(q: Questionnaire, section: Section, fields: Sequence[Field]) -> Iterator[str]:
    """Neighbouring fields as one range each: below each other in a values section, else side by side."""
    places = [answered_place(q, section, field) for field in fields]
    along = [place.row if section.kind == "values" else place.column for place in places]
    for _, group in groupby(enumerate(places), key=lambda item: along[item[0]] - item[0]):
        block = [place for _, place in group]
        first, last = block[0], block[-1]
        corner = address(last.row + last.rows - 1, last.column)
        yield first.first_cell if corner == first.first_cell else f"{first.first_cell}:{corner}"


def conflict_formula(q: Questionnaire, sheet: Sheet) -> str:
    """How many figures on a sheet do not fit together; a text among them is said instead of a number."""
    parts = [part for section in sheet.sections if is_answered(q, section) for part in _conflicts(q, section)]
    return f'IFERROR({"+".join(parts)},"Text statt Zahl")' if parts else "0"


def _conflicts(q: Questionnaire, section: Section) -> Iterator[str]:
    for part, whole in _limits(q, section):
        smaller, larger = _there(q, section, part), _there(q, section, whole)
        yield f"SUMPRODUCT(ISNUMBER({smaller})*ISNUMBER({larger})*({smaller}>{larger}))"
    for total, parts in _row_sums(q, section):
        sources = "".join(f"-{_there(q, section, part)}" for part in parts)
        yield f"SUMPRODUCT((ABS({_there(q, section, total)}{sources})>{_CENT})*1)"
    for condition in _unequal_blocks(q, section):
        yield f"IF({condition},1,0)"


def _limits(q: Questionnaire, section: Section) -> Iterator[tuple[Field, Field]]:
    """Pairs of fields of a row of which the first must not exceed the second."""
    answered = {field.name: field for field in answered_fields(q, section)}
    if answered_rows(q, section):
        yield from ((field, answered[field.at_most]) for field in answered.values() if field.at_most in answered)


def _row_sums(q: Questionnaire, section: Section) -> Iterator[tuple[Field, list[Field]]]:
    answered = {field.path: field for field in answered_fields(q, section)}
    for total, parts in ROW_SUMS:
        if answered.keys() >= {total, *parts}:
            yield answered[total], [answered[part] for part in parts]


def _unequal_blocks(q: Questionnaire, section: Section) -> Iterator[str]:
    """Conditions that two blocks of counts are complete and their sums differ; said by the section of the first."""
    for one, other in BLOCK_SUMS:
        sides = [_block(q, one), _block(q, other)]
        if section.name == one[0].partition(".")[0] and all(count for _, count in sides):
            complete = ",".join(f"COUNT({cells})={count}" for cells, count in sides)
            yield f"AND({complete},SUM({sides[0][0]})<>SUM({sides[1][0]}))"


def _block(q: Questionnaire, paths: Sequence[str]) -> tuple[str, int]:
    """Cells of neighbouring fields as absolute range, and how many they are; 0 where the report does not ask them."""
    section = q.form.section(paths[0].partition(".")[0])
    fields = [field for field in answered_fields(q, section) if field.path in paths]
    rows = answered_rows(q, section)
    if len(fields) != len(paths) or rows == 0:
        return "", 0
    first, last = answered_place(q, section, fields[0]), answered_place(q, section, fields[-1])
    corner = f"${column_letters(last.column)}${last.row + rows - 1}"
    return f"'{section.sheet}'!${column_letters(first.column)}${first.row}:{corner}", len(fields) * rows


def mark_open_and_conflicting(page: Page, q: Questionnaire, section: Section) -> None:
    """Let cells show that an answer is missing or does not fit: by fill, and conflicts by bold type as well."""
    rules = page.sheet.conditional_formatting
    if answered_rows(q, section) == 0:
        return
    for part, whole in _limits(q, section):
        place, limit = answered_place(q, section, part), answered_place(q, section, whole)
        cell, bound = place.first_cell, limit.first_cell
        rules.add(cell_range(place), conflict_rule(f"AND(ISNUMBER({cell}),ISNUMBER({bound}),{cell}>{bound})"))
    for total, parts in _row_sums(q, section):
        place = answered_place(q, section, total)
        sources = ",".join(answered_place(q, section, part).first_cell for part in parts)
        differs = f"ABS({place.first_cell}-SUM({sources}))>{_CENT}"
        rules.add(cell_range(place), conflict_rule(f"AND(ISNUMBER({place.first_cell}),{differs})"))
    for condition in _unequal_blocks(q, section):
        fields = answered_fields(q, section)
        rules.add(cell_range(answered_place(q, section, fields[0])), conflict_rule(condition))
    _mark_open(page, q, section)


def _mark_open(page: Page, q: Questionnaire, section: Section) -> None:
    needed = [field for field in answered_fields(q, section) if must_be_filled(section, field)]
    if section.kind != "table":
        for block in _blocks(q, section, needed):
            page.sheet.conditional_formatting.add(block, open_rule(f"ISBLANK({block.partition(':')[0]})"))
        return
    started = "+".join(_started(answered_place(q, section, field)) for field in _row_makers(q, section))
    for field in needed:
        place = answered_place(q, section, field)
        rule = open_rule(f"AND(ISBLANK({place.first_cell}),{started}>0)")
        page.sheet.conditional_formatting.add(cell_range(place), rule)


def _started(place: Place) -> str:
    return f"COUNTA(${column_letters(place.column)}{place.row})"

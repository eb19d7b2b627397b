"""What reading notices about the cells it read: altered print, answers nobody asked for, merged cells, links."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from expectations.finding import Finding
from expectations.form import Field, Section, must_be_filled, takes_not_recorded
from expectations.german import date_text, number_text
from expectations.layout import NOT_RECORDED, Place, address
from expectations.reading import BLANK
from expectations.rules import finding
from expectations.wording import YEAR_UNIT
from flows.workbook.findings import also_at
from flows.workbook.german_input import cleaned
from flows.workbook.places import Located
from flows.workbook.scan import Area
from flows.workbook.sections import SectionRead, Source, answer_of, cell_of, position_of

_LINKED = re.compile(r"\[[0-9]+\]")
"""How a formula refers to another file."""


def cell_findings(read: SectionRead) -> Iterator[Finding]:
    """What reading single cells gave rise to, and printed rows that are gone."""
    for row in read.rows:
        for name, answer in row.answers.items():
            if answer.code:
                yield finding(
                    answer.code,
                    given=answer.raw,
                    expected=answer.expected,
                    sheet=read.places[name].sheet,
                    cell=cell_of(read.places[name], row.ordinal),
                    field=f"{read.section.name}.{name}",
                    row_key=row.key,
                    **_asked_back(read.section, read.section.field(name)),
                )
    for key in read.lost:
        field = read.section.fields[0].path
        yield finding("R-TEC-20", sheet=read.section.sheet, field=field, row_key=key, name=read.section.label)


def _asked_back(section: Section, field: Field) -> dict[str, str]:
    """What a sign in place of a number may mean, and what to type instead: only what this field takes."""
    if takes_not_recorded(section, field):
        return {"meant": f"0 oder „{NOT_RECORDED}“", "otherwise": f"„{NOT_RECORDED}“"}
    if must_be_filled(section, field):
        return {"meant": "0", "otherwise": f"den Wert; „{NOT_RECORDED}“ genügt hier nicht"}
    return {"meant": "0 oder „nicht erfasst“", "otherwise": "lassen Sie die Zelle leer"}


def altered_print(source: Source, read: SectionRead) -> Iterator[Finding]:
    """A finding for each locked cell that no longer holds what was printed."""
    printed = {(cell.field, cell.row_key): cell.value for cell in source.printed or ()}
    for row in read.rows:
        for name, answer in row.answers.items():
            path = f"{read.section.name}.{name}"
            was = printed.get((path, row.key))
            if was is None or _same(answer.value or "", was):
                continue
            place = read.places[name]
            yield finding(
                "R-TEC-04",
                given=answer.raw if answer.value is None else _in_german(read.section.field(name), answer.value),
                expected=_in_german(read.section.field(name), was),
                sheet=place.sheet,
                cell=cell_of(place, row.ordinal),
                field=path,
                row_key=row.key,
            )


def _same(found: str, printed: str) -> bool:
    return " ".join(found.split()) == " ".join(cleaned(printed).split())


def _in_german(field: Field, canonical: str) -> str:
    """A canonical value as the template shows it; whatever is none, as it is: the list may have been altered."""
    try:
        if field.is_number and field.unit != YEAR_UNIT:
            return number_text(Decimal(canonical), field.decimals)
        return date_text(date.fromisoformat(canonical)) if field.type == "date" else canonical
    except (InvalidOperation, ValueError):
        return canonical


def unasked_answers(source: Source, located: Located, read: SectionRead | None) -> Iterator[Finding]:
    """A finding for a section in which something stands in cells that this report does not ask for.

    Args:
        source: the file.
        located: the section's cells.
        read: what was read of it; None where this body does not answer it at all.
    """
    filled = [
        (field, place, ordinal)
        for field, place, ordinal in _unread_cells(located, read)
        if source.grids[place.sheet].is_filled(*position_of(place, ordinal))
        and answer_of(source, field, place, ordinal).state != BLANK
    ]
    if not filled:
        return
    field, place, ordinal = filled[0]
    answer = answer_of(source, field, place, ordinal)
    found = finding("R-TEC-06", given=answer.raw, sheet=place.sheet, cell=cell_of(place, ordinal), field=field.path)
    yield also_at(found, [cell_of(place, ordinal) for _, place, ordinal in filled[1:]])


def _unread_cells(located: Located, read: SectionRead | None) -> Iterator[tuple[Field, Place, int]]:
    section = located.section
    for name, place in located.places.items():
        read_ordinals: set[int] | range = set()
        if read is not None and name in read.places:
            read_ordinals = _read_ordinals(section, read, place)
        for ordinal in range(1, place.rows + 1):
            if ordinal not in read_ordinals:
                yield section.field(name), place, ordinal


def _read_ordinals(section: Section, read: SectionRead, place: Place) -> set[int] | range:
    """All rows of a table are looked at; of a fixed section only the printed ones."""
    return {row.ordinal for row in read.rows} if section.kind == "fixed" else range(1, place.rows + 1)


def merged_cells(source: Source, reads: Sequence[SectionRead]) -> Iterator[Finding]:
    """A finding for each sheet on which cells that take answers are merged with others."""
    for grid in source.grids.values():
        if not grid.merges:
            continue
        places = [
            (f"{read.section.name}.{name}", place)
            for read in reads
            for name, place in read.places.items()
            if place.sheet == grid.name
        ]
        merged = [(path, area) for area in grid.merges for path, place in places if _overlap(area, place)]
        ranges = list(dict.fromkeys(_range(area) for _, area in merged))
        if merged:
            path, area = merged[0]
            cell = address(area.first_row, area.first_column)
            yield also_at(finding("R-TEC-12", given=ranges[0], sheet=grid.name, cell=cell, field=path), ranges[1:])


def _overlap(area: Area, place: Place) -> bool:
    return (
        area.first_column <= place.column <= area.last_column
        and area.first_row < place.row + place.rows
        and place.row <= area.last_row
    )


def _range(area: Area) -> str:
    return f"{address(area.first_row, area.first_column)}:{address(area.last_row, area.last_column)}"


def linked_cells(source: Source, reads: Sequence[SectionRead], links: Sequence[str]) -> Iterator[Finding]:
    """A finding where the workbook refers to other files: at the first cell that does, else for the whole file."""
    if not links:
        return
    given = ", ".join(dict.fromkeys(links))
    linked = [
        (place, row.ordinal, f"{read.section.name}.{name}")
        for read in reads
        for row in read.rows
        for name, place in read.places.items()
        if _LINKED.search(_formula(source, place, row.ordinal))
    ]
    if not linked:
        yield finding("R-TEC-03", given=given)
        return
    place, ordinal, path = linked[0]
    found = finding("R-TEC-03", given=given, sheet=place.sheet, cell=cell_of(place, ordinal), field=path)
    yield also_at(found, [cell_of(place, ordinal) for place, ordinal, _ in linked[1:]])


def _formula(source: Source, place: Place, ordinal: int) -> str:
    return source.grids[place.sheet].formulas.get(position_of(place, ordinal), "")

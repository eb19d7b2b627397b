"""What stands outside the form's cells or on other sheets: nobody's data is silently ignored.

Our own texts are known by the form and by marks on the hidden sheet; formulas on the first sheet are its live status,
and whole numbers in the column of ordinals are ordinals.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from expectations.finding import Finding
from expectations.form import form_of
from expectations.layout import FIRST_SECTION_ROW, address, anchor
from expectations.markers import MARKS_PREFIX, OUR_HIDDEN_SHEETS, last_name, text_mark
from expectations.period import ReportKind
from expectations.rules import finding
from expectations.wording import static_texts
from flows.workbook.findings import also_at
from flows.workbook.german_input import cleaned
from flows.workbook.grid import Grid, Value
from flows.workbook.places import Located, area_of
from flows.workbook.remarks import remark_findings
from flows.workbook.sections import Source
from flows.workbook.values import shown

_MARKS = re.compile(r"\b[0-9a-f]{8}\b")
_RESULTS = re.compile('"([^"]*)"')
_ONLY_MARKS = re.compile(rf"{re.escape(MARKS_PREFIX)}[0-9a-f ]+")
_Spans = Mapping[int, Sequence[range]]
"""Column → rows."""


@dataclass(frozen=True)
class _Ours:
    """How a sheet's cells of ours are told from people's additions.

    Attributes:
        cells: cells of the form's fields, and of the figures „zuletzt gemeldet“.
        ordinals: cells in which a whole number is an ordinal.
        texts: texts of the form, blanks evened out.
        marks: marks of further texts that the template printed; None where the hidden sheet is gone.
        report: marks of the texts on the first sheet of a marked workbook, and on copies of it.
        is_overview: whether it is the first sheet, with its status.
    """

    cells: _Spans
    ordinals: _Spans
    texts: frozenset[str]
    marks: frozenset[str] | None
    report: frozenset[str]
    is_overview: bool


def stray_findings(
    source: Source,
    located: Sequence[Located],
    titles: Mapping[str, str],
    names: Mapping[str, str],
    texts: Mapping[str, frozenset[str]] | None,
) -> Iterator[Finding]:
    """A finding for each sheet that holds anything outside the form's cells, be it in cells or beside them.

    Args:
        source: the file.
        located: all sections of the form, wherever they are.
        titles: sheet in the file → sheet of the form; sheets that are missing here are additions.
        names: workbook-level defined names.
        texts: marks of our texts by sheet of the form; None where the hidden sheet is gone.
    """
    cells = _grouped(chain(_field_cells(located), _last_cells(located, names)))
    ordinals = _grouped(_ordinal_cells(source, located))
    report = frozenset().union(*(_report_marks(grid) for name, grid in source.grids.items() if name not in titles))
    for grid in source.grids.values():
        if grid.name in OUR_HIDDEN_SHEETS:
            continue
        title = titles.get(grid.name, "")
        ours = _Ours(
            cells=cells.get(grid.name, {}),
            ordinals=ordinals.get(grid.name, {}),
            texts=_form_texts(source, title),
            marks=None if texts is None else texts.get(title) or frozenset().union(*texts.values()),
            report=frozenset() if title else report,
            is_overview=title == source.form.sheets[0].title,
        )
        strays = [cell for cell in grid.filled() if not _is_ours(grid, ours, *cell)]
        if strays:
            yield _stray_finding(grid, strays, is_addition=not title)
        yield from remark_findings(grid.name, grid.remarks)


def _stray_finding(grid: Grid, strays: Sequence[tuple[int, int, Value]], *, is_addition: bool) -> Finding:
    telling = next((cell for cell in strays if cell[1] > 1), strays[0])  # column A of a copied sheet only counts rows
    row, column, value = telling
    code = "R-TEC-07" if is_addition else "R-TEC-05"
    given = shown(value) or grid.errors.get((row, column)) or "=" + grid.formulas.get((row, column), "")
    found = finding(code, given=given, sheet=grid.name, cell=address(row, column), row_key=grid.name, name=grid.name)
    return also_at(found, [address(row, column) for row, column, _ in strays if (row, column) != telling[:2]])


def _is_ours(grid: Grid, ours: _Ours, row: int, column: int, value: Value) -> bool:
    if _holds(ours.cells, row, column) or (ours.is_overview and (row, column) in grid.formulas):
        return True
    if ours.report and (
        _is_our_formula(ours, grid.formulas.get((row, column), "")) or _is_lost_state(grid, row, column, value)
    ):
        return True
    if isinstance(value, str) and value:
        return _is_our_text(ours, row, value) or _is_our_text(ours, row, cleaned(value))
    is_whole = isinstance(value, float) and value.is_integer()
    return is_whole and (_holds(ours.ordinals, row, column) or (ours.is_overview and column == 1))


def _is_our_formula(ours: _Ours, formula: str) -> bool:
    """Whether a formula's results are texts of ours; a program may have let go of the result itself."""
    results = _RESULTS.findall(formula)[-2:]
    return bool(results) and all(text_mark(text) in ours.report for text in results)


def _is_lost_state(grid: Grid, row: int, column: int, value: Value) -> bool:
    """Whether a zero is all that an .xls keeps of a state on a marked workbook's first sheet: no formula's text."""
    if value != 0 or column != 1 or grid.formulas.get((row, column)) != "":
        return False
    return any(isinstance(other, str) and _marks_in(other) for other in grid.rows[row - 1])


def _is_our_text(ours: _Ours, row: int, text: str) -> bool:
    words = " ".join(text.split())
    if not words or words in ours.texts:
        return True
    if ours.report and (text_mark(words) in ours.report or _marks_in(words)):
        return True
    if ours.marks is None:  # nothing tells whether the heads of the sheets are ours
        return ours.is_overview or row < FIRST_SECTION_ROW
    return text_mark(words) in ours.marks


def _report_marks(grid: Grid) -> frozenset[str]:
    """What the hidden column of a marked workbook's first sheet says of the texts beside it."""
    return frozenset(mark for _, _, value in grid.filled() if isinstance(value, str) for mark in _marks_in(value))


def _marks_in(text: str) -> list[str]:
    return _MARKS.findall(text) if text.startswith(MARKS_PREFIX) and _ONLY_MARKS.fullmatch(text) else []


def _holds(spans: _Spans, row: int, column: int) -> bool:
    return any(row in rows for rows in spans.get(column, ()))


def _grouped(spans: Iterable[tuple[str, int, range]]) -> dict[str, dict[int, list[range]]]:
    """Sheet, column and rows by sheet and column."""
    grouped: dict[str, dict[int, list[range]]] = {}
    for sheet, column, rows in spans:
        grouped.setdefault(sheet, {}).setdefault(column, []).append(rows)
    return grouped


def _field_cells(located: Sequence[Located]) -> Iterator[tuple[str, int, range]]:
    for one in located:
        for place in one.places.values():
            yield place.sheet, place.column, range(place.row, place.row + place.rows)


def _last_cells(located: Sequence[Located], names: Mapping[str, str]) -> Iterator[tuple[str, int, range]]:
    """The figures „zuletzt gemeldet“, moved along with the last field of their section."""
    for one in located:
        field = one.section.fields[-1]
        found, named = area_of(names.get(last_name(one.section), "")), area_of(names.get(anchor(field), ""))
        if found is None:
            continue
        sheet, area = found
        down = right = 0
        if named is not None and field.name in one.places:
            place = one.places[field.name]
            sheet, down, right = place.sheet, place.row - named[1].first_row, place.column - named[1].first_column
        for column in range(area.first_column, area.last_column + 1):
            yield sheet, column + right, range(area.first_row + down, area.last_row + down + 1)


def _ordinal_cells(source: Source, located: Sequence[Located]) -> Iterator[tuple[str, int, range]]:
    """The template's first column beside the rows of each field, moved along with it."""
    for one in located:
        for field in one.section.fields:
            printed = source.layout.fields[field.path]
            place = one.places.get(field.name, printed)
            for column in {1, 1 + place.column - printed.column}:
                yield place.sheet, column, range(place.row, place.row + place.rows)


def _form_texts(source: Source, title: str) -> frozenset[str]:
    """Texts of the form on one of its sheets; on an addition, which may be a copy of any, those of all."""
    texts = _static_texts(source.form.year, source.form.version, source.identity.kind)
    return texts[title] if title else frozenset().union(*texts.values())


@cache
def _static_texts(year: int, version: str, kind: ReportKind) -> Mapping[str, frozenset[str]]:
    texts = static_texts(form_of(year, version=version), kind)
    return {title: frozenset(" ".join(text.split()) for text in own) for title, own in texts.items()}

"""What stands outside the form's cells or on other sheets: nobody's data is silently ignored.

Our own texts are known by the form and by marks on the hidden sheet; formulas on the first sheet are its live status,
and whole numbers in the column of ordinals are ordinals.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from expectations.finding import Finding
from expectations.form import form_of
from expectations.layout import FIRST_SECTION_ROW, Layout, address
from expectations.markers import LAST_PREFIX, OUR_HIDDEN_SHEETS, text_mark
from expectations.period import ReportKind
from expectations.rules import finding
from expectations.wording import static_texts
from flows.workbook.findings import also_at
from flows.workbook.grid import Grid, Value
from flows.workbook.places import Located, area_of
from flows.workbook.scan import Position
from flows.workbook.sections import Source
from flows.workbook.values import shown


@dataclass(frozen=True)
class _Ours:
    """How a sheet's cells of ours are told from people's additions.

    Attributes:
        cells: cells of the form's fields, and of the figures „zuletzt gemeldet“.
        ordinals: cells in which a whole number is an ordinal.
        texts: texts of the form, blanks evened out.
        marks: marks of further texts that the template printed; None where the hidden sheet is gone.
        is_overview: whether it is the first sheet, with its status.
    """

    cells: frozenset[Position]
    ordinals: frozenset[Position]
    texts: frozenset[str]
    marks: frozenset[str] | None
    is_overview: bool


def stray_findings(
    source: Source,
    located: Sequence[Located],
    layout: Layout,
    titles: Mapping[str, str],
    names: Mapping[str, str],
    texts: Mapping[str, frozenset[str]] | None,
) -> Iterator[Finding]:
    """A finding for each sheet that holds anything outside the form's cells.

    Args:
        source: the file.
        located: all sections of the form, wherever they are.
        layout: the template's addresses.
        titles: sheet in the file → sheet of the form; sheets that are missing here are additions.
        names: workbook-level defined names.
        texts: marks of our texts by sheet of the form; None where the hidden sheet is gone.
    """
    for grid in source.grids.values():
        if grid.name in OUR_HIDDEN_SHEETS:
            continue
        title = titles.get(grid.name, "")
        ours = _Ours(
            cells=frozenset(_field_cells(grid, located)) | frozenset(_last_cells(grid, names)),
            ordinals=frozenset(_ordinal_cells(grid, located, layout)),
            texts=_texts(source, title),
            marks=None if texts is None else texts.get(title) or frozenset().union(*texts.values()),
            is_overview=title == source.form.sheets[0].title,
        )
        strays = [
            (row, column, value) for row, column, value in grid.filled() if not _is_ours(grid, ours, row, column, value)
        ]
        if strays:
            yield _stray_finding(grid, strays, is_addition=not title)


def _stray_finding(grid: Grid, strays: Sequence[tuple[int, int, Value]], *, is_addition: bool) -> Finding:
    row, column, value = strays[0]
    code = "R-TEC-07" if is_addition else "R-TEC-05"
    given = shown(value) or grid.errors.get((row, column)) or "=" + grid.formulas.get((row, column), "")
    found = finding(code, given=given, sheet=grid.name, cell=address(row, column), row_key=grid.name, name=grid.name)
    return also_at(found, [address(row, column) for row, column, _ in strays[1:]])


def _is_ours(grid: Grid, ours: _Ours, row: int, column: int, value: Value) -> bool:
    position = (row, column)
    if position in ours.cells:
        return True
    if ours.is_overview and position in grid.formulas:
        return True
    if isinstance(value, str) and value:
        return _is_our_text(ours, row, value)
    is_whole = isinstance(value, float) and value.is_integer()
    return is_whole and (position in ours.ordinals or (ours.is_overview and column == 1))


def _is_our_text(ours: _Ours, row: int, text: str) -> bool:
    words = " ".join(text.split())
    if not words or words in ours.texts:
        return True
    if ours.marks is None:  # nothing tells whether the heads of the sheets are ours
        return ours.is_overview or row < FIRST_SECTION_ROW
    return text_mark(words) in ours.marks


def _field_cells(grid: Grid, located: Sequence[Located]) -> Iterator[Position]:
    for one in located:
        for place in one.places.values():
            if place.sheet == grid.name:
                yield from ((row, place.column) for row in range(place.row, place.row + place.rows))


def _last_cells(grid: Grid, names: Mapping[str, str]) -> Iterator[Position]:
    for name, refers_to in names.items():
        found = area_of(refers_to) if name.startswith(LAST_PREFIX) else None
        if found is not None and found[0] == grid.name:
            area = found[1]
            rows = range(area.first_row, min(area.last_row, len(grid.rows)) + 1)
            yield from ((row, column) for row in rows for column in range(area.first_column, area.last_column + 1))


def _ordinal_cells(grid: Grid, located: Sequence[Located], layout: Layout) -> Iterator[Position]:
    """The template's first column beside the rows of each section, moved along with the fields."""
    for one in located:
        for name, place in one.places.items():
            if place.sheet == grid.name:
                column = 1 + place.column - layout.fields[f"{one.section.name}.{name}"].column
                yield from ((row, column) for row in range(place.row, place.row + place.rows))


def _texts(source: Source, title: str) -> frozenset[str]:
    """Texts of the form on one of its sheets; on an addition, which may be a copy of any, those of all."""
    texts = _static_texts(source.form.year, source.identity.kind)
    return texts[title] if title else frozenset().union(*texts.values())


@cache
def _static_texts(year: int, kind: ReportKind) -> Mapping[str, frozenset[str]]:
    texts = static_texts(form_of(year), kind)
    return {title: frozenset(" ".join(text.split()) for text in own) for title, own in texts.items()}

"""A sheet of unusual shape is read like the same sheet as every program writes it."""

from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.layout import address
from flows.workbook.container import open_parts
from flows.workbook.grid import Grid, load_grids
from flows.workbook.package import open_package
from flows.workbook.refusal import RefusalError
from flows.workbook.rewriting import is_usual

Small = Callable[..., bytes]
Contents = Mapping[tuple[int, int], float | str | bool]


def grid_of(data: bytes) -> Grid:
    return load_grids(open_package(open_parts(data)))[0]


def rows_xml(contents: Contents, cell: Callable[[int, int, object], str]) -> str:
    """Rows of cells, each written by `cell`."""
    rows: dict[int, str] = {}
    for row, column in sorted(contents):
        rows[row] = rows.get(row, "") + cell(row, column, contents[row, column])
    return "".join(f'<row r="{row}">{cells}</row>' for row, cells in rows.items())


def usual(row: int, column: int, content: object) -> str:
    kind, value = typed(content)
    inside = f'<is><t xml:space="preserve">{value}</t></is>' if kind == "inlineStr" else f"<v>{value}</v>"
    return f'<c r="{address(row, column)}" t="{kind}">{inside}</c>'


def typed(content: object) -> tuple[str, str]:
    if isinstance(content, bool):
        return "b", str(int(content))
    return ("inlineStr", escape(content)) if isinstance(content, str) else ("n", repr(content))


def with_comment(row: int, column: int, content: object) -> str:
    _, value = typed(content)
    return usual(row, column, content).replace(f">{value}<", f"><!-- 9 -->{value}<")


def with_capsule(row: int, column: int, content: object) -> str:
    _, value = typed(content)
    plain = content if isinstance(content, str) else value
    return usual(row, column, content).replace(f">{value}<", f"><![CDATA[{plain}]]><")


def with_references(row: int, column: int, content: object) -> str:
    _, value = typed(content)
    plain = content if isinstance(content, str) else value
    return usual(row, column, content).replace(f">{value}<", f">{''.join(f'&#{ord(sign)};' for sign in plain)}<")


def in_small_letters(row: int, column: int, content: object) -> str:
    place = address(row, column)
    return usual(row, column, content).replace(f'"{place}"', f'"{place.lower()}"')


def in_another_order(row: int, column: int, content: object) -> str:
    place, (kind, _) = address(row, column), typed(content)
    return usual(row, column, content).replace(f'r="{place}" t="{kind}"', f'\n t="{kind}" r = "{place}" ')


def prefixed(row: int, column: int, content: object) -> str:
    return usual(row, column, content).replace("<c ", '<x:c xmlns:x="urn:x" ').replace("</c>", "</x:c>")


texts = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), exclude_characters="_]\ufffe\uffff"), min_size=1
)
contents = st.dictionaries(
    st.tuples(st.integers(1, 6), st.integers(1, 30)),
    st.floats(allow_nan=False, allow_infinity=False) | texts | st.booleans(),
    min_size=1,
    max_size=8,
)
SHAPES = [with_comment, with_capsule, with_references, in_small_letters, in_another_order]


@pytest.mark.slow
@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(contents, st.lists(st.sampled_from(SHAPES), min_size=8, max_size=8), st.booleans())
def test_a_sheet_in_any_shape_reads_like_the_usual_one(
    small: Small, cells: Contents, shapes: list[Callable[[int, int, object], str]], is_reversed: bool
):
    chosen = dict(zip(sorted(cells), shapes, strict=False))
    odd = rows_xml(cells, lambda row, column, content: chosen[row, column](row, column, content))
    if is_reversed:
        odd = "".join(f"{row}</row>" for row in reversed(odd.split("</row>")) if row)
    assert grid_of(small(odd)).rows == grid_of(small(rows_xml(cells, usual))).rows


def test_cells_without_addresses_follow_the_one_before_them_even_where_that_is_blank(small: Small):
    rows = (
        '<row r="2"><c r="B2" s="1"/><c><v>1</v></c><c r="F2"/><c t="str"><v>x</v></c></row><row><c><v>3</v></c></row>'
    )
    assert grid_of(small(rows)).rows == [[""] * 7, ["", "", 1.0, "", "", "", "x"], [3.0, *[""] * 6]]


def test_formulas_errors_and_merged_areas_survive(small: Small):
    rows = '<row r="1"><c><f>1+1</f></c><c t="e"><f>A1&amp;"x"</f><v>#SPILL!</v></c><c t="e"><v>#N/A</v></c></row>'
    grid = grid_of(small(rows, '<mergeCells><mergeCell ref="A4:B5"/></mergeCells>'))
    assert (dict(grid.errors), grid.uncached) == ({(1, 2): "#SPILL!", (1, 3): "#N/A"}, {(1, 1)})
    assert grid.formulas == {(1, 1): "1+1", (1, 2): 'A1&"x"'}
    assert [area.last_row for area in grid.merges] == [5]


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>',
        '<row r="1"><c t="s"><v>x</v></c></row>',
        '<row r="1"><c t="b"><v>2</v></c></row>',
        '<row r="1"><c t="colour"><v>2</v></c></row>',
        '<row r="0"><c><v>2</v></c></row>',
        '<row r="12345678"><c><v>2</v></c></row>',
        '<row r="1"><c r="ZZZ1"><v>1</v></c><c><v>2</v></c></row>',
    ],
)
def test_what_no_cell_can_be_is_refused(small: Small, rows: str):
    with pytest.raises(RefusalError) as refused:
        grid_of(small(rows))
    assert refused.value.finding.code == "R-DAT-15"


@pytest.mark.parametrize("shape", [*SHAPES, prefixed])
def test_only_an_unusual_shape_is_written_anew(shape: Callable[[int, int, object], str]):
    for content in (12.0, "zwölf", True):
        assert is_usual(usual(1, 1, content).encode())
    assert not is_usual(shape(1, 1, 12.0).encode())

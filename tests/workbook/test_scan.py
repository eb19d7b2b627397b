"""One pass over a sheet's XML finds what calamine's values do not tell."""

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.workbook.container import open_parts
from flows.workbook.grid import Grid, load_grids
from flows.workbook.package import open_package

Small = Callable[..., bytes]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STYLES = f"""<styleSheet xmlns="{MAIN}"><numFmts>
<numFmt numFmtId="164" formatCode="0.0%"/><numFmt numFmtId="165" formatCode='0" % sicher"'/>
<numFmt numFmtId="166" formatCode="#,##0.00\\ [$€-407]"/><numFmt numFmtId="167" formatCode="[$-407]d. mmmm yyyy"/>
<numFmt numFmtId="168" formatCode="0.0\\ \\h"/></numFmts>
<cellXfs><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/>
<xf numFmtId="167"/><xf numFmtId="168"/><xf numFmtId="14"/></cellXfs></styleSheet>"""


def load(data: bytes) -> Grid:
    (grid,) = load_grids(open_package(open_parts(data)))
    return grid


def test_blanks_errors_and_formulas_are_told_apart_where_their_values_are_alike(small: Small):
    grid = load(
        small(
            '<row r="1"><c r="A1" s="1"/><c r="B1" t="e"><v>#REF!</v></c><c r="C1"><f>1+1</f></c>'
            '<c r="D1"><f>1+1</f><v></v></c><c r="E1" t="str"><f>""</f><v></v></c><c r="F1"><f>1+1</f><v>2</v></c>'
            '<c r="G1" t="inlineStr"><is><t>da</t></is></c></row>'
        )
    )
    assert [grid.value(1, column) for column in range(1, 8)] == ["", "", "", "", "", 2.0, "da"]
    assert grid.errors == {(1, 2): "#REF!"}
    assert grid.uncached == {(1, 3), (1, 4)}
    assert grid.formulas == {(1, 3): "1+1", (1, 4): "1+1", (1, 5): '""', (1, 6): "1+1"}


@pytest.mark.parametrize("word", ["#SPILL!", "#CALC!", "#FIELD!", "#GETTING_DATA", "#NEU!", "#&#82;EF!"])
def test_an_error_word_that_calamine_does_not_know_costs_no_other_cell(small: Small, word: str):
    grid = load(small(f'<row><c t="e"><v>{word}</v></c><c t="e"><v>#N/A</v></c><c><v>5</v></c></row>'))
    assert grid.value(1, 3) == 5.0
    assert grid.errors[1, 1] == word.replace("&#82;", "R")


def test_cells_without_address_stand_where_they_come(small: Small):
    grid = load(
        small('<row r="3"><c><v>1</v></c><c t="e"><v>#N/A</v></c></row><row><c/><c t="e"><v>#NUM!</v></c></row>')
    )
    assert grid.value(3, 1) == 1.0
    assert grid.errors == {(3, 2): "#N/A", (4, 2): "#NUM!"}


def test_prefixes_are_no_matter(small: Small):
    sheet = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="2"><x:c r="B2" t="e"><x:v>#SPILL!</x:v></x:c>'
        '<x:c r="C2"><x:f>1</x:f></x:c><x:c r="D2"><x:v>4</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    grid = load(small(**{"xl/worksheets/sheet1.xml": sheet}))
    assert (grid.errors, grid.uncached, grid.value(2, 4)) == ({(2, 2): "#SPILL!"}, {(2, 3)}, 4.0)


def test_percentages_are_known_by_their_format_and_dates_by_theirs(small: Small):
    cells = "".join(f'<c s="{style}"><v>46022</v></c>' for style in range(8))
    grid = load(small(f"<row>{cells}</row>", **{"xl/styles.xml": STYLES}))
    assert grid.percents == {(1, 2), (1, 3)}
    kinds = [type(grid.value(1, column)).__name__ for column in range(1, 9)]
    assert kinds == ["float"] * 5 + ["date", "float", "date"]


def test_formulas_of_conditional_formats_are_no_cells(small: Small):
    grid = load(small("<row><c><v>1</v></c></row>", "<ext><f>A1</f><formula>A1&gt;0</formula></ext>"))
    assert (grid.formulas, grid.uncached) == ({}, frozenset())


def test_nothing_outside_the_file_is_asked_for(small: Small, tmp_path: Path):
    """A schema or an image by address is nothing that reading follows; an entity would need a document type."""
    canary = tmp_path / "canary.xml"
    canary.write_text("<a/>")
    sheet = (
        f'<worksheet xmlns="{MAIN}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:schemaLocation="x {canary.as_uri()}"><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>'
    )
    seen = canary.stat().st_atime_ns
    assert load(small(**{"xl/worksheets/sheet1.xml": sheet})).value(1, 1) == 1.0
    assert canary.stat().st_atime_ns == seen

"""Whatever is filled in comes back: random reports, saved by each writer, read cell by cell as they were written."""

import io
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from expectations.form import Field, form_of, is_asked
from expectations.layout import NOT_RECORDED, address, layout_of
from expectations.markers import canonical_text, makes_a_row
from expectations.period import ReportKind
from expectations.reading import BLANK, STATE_NOT_RECORDED, Reading
from flows.workbook import read_workbook
from flows.workbook.german_input import cleaned
from tests.workbook.reports import CENTRE, type_into, write_form
from tests.workbooks.programs import xlsxwriter_writes_it

FORM = form_of(2026)
LAYOUT = layout_of(FORM)
SKIPPED = {"interpreters", "languages", "assignments", "interpreter_training"}
GRANTS = tuple(dict.fromkeys(grant.grant_number for grant in CENTRE.grants))
FIXED_ROWS = {"finances": 3, "targets": 1}
"""Printed rows that the register decides."""
MOST_CELLS = 60
"""Filled in one report: opening and saving a workbook takes longer than all that is typed into it."""
WORDS = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), exclude_characters="=_'\ufffe\uffff")

Cell = tuple[Field, int]
"""A field and the ordinal of its row, 0 in a values section."""
Report = Mapping[Cell, object]
Writer = Callable[[Report], bytes]


# --- any report ------------------------------------------------------------------------------------------------------


@cache
def cells() -> tuple[Cell, ...]:
    """Every cell that takes an answer in an annual report; of the tables, three rows."""
    return tuple(_cells())


def _cells() -> Iterator[Cell]:
    for section in FORM.sections():
        if section.name in SKIPPED or not is_asked(section, ReportKind.YEAR):
            continue
        printed = len(FORM.labels(section.rows_from, ReportKind.YEAR)) or FIXED_ROWS.get(section.name, 0)
        ordinals = {"values": [0], "table": [1, 2, 5], "fixed": list(range(1, printed + 1))}[section.kind]
        for field in section.fields:
            is_answer = not field.locked and is_asked(field, ReportKind.YEAR)
            if is_answer and (section.kind != "table" or makes_a_row(section, field)):
                yield from ((field, ordinal) for ordinal in ordinals)


def contents(field: Field) -> st.SearchStrategy[object]:
    """Anything that a clerk may rightly fill in."""
    if field.is_number:
        numbers = st.decimals(0, 10**9, places=field.decimals) if field.decimals else st.integers(0, 10**9)
        return numbers | st.just(NOT_RECORDED)
    if field.type == "date":
        return st.dates(date(2000, 1, 1), date(2099, 12, 31))
    if field.type == "choice":
        return st.sampled_from(FORM.labels(field.choices, ReportKind.YEAR) or GRANTS)
    lines = st.lists(st.text(WORDS, max_size=30), min_size=1, max_size=3).map("\n".join)
    return lines | st.sampled_from(["1.234", "0", "-", "k. A.", "WAHR", "31.12.2026", "a\u0308", "\u200b", " \u00a0x "])


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Random answers in random cells."""
    filled = draw(st.lists(st.sampled_from(cells()), min_size=1, max_size=MOST_CELLS, unique=True))
    return {cell: draw(contents(cell[0])) for cell in filled}


# --- writers ---------------------------------------------------------------------------------------------------------


@cache
def template() -> bytes:
    return write_form()


def at(cell: Cell) -> tuple[int, int]:
    field, ordinal = cell
    place = LAYOUT.fields[field.path]
    return place.row + max(ordinal - 1, 0), place.column


def by_openpyxl(report: Report) -> bytes:
    """Typed into our template, as Excel would, and saved."""
    book = load_workbook(io.BytesIO(template()))
    for cell, content in report.items():
        book[LAYOUT.fields[cell[0].path].sheet].cell(*at(cell)).value = content
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def by_hand(report: Report) -> bytes:
    """Typed into the template's XML: texts inside the cells, days as ISO texts."""
    sheets: dict[str, dict[str, object]] = {}
    for cell, content in report.items():
        sheets.setdefault(LAYOUT.fields[cell[0].path].sheet, {})[address(*at(cell))] = _xml(content)
    data = template()
    for sheet, typed in sheets.items():
        data = type_into(data, sheet, typed)
    return data


def _xml(content: object) -> str:
    if isinstance(content, date):
        return f'<c t="d"><v>{content.isoformat()}</v></c>'
    if isinstance(content, str):
        return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(content)}</t></is></c>'
    return f"<c><v>{content}</v></c>"


def by_xlsxwriter(report: Report) -> bytes:
    """Written anew without a look or a formula."""
    return xlsxwriter_writes_it(by_openpyxl(report))


def by_libreoffice(data: list[bytes], folder: Path, kind: str) -> list[bytes]:
    """Opened and saved by LibreOffice, all in one go."""
    sources = [folder / f"{number}.xlsx" for number in range(len(data))]
    for source, content in zip(sources, data, strict=True):
        source.write_bytes(content)
    saved = folder / kind
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", kind]
    subprocess.run([*command, "--outdir", saved, *sources], check=True, capture_output=True)
    return [(saved / source.with_suffix(f".{kind}").name).read_bytes() for source in sources]


# --- reading back ----------------------------------------------------------------------------------------------------


def assert_reads_back(report: Report, reading: Reading) -> None:
    """Every cell that was filled holds what was written; every other one that takes answers is blank."""
    assert reading.findings == ()
    read = {(row["field"], row["ordinal"]): (row["state"], row["value"]) for row in reading.cells.iter_rows(named=True)}
    for field, ordinal in cells():
        state, value = read.get((field.path, ordinal), (BLANK, None))
        content = report.get((field, ordinal))
        if content == NOT_RECORDED and field.is_number:
            assert (state, value) == (STATE_NOT_RECORDED, None)
        else:
            expected = cleaned(content) if isinstance(content, str) else canonical_text(field, content)
            assert (value or "") == expected, field.path


@pytest.mark.slow
@pytest.mark.parametrize("write", [by_hand, by_openpyxl])
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(report=reports())
def test_a_random_report_reads_back_cell_by_cell(write: Writer, report: Report):
    assert_reads_back(report, read_workbook(write(report), 1))


@pytest.mark.slow
@pytest.mark.parametrize("write", [by_hand, by_openpyxl, by_xlsxwriter])
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(report=reports())
def test_many_random_reports_read_back_cell_by_cell(write: Writer, report: Report):
    assert_reads_back(report, read_workbook(write(report), 1))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
@settings(max_examples=1, deadline=None, suppress_health_check=list(HealthCheck))
@given(written=st.lists(reports(), min_size=3, max_size=3))
def test_random_reports_read_back_after_libreoffice_saved_them(
    written: list[Report], kind: str, tmp_path_factory: pytest.TempPathFactory
):
    folder = tmp_path_factory.mktemp("saved")
    saved = by_libreoffice([by_openpyxl(report) for report in written], folder, kind)
    for report, data in zip(written, saved, strict=True):
        assert_reads_back(report, read_workbook(data, 1))

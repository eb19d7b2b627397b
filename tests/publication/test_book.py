"""The workbook that a minister's office reads: every number, how it looks, and how it prints."""

import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from flows.publication import PublicTables
from flows.publication.book import write_book
from flows.publication.report.edition import edition_of
from tests.publication.report.releases import hide, made_tables, with_figure

GROUPS = {
    "ANL-01": "Anlaufstelle – Beratung",
    "DOL-04": "Laiendolmetschende",
    "KOO-05": "Koordination & Strategie",
    "LOT-01": "Integrationslotsinnen – -lotsen",
    "MIT-01": "Mittel",
    "MIT-02": "Mittel",
    "MIT-06": "Mittel",
}
ALL_PERIODS = tuple(code for year in range(2026, 2031) for code in (f"{year}-H1", f"{year}"))


@pytest.fixture(scope="module")
def tables() -> PublicTables:
    silent = {"indicator_id": "ANL-01", "area_key": "06432", "period": "2026", "breakdown": "gesamt"}
    shown = with_figure(made_tables(), silent, state="not_recorded", value=None, numerator=None)
    return hide(shown, indicator_id="ANL-01", area_key="06431", period="2026", breakdown="gesamt")


def opened(tables: PublicTables, folder: Path) -> Workbook:
    write_book(tables, folder / "wir-monitoring.xlsx")
    return openpyxl.load_workbook(folder / "wir-monitoring.xlsx")


@pytest.fixture(scope="module")
def book(tables: PublicTables, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return opened(tables, tmp_path_factory.mktemp("book"))


def block(sheet: Worksheet, indicator: str) -> int:
    """The row in which an indicator begins."""
    return next(
        row for row in range(1, sheet.max_row + 1) if str(sheet.cell(row, 1).value).startswith(f"{indicator}  ")
    )


def test_there_is_a_sheet_a_group_and_the_cover_leads_to_each(book: Workbook) -> None:
    assert book.sheetnames[:2] == ["Titel", "Überblick"]
    assert set(GROUPS.values()) <= set(book.sheetnames)
    assert book.sheetnames[-4:] == ["Berichtsstand", "Berichtigungen", "Geheimhaltung", "Kennzahlen"]
    links = [cell.hyperlink.location for row in book["Titel"].iter_rows() for cell in row if cell.hyperlink]
    assert links == [f"'{title}'!A1" for title in book.sheetnames[1:]]


@pytest.mark.slow
@pytest.mark.parametrize("periods", [("2026-H1", "2026"), ALL_PERIODS])
def test_every_total_and_every_body_stands_in_its_place(tmp_path: Path, periods: tuple[str, ...]) -> None:
    tables = made_tables(*periods)
    book, edition = opened(tables, tmp_path), edition_of(tables)
    areas = [*((area.key, area.name) for area in edition.totals), *((body.ags, body.name) for body in edition.bodies)]
    checked = 0
    for indicator in edition.indicators:
        sheet = book[GROUPS[indicator.id]]
        first = block(sheet, indicator.id) + 2
        for row, (key, name) in enumerate(areas, start=first):
            assert sheet.cell(row, 1).value == name
            for column, period in enumerate(edition.periods, start=2):
                true = edition.figure(indicator.id, period, key)
                if true.is_ok and edition.figure(indicator.id, period).state != "not_applicable":
                    assert sheet.cell(row, column).value == pytest.approx(float(true.value or 0), abs=1e-9)
                    checked += 1
    assert checked > 7 * len(areas)


@pytest.mark.slow
def test_breakdowns_of_the_land_stand_beside_while_there_is_room_and_below_later(tmp_path: Path) -> None:
    beside, below = opened(made_tables(), tmp_path)["Mittel"], opened(made_tables(*ALL_PERIODS), tmp_path)["Mittel"]
    for sheet, column in ((beside, 5), (below, 1)):
        names = [sheet.cell(row, column).value for row in range(1, sheet.max_row + 1)]
        assert "Land nach: Kostenart" in names
        assert "Koordination" in names


def test_numbers_are_numbers_with_german_marks_and_the_decimals_of_their_indicator(book: Workbook) -> None:
    for indicator, number_format in (("MIT-01", "#,##0.00"), ("MIT-02", "#,##0.0"), ("ANL-01", "#,##0")):
        sheet = book[GROUPS[indicator]]
        cell = sheet.cell(block(sheet, indicator) + 2, 3)
        assert cell.data_type == "n"
        assert cell.number_format == f"[$-407]{number_format}"


def test_a_hidden_value_is_a_dot_and_one_not_recorded_is_told(book: Workbook, tables: PublicTables) -> None:
    sheet = book[GROUPS["ANL-01"]]
    names = dict(tables.areas.filter(pl.col("area_kind") == "body").select("area_key", "area").iter_rows())
    values = {sheet.cell(row, 1).value: sheet.cell(row, 3).value for row in range(1, sheet.max_row + 1)}
    assert values[names["06431"]] == "."
    assert values[names["06432"]] == "n. e."
    legend = {book["Titel"].cell(row, 1).value for row in range(1, book["Titel"].max_row + 1)}
    assert {".", "n. e.", "fehlt", "n. a."} <= legend


def test_nothing_is_a_formula_and_nothing_leads_outside(book: Workbook, tables: PublicTables, tmp_path: Path) -> None:
    assert not [c.coordinate for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    write_book(tables, tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as package:
        assert not any(b'TargetMode="External"' in package.read(name) for name in package.namelist())
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2027-04-15T00:00:00Z" in package.read("docProps/core.xml")


def test_every_sheet_prints_on_a4_across_with_its_heads_on_every_page(book: Workbook) -> None:
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert "Seite &P von &N" in str(sheet.oddFooter.right.text)
    for sheet in book.worksheets[1:]:
        row = int(str(sheet.freeze_panes)[1:])
        assert sheet.print_title_rows == f"$1:${row - 1}"
        assert sheet.cell(row - 1, 1).value in {"Nr.", "Gebiet", "Schlüssel", "Gruppe"}


@pytest.mark.slow
def test_invented_data_are_marked_on_every_sheet_and_real_data_nowhere(tables: PublicTables, tmp_path: Path) -> None:
    for is_demo in (True, False):
        marked = replace(tables, about=tables.about.with_columns(pl.lit(is_demo).alias("is_demo")))
        book = opened(marked, tmp_path)
        for sheet in book:
            texts = [str(cell.value) for row in sheet.iter_rows(max_row=8) for cell in row]
            assert any(text.startswith("Demonstrationsdaten") for text in texts) is is_demo, sheet.title
            assert ("Demonstrationsdaten" in str(sheet.oddHeader.right.text)) is is_demo


def test_corrections_are_listed_with_their_cause(book: Workbook, tables: PublicTables) -> None:
    sheet = book["Berichtigungen"]
    told = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=int(str(sheet.freeze_panes)[1:]))]
    assert len(told) == max(tables.corrections.height, 1)
    for row, true in zip(told, tables.corrections.iter_rows(named=True), strict=False):
        assert (row[0], row[2], row[7]) == (true["indicator_id"], true["area"], true["cause_de"])


@pytest.mark.slow
@pytest.mark.parametrize("periods", [("2026",), ("2026-H1", "2026", "2027-H1"), ("2026-H1", "2026", "2027-H1", "2027")])
def test_a_table_of_figures_is_as_wide_as_a_page_at_most(tmp_path: Path, periods: tuple[str, ...]) -> None:
    """A column of n characters takes 7 n + 5 pixels; A4 across has 11.7 inches, less the margins."""
    room = (11.69 - 2 * 0.5) * 96 / 0.68
    for made in (periods, (*ALL_PERIODS, "2026-2030")):
        for sheet in opened(made_tables(*made), tmp_path):
            if not sheet.sheet_properties.pageSetUpPr or not sheet.sheet_properties.pageSetUpPr.fitToPage:
                columns = sheet.column_dimensions.values()
                wide = sum((column.max - column.min + 1) * (7 * column.width + 5) for column in columns)
                assert 500 < wide < room, sheet.title


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("periods", [("2026-H1", "2026"), ALL_PERIODS])
def test_libreoffice_prints_it_one_page_wide_with_every_number_readable(
    tmp_path: Path, periods: tuple[str, ...]
) -> None:
    write_book(made_tables(*periods), tmp_path / "book.xlsx")
    home = f"-env:UserInstallation=file://{tmp_path / 'office'}"
    convert = [
        "soffice",
        "--headless",
        home,
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "book.xlsx"),
    ]
    subprocess.run(convert, check=True, capture_output=True, timeout=180)
    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "book.pdf"), "-"], check=True, capture_output=True, text=True
    ).stdout
    assert "###" not in text
    land = made_tables(*periods).figures.row(
        by_predicate=(pl.col("indicator_id") == "MIT-01")
        & (pl.col("area_key") == "06")
        & (pl.col("period") == "2026")
        & (pl.col("breakdown") == "gesamt"),
        named=True,
    )["value"]
    assert f"{land:,.2f}".translate(str.maketrans(",.", ".,")) in text
    pages = text.count("\f")
    heads = sum(
        "Gebiet" in page or "Nr." in page or "Schlüssel" in page or "Gruppe" in page for page in text.split("\f")
    )
    assert heads >= pages - 1  # all but the cover repeat their heads: no page is the right half of another

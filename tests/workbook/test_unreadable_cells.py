"""What a cell says and cannot be read is a finding at that cell."""

from collections.abc import Callable

import polars as pl
import pytest

from flows.workbook import read_workbook
from tests.workbook.reports import CONTACT, FINANCES, Typed, as_xlsm, cell, codes, only, value


def test_error_cells_and_formulas_without_result_are_findings_at_their_cell(filled: bytes, typed: Typed):
    spilling, uncached = cell("counselling.consultations"), cell("enquiries.persons")
    broken = {spilling: '<c t="e"><f>A1:A9</f><v>#SPILL!</v></c>', uncached: "<c><f>1+1</f><v></v></c>"}
    reading = read_workbook(typed(filled, CONTACT, broken), 7)
    assert [(found.code, found.given, found.cell) for found in reading.findings] == [
        ("R-TEC-02", "=1+1", uncached),
        ("R-TEC-01", "#SPILL!", spilling),
    ]
    assert value(reading, "enquiries.persons", "persönlich") is None
    assert value(reading, "enquiries.persons", "Telefon") == "17"


def test_a_formula_into_another_file_is_told_at_its_cell(filled: bytes, typed: Typed, pack: Callable, unpack: Callable):
    address = cell("counselling.consultations")
    linked = typed(filled, CONTACT, {address: "<c><f>[1]Tabelle1!$A$1</f><v>120</v></c>"})
    link = {
        "xl/externalLinks/externalLink1.xml": "<externalLink/>",
        "xl/externalLinks/_rels/externalLink1.xml.rels": (
            '<Relationships><Relationship Id="r1" Type="x/externalLinkPath" TargetMode="External"'
            ' Target="file:///C:/Users/muster/Statistik%202026.xlsx"/></Relationships>'
        ),
    }
    found = only(read_workbook(pack(unpack(linked) | link), 7), "R-TEC-03")
    assert (found.given, found.cell) == ("Statistik 2026.xlsx", address)
    found = only(read_workbook(pack(unpack(filled) | link), 7), "R-TEC-03")
    assert found.cell == ""


def test_embedded_files_and_connections_are_told(filled: bytes, pack: Callable, unpack: Callable):
    extra = {"xl/embeddings/liste.xlsx": b"x", "xl/connections.xml": b"<connections/>"}
    reading = read_workbook(pack(unpack(filled) | extra), 7)
    assert codes(reading) == ["R-TEC-15", "R-TEC-15"]


def test_a_link_that_asks_another_program_is_told(filled: bytes, pack: Callable, unpack: Callable):
    link = '<externalLink><ddeLink ddeService="cmd" ddeTopic="x"><ddeItems/></ddeLink></externalLink>'
    found = only(read_workbook(pack(unpack(filled) | {"xl/externalLinks/externalLink1.xml": link}), 7), "R-TEC-15")
    assert found.given == "eine Verknüpfung mit einem anderen Programm (DDE)"


def test_a_workbook_saved_for_macros_without_any_is_read_like_any_other(filled: bytes):
    assert read_workbook(as_xlsm(filled), 7).cells.equals(read_workbook(filled, 7).cells)


def test_text_numbers_words_and_dashes_are_told_one_by_one(filled: bytes, typed: Typed):
    words = ("1.234 ", "12", "k. A.", "–")
    contents = {cell("enquiries.persons", row): word for row, word in enumerate(words, start=1)}
    reading = read_workbook(typed(filled, CONTACT, contents), 7)
    assert codes(reading) == ["R-TEC-17", "R-TEC-16", "R-TEC-19", "R-TEC-08"]
    assert [found.row_key for found in reading.findings] == ["persönlich", "Telefon", "E-Mail/Online", "aufsuchend"]
    states = reading.cells.filter(pl.col("field") == "enquiries.persons").get_column("state").to_list()
    assert states == ["given", "given", "not_recorded", "given"]


@pytest.mark.parametrize(
    ("title", "path", "offers"),
    [
        (CONTACT, "enquiries.persons", "sonst „nicht erhoben“."),
        (FINANCES, "finances.own_funds_eur", "„nicht erhoben“ genügt hier nicht."),
        ("04 Koordination", "labour_market_measures.into_work", "sonst lassen Sie die Zelle leer."),
    ],
)
def test_what_a_dash_is_to_be_replaced_by_is_what_the_field_takes(
    filled: bytes, typed: Typed, title: str, path: str, offers: str
):
    found = only(read_workbook(typed(filled, title, {cell(path): "–"}), 7), "R-TEC-08")
    assert found.advice.startswith("Bitte tragen Sie 0 ein")
    assert found.advice.endswith(offers)

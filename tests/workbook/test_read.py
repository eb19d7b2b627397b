"""A form comes back as a frame of cells: every value at its address, whatever was done to the workbook."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import MAC_EPOCH

from expectations.finding import Severity
from expectations.form import form_of
from expectations.layout import layout_of
from expectations.period import parse_period
from expectations.reading import CELLS_SCHEMA, Reading
from expectations.tables import section_tables
from flows.template import Prefill
from flows.workbook import identify, read_workbook

Written = Callable[..., bytes]
Typed = Callable[..., bytes]
Change = Callable[[bytes], bytes]
Edit = Callable[[Workbook], object]

FINANCES, POSTS, CONTACT = "03 Finanzen", "02 Personal", "05 Anlaufstelle"
FILLED: dict[str, dict[str, object]] = {
    "cover.prepared_on": {"": date(2027, 3, 1)},
    "cover.confirmed_complete": {"": "Ja"},
    "counselling.consultations": {"": 120},
    "counselling.consultations_with_interpreting": {"": "nicht erhoben"},
    "enquiries.persons": {"persönlich": 0, "Telefon": 17},
    "finances.expenditure_eur": {"Koordination": Decimal("60000.05"), "Lotsen Einsatz": 0},
    "posts.post_number": {"1": "P1", "3": "P2"},
    "posts.grant": {"1": "WIR-1", "3": "WIR-1"},
    "posts.fte_filled": {"1": Decimal("0.75"), "3": 1},
    "posts.filled_from": {"1": date(2026, 1, 1), "3": date(2025, 7, 1)},
    "explanations.finding_code": {"1": "R-FIN-07"},
    "explanations.explanation": {"1": "Nachzahlung aus dem Vorjahr."},
    "targets.actual_value": {"Z1": Decimal("31.5")},
}
"""Some answers of each sort."""


def edited(data: bytes, edit: Edit) -> Reading:
    """What is read after somebody edited the workbook."""
    workbook = load_workbook(io.BytesIO(data))
    edit(workbook)
    file = io.BytesIO()
    workbook.save(file)
    return read_workbook(file.getvalue(), 7)


def codes(reading: Reading) -> list[str]:
    return [found.code for found in reading.findings]


def only(reading: Reading, code: str):
    """The reading's only finding, which has that code."""
    assert codes(reading) == [code]
    return reading.findings[0]


def value(reading: Reading, field: str, key: str = "") -> str | None:
    found = reading.cells.filter((pl.col("field") == field) & (pl.col("row_key") == key))
    return found.get_column("value").item()


def cell(field: str, row: int = 1) -> str:
    """The template's address of a field."""
    place = layout_of(form_of(2026)).fields[field]
    return re.sub(r"[0-9]+$", str(place.row + row - 1), place.first_cell)


@pytest.fixture(scope="module")
def empty(written: Written) -> bytes:
    return written()


@pytest.fixture(scope="module")
def filled(written: Written) -> bytes:
    return written(FILLED)


# --- round trip ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("period", ["2026-H1", "2026"])
def test_an_empty_template_has_no_value_and_nothing_to_complain_of(written: Written, period: str):
    reading = read_workbook(written(period=period), 7)
    assert reading.findings == ()
    unlocked = {field.path for field in form_of(2026).fields() if not field.locked}
    assert reading.cells.filter(pl.col("field").is_in(unlocked) & (pl.col("state") != "blank")).is_empty()
    assert {"posts", "drawdowns", "explanations"} <= set(reading.empty_tables)
    assert reading.empty_tables["posts"] == (POSTS, cell("posts.post_number"))


def test_figures_of_the_last_report_beside_the_inputs_are_ours(written: Written, centre: Prefill):
    last = {("counselling.consultations", ""): 12, ("enquiries.persons", "Telefon"): 5}
    reading = read_workbook(written(of=replace(centre, last=last, last_period="2026-H1")), 7)
    assert reading.findings == ()
    assert value(reading, "counselling.consultations") is None


def test_a_filled_form_reads_back_every_value_at_its_address(filled: bytes):
    reading = read_workbook(filled, 7)
    assert reading.findings == ()
    assert dict(reading.cells.schema) == CELLS_SCHEMA
    assert set(reading.cells.get_column("submission_id")) == {7}
    layout = layout_of(form_of(2026))
    for path, answers in FILLED.items():
        for key, given in answers.items():
            row = reading.cells.filter((pl.col("field") == path) & (pl.col("row_key") == key)).row(0, named=True)
            place = layout.fields[path]
            assert row["cell"] == cell(path, max(row["ordinal"], 1))
            assert row["sheet"] == place.sheet
            if given == "nicht erhoben":
                assert (row["value"], row["number"], row["state"]) == (None, None, "not_recorded")
            elif isinstance(given, date):
                assert (row["value"], row["date"]) == (given.isoformat(), given)
            elif isinstance(given, str):
                assert row["value"] == given
            else:
                assert Decimal(row["value"]) == given
                assert row["number"] == float(given)


def test_only_rows_that_hold_something_are_there_and_keep_their_position(filled: bytes):
    posts = read_workbook(filled, 7).cells.filter(pl.col("section") == "posts")
    assert posts.get_column("ordinal").unique().sort().to_list() == [1, 3]
    assert "posts" not in read_workbook(filled, 7).empty_tables


def test_the_frame_of_cells_becomes_typed_rows(filled: bytes):
    tables = section_tables(form_of(2026), read_workbook(filled, 7).cells)
    finances = tables["finances"].filter(pl.col("row_key") == "Koordination").row(0, named=True)
    assert finances["expenditure_eur"] == Decimal("60000.05")
    assert finances["granted_eur"] == Decimal("120000.00")
    assert tables["counselling"].row(0, named=True)["consultations_with_interpreting_state"] == "not_recorded"


def test_a_file_says_whose_it_is_without_being_read_as_a_whole(filled: bytes):
    identity = identify(filled)
    assert identity is not None
    assert (identity.ags, identity.period, identity.grants) == ("06431", parse_period("2026"), ("WIR-1", "WIR-2"))
    assert identity == read_workbook(filled, 7).identity


def test_sections_that_do_not_concern_the_body_are_left_out(empty: bytes):
    reading = read_workbook(empty, 7)
    assert reading.identity is not None
    assert {"interpreters", "languages"} <= reading.identity.skipped
    assert reading.cells.filter(pl.col("section") == "interpreters").is_empty()


def test_a_half_year_leaves_out_what_it_does_not_ask(written: Written):
    cells = read_workbook(written(period="2026-H1"), 7).cells
    assert cells.filter(pl.col("section") == "finances").is_empty()
    assert cells.filter(pl.col("field") == "posts.staff_cost_eur").is_empty()
    assert cells.filter(pl.col("section") == "quarters").get_column("row_key").unique().sort().to_list() == ["Q1", "Q2"]


def test_a_body_without_registered_grants_names_its_notices_itself(written: Written):
    alone = Prefill(ags="06431", body_name="Bergstraße")
    reading = read_workbook(written({"finances.grant": {"Koordination": "Bescheid 12"}}, of=alone), 7)
    assert reading.findings == ()
    assert value(reading, "finances.grant", "Koordination") == "Bescheid 12"
    assert reading.cells.filter(pl.col("field") == "finances.cost_type").height == 8


def test_a_grant_that_we_printed_makes_no_row(written: Written, centre: Prefill, typed: Typed):
    one_grant = Prefill(ags="06431", body_name="Bergstraße", grants=centre.grants[:1])
    reading = read_workbook(written(of=one_grant), 7)
    assert "posts" in reading.empty_tables
    with_post = read_workbook(typed(written(of=one_grant), POSTS, {cell("posts.post_number", 2): "P1"}), 7)
    assert value(with_post, "posts.grant", "2") == "WIR-1"


def test_a_key_that_stands_twice_is_numbered(written: Written):
    alone = Prefill(ags="06431", body_name="Bergstraße")
    languages = {"1": "Arabisch", "2": "Dari", "3": "arabisch"}
    reading = read_workbook(written({"languages.language": languages}, of=alone), 7)
    keys = reading.cells.filter(pl.col("field") == "languages.language").get_column("row_key").to_list()
    assert keys == ["Arabisch", "Dari", "Arabisch #2"]


def test_the_date_system_of_old_macs_makes_no_difference(filled: bytes):
    def turn(book: Workbook) -> None:
        book.epoch = MAC_EPOCH

    assert value(edited(filled, turn), "cover.prepared_on") == "2027-03-01"


# --- sheets, rows and columns that moved -----------------------------------------------------------------------------


def test_renamed_moved_and_hidden_sheets_are_read_with_a_hint(filled: bytes):
    def rearrange(book: Workbook) -> None:
        book[FINANCES].title = "Geld's"
        book.move_sheet(book["11 Erläuterungen"], -8)
        book[CONTACT].sheet_state = "hidden"
        for name in book.defined_names.values():
            name.attr_text = name.attr_text.replace("'03 Finanzen'", "'Geld''s'")

    reading = edited(filled, rearrange)
    assert sorted(codes(reading)) == ["R-TEC-21", "R-TEC-22", "R-TEC-23"]
    assert {found.severity for found in reading.findings} == {Severity.HINT}
    assert value(reading, "finances.expenditure_eur", "Koordination") == "60000.05"
    assert set(reading.cells.filter(pl.col("section") == "finances").get_column("sheet")) == {"Geld's"}


def _shifted(book: Workbook, sheet: str, *, rows: int = 0, columns: int = 0) -> None:
    """What Excel does to names when lines are inserted before the first cell."""
    for name in book.defined_names.values():
        if name.attr_text.startswith(f"'{sheet}'!"):
            name.attr_text = re.sub(
                r"\$([A-Z]+)\$([0-9]+)",
                lambda match: f"${chr(ord(match[1]) + columns)}${int(match[2]) + rows}",
                name.attr_text,
            )


def test_inserted_rows_and_columns_move_the_addresses_and_nothing_else(filled: bytes):
    def insert(book: Workbook) -> None:
        book[CONTACT].insert_rows(1, 2)
        book[CONTACT].insert_cols(1, 1)
        _shifted(book, CONTACT, rows=2, columns=1)

    before, after = read_workbook(filled, 7), edited(filled, insert)
    assert after.findings == ()
    assert after.cells.drop("cell").equals(before.cells.drop("cell"))
    moved = after.cells.filter(pl.col("field") == "counselling.consultations").get_column("cell").item()
    place = layout_of(form_of(2026)).fields["counselling.consultations"]
    assert moved == f"D{place.row + 2}"


def test_a_row_inserted_into_a_table_is_read_too(filled: bytes):
    def insert(book: Workbook) -> None:
        sheet, first = book[POSTS], layout_of(form_of(2026)).fields["posts.post_number"].row
        sheet.insert_rows(first + 1)
        sheet.cell(first + 1, 2, "P9")
        for name in book.defined_names.values():
            if name.attr_text.startswith(f"'{POSTS}'!"):
                name.attr_text = re.sub(r"\$([0-9]+)$", lambda match: f"${int(match[1]) + 1}", name.attr_text)

    reading = edited(filled, insert)
    assert value(reading, "posts.post_number", "2") == "P9"
    assert value(reading, "posts.post_number", "4") == "P2"
    assert reading.findings == ()


def test_a_field_whose_name_is_lost_is_found_by_its_label(filled: bytes):
    def forget(book: Workbook) -> None:
        for name in [name for name in book.defined_names if name.startswith(("wir.counselling.", "wir.enquiries."))]:
            del book.defined_names[name]

    reading = edited(filled, forget)
    assert reading.findings == ()
    assert value(reading, "counselling.consultations") == "120"
    assert value(reading, "enquiries.persons", "Telefon") == "17"


def test_a_field_that_is_gone_is_told(filled: bytes):
    def forget(book: Workbook) -> None:
        del book.defined_names["wir.counselling.consultations"]
        place = layout_of(form_of(2026)).fields["counselling.consultations"]
        book[CONTACT].cell(place.row, 2).value = None
        book[CONTACT].cell(place.row, 3).value = None

    found = only(edited(filled, forget), "R-TEC-11")
    assert (found.severity, found.field) == (Severity.ERROR, "counselling.consultations")


def test_a_deleted_sheet_is_told_once(filled: bytes):
    found = only(edited(filled, lambda book: book.remove(book[FINANCES])), "R-TEC-11")
    assert (found.sheet, found.cell) == (FINANCES, "")


# --- programs that move no names -------------------------------------------------------------------------------------


def test_a_sheet_renamed_without_its_names_is_known_by_its_title(filled: bytes):
    def rename(book: Workbook) -> None:
        book[POSTS].title = "Personal neu"
        book["00 Anleitung"].title = "Hinweise"

    before, after = read_workbook(filled, 7), edited(filled, rename)
    assert codes(after) == ["R-TEC-21", "R-TEC-21"]
    assert after.cells.drop("sheet").equals(before.cells.drop("sheet"))


@pytest.mark.parametrize("row", [1, 4, 6, 8])
def test_rows_inserted_without_moving_the_names_are_read_by_the_headings(filled: bytes, row: int):
    def insert(book: Workbook) -> None:
        for sheet in (POSTS, CONTACT):
            book[sheet].insert_rows(row)

    before, after = read_workbook(filled, 7), edited(filled, insert)
    assert set(codes(after)) == {"R-TEC-26"}
    assert after.cells.drop("cell").equals(before.cells.drop("cell"))


@pytest.mark.parametrize("column", [1, 2, 5])
def test_columns_inserted_without_moving_the_names_are_read_by_the_headings(filled: bytes, column: int):
    before, after = read_workbook(filled, 7), edited(filled, lambda book: book[POSTS].insert_cols(column))
    assert set(codes(after)) == {"R-TEC-26"}
    assert after.cells.drop("cell").equals(before.cells.drop("cell"))


def test_a_row_inserted_into_tables_without_moving_the_names_loses_nothing(filled: bytes):
    def insert(book: Workbook) -> None:
        book[POSTS].insert_rows(layout_of(form_of(2026)).fields["posts.grant"].row + 1)
        book[CONTACT].insert_rows(layout_of(form_of(2026)).fields["enquiries.persons"].row + 1)

    before, after = read_workbook(filled, 7), edited(filled, insert)
    assert set(codes(after)) == {"R-TEC-26"}
    posts = before.cells.get_column("section") == "posts"
    kept = [name for name in CELLS_SCHEMA if name not in {"cell", "ordinal"}]
    assert after.cells.filter(~posts).select(kept).equals(before.cells.filter(~posts).select(kept))
    assert value(after, "posts.post_number", "4") == "P2"


def test_a_column_deleted_without_moving_the_names_is_missing_and_no_other_takes_its_place(filled: bytes):
    place = layout_of(form_of(2026)).fields["posts.employer"]
    before, after = read_workbook(filled, 7), edited(filled, lambda book: book[POSTS].delete_cols(place.column))
    assert [(found.code, found.field) for found in after.findings] == [("R-TEC-11", "posts.employer"), ("R-TEC-26", "")]
    others = before.cells.filter(pl.col("field") != "posts.employer")
    assert after.cells.drop("cell").equals(others.drop("cell"))


def test_figures_of_the_last_report_move_along_with_their_section(written: Written, centre: Prefill):
    last = {("counselling.consultations", ""): 12, ("enquiries.persons", "Telefon"): 5}
    data = written(of=replace(centre, last=last, last_period="2026-H1"))
    moved = edited(data, lambda book: book[CONTACT].insert_rows(1))
    assert set(codes(moved)) == {"R-TEC-26"}


# --- what nobody would read ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["B60", "T9", "A3", "ZZ5"])
def test_what_stands_outside_the_input_cells_is_told(filled: bytes, address: str, typed: Typed):
    found = only(read_workbook(typed(filled, POSTS, {address: "Frau Muster ab Mai"}), 7), "R-TEC-05")
    assert (found.sheet, found.cell, found.given) == (POSTS, address, "Frau Muster ab Mai")
    assert found.severity is Severity.ERROR


def test_several_stray_cells_of_a_sheet_are_one_finding(filled: bytes, typed: Typed):
    data = typed(filled, POSTS, {f"B{row}": row for row in range(60, 70)})
    found = only(read_workbook(data, 7), "R-TEC-05")
    assert (found.cell, len(found.also_at)) == ("B60", 9)


def test_a_sheet_of_ones_own_is_told_unless_it_is_blank(filled: bytes):
    def add(book: Workbook) -> None:
        book.create_sheet("Tabelle1")
        book.create_sheet("Nebenrechnung")["C3"] = 12

    found = only(edited(filled, add), "R-TEC-07")
    assert (found.sheet, found.cell) == ("Nebenrechnung", "C3")


def test_a_copied_sheet_is_told_by_what_was_filled_in(filled: bytes):
    reading = edited(filled, lambda book: book.copy_worksheet(book[CONTACT]))
    assert only(reading, "R-TEC-07").sheet == f"{CONTACT} Copy"


def test_an_answer_that_this_report_does_not_ask_for_is_told(written: Written, typed: Typed):
    answers = {
        FINANCES: {cell("finances.expenditure_eur"): 5},
        CONTACT: {cell("quarters.enquiries", 3): 9},
        POSTS: {cell("posts.staff_cost_eur"): 1},
    }
    data = written(period="2026-H1")
    for sheet, contents in answers.items():
        data = typed(data, sheet, contents)
    reading = read_workbook(data, 7)
    assert codes(reading) == ["R-TEC-06"] * 3
    fields = {"finances.expenditure_eur", "quarters.enquiries", "posts.staff_cost_eur"}
    assert {found.field for found in reading.findings} == fields


def test_a_section_that_does_not_concern_the_body_must_stay_empty(empty: bytes, typed: Typed):
    place = cell("interpreters.pool_persons")
    found = only(read_workbook(typed(empty, "08 Laiendolmetschende", {place: 4}), 7), "R-TEC-06")
    assert found.cell == place


def test_rows_below_the_printed_ones_are_read_by_nobody_and_told(empty: bytes, typed: Typed):
    found = only(read_workbook(typed(empty, FINANCES, {cell("finances.expenditure_eur", 9): 4}), 7), "R-TEC-06")
    assert found.cell == cell("finances.expenditure_eur", 9)


def test_merged_input_cells_are_told(filled: bytes):
    first, last = cell("drawdowns.amount_eur", 1), cell("drawdowns.amount_eur", 2)
    found = only(edited(filled, lambda book: book[FINANCES].merge_cells(f"{first}:{last}")), "R-TEC-12")
    assert (found.given, found.field) == (f"{first}:{last}", "drawdowns.amount_eur")


# --- what cannot be read ---------------------------------------------------------------------------------------------


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


def test_text_numbers_words_and_dashes_are_told_one_by_one(filled: bytes, typed: Typed):
    words = ("1.234 ", "12", "k. A.", "–")
    contents = {cell("enquiries.persons", row): word for row, word in enumerate(words, start=1)}
    reading = read_workbook(typed(filled, CONTACT, contents), 7)
    assert codes(reading) == ["R-TEC-17", "R-TEC-16", "R-TEC-19", "R-TEC-08"]
    assert [found.row_key for found in reading.findings] == ["persönlich", "Telefon", "E-Mail/Online", "aufsuchend"]
    states = reading.cells.filter(pl.col("field") == "enquiries.persons").get_column("state").to_list()
    assert states == ["given", "given", "not_recorded", "given"]


# --- what we printed -------------------------------------------------------------------------------------------------


def test_an_altered_locked_cell_is_told(filled: bytes, typed: Typed):
    place = cell("finances.granted_eur")
    found = only(read_workbook(typed(filled, FINANCES, {place: 130000}), 7), "R-TEC-04")
    assert (found.cell, found.given, found.expected) == (place, "130000", "120000,00")


def test_an_altered_key_is_told_and_its_row_still_read(filled: bytes, typed: Typed):
    reading = read_workbook(typed(filled, FINANCES, {cell("finances.cost_type"): "Koordination und mehr"}), 7)
    assert only(reading, "R-TEC-04").row_key == "Koordination"
    assert value(reading, "finances.expenditure_eur", "Koordination") == "60000.05"


def test_a_printed_row_that_is_gone_is_told(filled: bytes):
    def delete(book: Workbook) -> None:
        row = layout_of(form_of(2026)).fields["finances.cost_type"].row
        for column in range(2, 13):
            for line in (row, row + 1):
                book[FINANCES].cell(line, column).value = book[FINANCES].cell(line + 1, column).value
        for line in range(row + 2, row + 16):
            for column in range(1, 13):
                book[FINANCES].cell(line, column).value = None
        for name in book.defined_names:
            if name.startswith("wir.finances."):
                text = book.defined_names[name].attr_text
                book.defined_names[name].attr_text = re.sub(r"\$[0-9]+$", f"${row + 1}", text)

    found = only(edited(filled, delete), "R-TEC-20")
    assert (found.row_key, found.severity) == ("Koordination", Severity.ERROR)


def test_printed_rows_are_known_by_what_is_printed_wherever_they_stand(filled: bytes):
    def swap(book: Workbook) -> None:
        fields = form_of(2026).section("finances").fields
        for field in fields:
            first, third = cell(field.path, 1), cell(field.path, 3)
            sheet = book[FINANCES]
            sheet[first].value, sheet[third].value = sheet[third].value, sheet[first].value

    reading = edited(filled, swap)
    assert reading.findings == ()
    assert value(reading, "finances.expenditure_eur", "Koordination") == "60000.05"


def test_an_altered_list_of_printed_values_is_told_by_its_checksum(filled: bytes, typed: Typed):
    def forge(book: Workbook) -> None:
        for row in book["wir_meta"].iter_rows():
            if row[2].value == "120000.00":
                row[2].value = "130000.00"

    forged = typed(filled, FINANCES, {cell("finances.granted_eur"): 130000})
    assert codes(edited(forged, forge)) == ["R-TEC-14"]


def test_without_the_hidden_sheet_everything_else_is_still_read(filled: bytes):
    reading = edited(filled, lambda book: book.remove(book["wir_meta"]))
    assert only(reading, "R-TEC-25").severity is Severity.HINT
    assert reading.cells.equals(read_workbook(filled, 7).cells)


def test_an_emptied_hidden_sheet_is_told_and_everything_else_is_still_read(filled: bytes):
    reading = edited(filled, lambda book: book["wir_meta"].delete_rows(1, 500))
    assert only(reading, "R-TEC-14").severity is Severity.ERROR
    assert reading.cells.equals(read_workbook(filled, 7).cells)


# --- whose report it is ----------------------------------------------------------------------------------------------


def _named(name: str, text: str) -> Change:
    pattern = rf'(<definedName name="wir.identity.{name}"[^>]*>)[^<]*'
    return lambda part: re.sub(pattern.encode(), rf"\1&quot;{text}&quot;".encode(), part)


def _property(name: str, text: str) -> Change:
    pattern = rf'(name="wir.identity.{name}"[^>]*>\s*<[^>]*lpwstr[^>]*>)[^<]*'
    return lambda part: re.sub(pattern.encode(), rf"\g<1>{text}".encode(), part)


def test_the_majority_of_marks_is_believed_and_the_disagreement_told(filled: bytes, edit: Callable[..., bytes]):
    reading = read_workbook(edit(filled, {"xl/workbook.xml": _named("ags", "06411")}), 7)
    assert reading.identity is not None
    assert reading.identity.ags == "06431"
    assert "„06411“ / „06431“" in only(reading, "R-TEC-13").message


@pytest.mark.parametrize(
    ("forged", "code", "named"),
    [
        (("form_version", "2025"), "R-DAT-21", "2026"),
        (("year", "2025"), "R-DAT-22", "2026 bis 2030"),
        (("ags", "05315"), "R-DAT-23", "06"),
        (("kind", "Quartalsbericht"), "R-DAT-24", "Jahresbericht"),
        (("kind", "Schlussbericht"), "R-DAT-24", "Halbjahresbericht"),
        (("body_name", ""), "R-DAT-25", "Kommune"),
    ],
)
def test_what_the_programme_does_not_know_is_fatal_and_says_what_there_is(
    filled: bytes, edit: Callable[..., bytes], forged: tuple[str, str], code: str, named: str
):
    data = edit(filled, {"xl/workbook.xml": _named(*forged), "docProps/custom.xml": _property(*forged)})
    reading = read_workbook(data, 7)
    found = only(reading, code)
    assert found.severity is Severity.FATAL
    assert named in found.message
    assert reading.cells.is_empty()
    assert reading.identity is None
    assert identify(data) is None

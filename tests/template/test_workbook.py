"""What every empty workbook has: places, looks, protection, validation, print set-up."""

import re

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.utils import range_boundaries

from expectations.form import Form, is_asked
from expectations.layout import address, anchor, layout_of
from expectations.markers import LISTS_SHEET, META_SHEET, OUR_HIDDEN_SHEETS, text_mark
from expectations.period import ReportKind
from expectations.wording import static_texts

LONGEST = {"promptTitle": 32, "prompt": 255, "errorTitle": 32, "error": 255}


def _inputs(workbook: Workbook) -> list[Cell]:
    return [
        cell
        for sheet in workbook.worksheets
        if sheet.title not in OUR_HIDDEN_SHEETS
        for row in sheet.iter_rows()
        for cell in row
        if not cell.protection.locked
    ]


def _field_cells(form: Form) -> dict[str, set[str]]:
    cells: dict[str, set[str]] = {sheet.title: set() for sheet in form.sheets}
    for place in layout_of(form).fields.values():
        cells[place.sheet] |= {address(place.row + index, place.column) for index in range(place.rows)}
    return cells


def test_every_field_has_a_name_at_its_place(annual: Workbook, form: Form):
    layout = layout_of(form)
    named = {field.path: annual.defined_names[anchor(field)].attr_text for field in form.fields()}
    assert named == {field.path: layout.fields[field.path].range for field in form.fields()}


def test_names_are_legal_in_excel(annual: Workbook):
    legal = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,254}")
    looks_like_a_cell = re.compile(r"[A-Za-z]{1,3}[0-9]+|[rRcC][0-9]*")
    for name in annual.defined_names:
        assert legal.fullmatch(name), name
        assert not looks_like_a_cell.fullmatch(name), name


def test_a_half_year_workbook_keeps_the_annual_addresses(annual: Workbook, half_yearly: Workbook, form: Form):
    for field in form.fields():
        assert annual.defined_names[anchor(field)].attr_text == half_yearly.defined_names[anchor(field)].attr_text


def test_input_cells_are_told_by_fill_and_border_and_nothing_else_is_open(annual: Workbook, form: Form):
    cells = _field_cells(form)
    inputs = _inputs(annual)
    assert len(inputs) > 1000
    for cell in inputs:
        assert cell.coordinate in cells[cell.parent.title]
        assert cell.fill.fgColor.rgb == "00FFFCE8"
        assert {cell.border.left.style, cell.border.top.style} == {"thin"}


def test_cells_that_the_half_year_does_not_ask_for_are_locked_and_empty(half_yearly: Workbook, form: Form):
    layout = layout_of(form)
    for section in form.sections():
        for field in section.fields:
            if is_asked(field, ReportKind.HALF_YEAR):
                continue
            place = layout.fields[field.path]
            for index in range(place.rows):
                cell = half_yearly[place.sheet].cell(place.row + index, place.column)
                assert cell.protection.locked, field.path
                assert cell.value is None, field.path


def test_sheets_that_the_half_year_does_not_ask_for_are_hidden(half_yearly: Workbook):
    hidden = {sheet.title for sheet in half_yearly.worksheets if sheet.sheet_state != "visible"}
    assert hidden == {"06 Öffnung", "09 Weiterleitung", "10 Zielvereinbarung", *OUR_HIDDEN_SHEETS}
    assert half_yearly["02 Personal"]["K8"].value.startswith("im Halbjahr nicht gefragt")


def test_protection_has_no_password_and_lets_people_sort_filter_and_resize(annual: Workbook):
    for sheet in annual.worksheets:
        assert sheet.protection.sheet
        assert sheet.protection.password is None
        if sheet.title in OUR_HIDDEN_SHEETS:
            continue
        allowed = (sheet.protection.sort, sheet.protection.autoFilter, sheet.protection.formatColumns)
        assert not any((*allowed, sheet.protection.formatRows, sheet.protection.selectUnlockedCells))
    assert annual.security.lockStructure
    assert annual.security.workbookPassword is None


def test_a_filtered_table_can_be_sorted_because_no_cell_in_it_is_locked(annual: Workbook):
    filtered = [sheet for sheet in annual.worksheets if sheet.auto_filter.ref]
    assert len(filtered) >= 7
    for sheet in filtered:
        first_column, heading, last_column, last_row = range_boundaries(sheet.auto_filter.ref)
        for row in sheet.iter_rows(heading + 1, last_row, first_column, last_column):
            assert not any(cell.protection.locked for cell in row), sheet.title


def test_every_input_cell_is_validated_in_german_within_excels_limits(annual: Workbook):
    covered: dict[str, set[str]] = {}
    for sheet in annual.worksheets:
        covered[sheet.title] = set()
        for validation in sheet.data_validations.dataValidation:
            for part, longest in LONGEST.items():
                assert 0 < len(getattr(validation, part)) <= longest
            assert validation.error.startswith("Bitte ")
            assert validation.errorStyle == ("warning" if "LEN(" in str(validation.formula1) else "stop")
            assert len(str(validation.formula1)) <= 255
            covered[sheet.title] |= _cells_of(validation)
    for cell in _inputs(annual):
        assert cell.coordinate in covered[cell.parent.title]


def _cells_of(validation) -> set[str]:
    return {
        address(row, column)
        for area in validation.sqref.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
    }


def test_a_number_or_nicht_erhoben_is_taken_where_both_are_answers(annual: Workbook):
    rules = {
        area.coord: validation
        for validation in annual["05 Anlaufstelle"].data_validations.dataValidation
        for area in validation.sqref.ranges
    }
    assert rules["C9:C12"].type == "custom"
    assert rules["C9:C12"].formula1.startswith("IF(ISNUMBER(C9),AND(ROUND(C9,0)=C9,C9>=0")
    assert rules["C9:C12"].formula1.endswith('TRIM(C9)="nicht erhoben")')
    money = {
        area.coord: validation
        for validation in annual["03 Finanzen"].data_validations.dataValidation
        for area in validation.sqref.ranges
    }
    assert money["E9:E11"].type == "decimal"


def test_drop_downs_take_their_entries_from_the_hidden_lists(of_unregistered: Workbook, form: Form):
    workbook = of_unregistered
    used = {
        validation.formula1
        for sheet in workbook.worksheets
        for validation in sheet.data_validations.dataValidation
        if validation.type == "list"
    }
    assert "wir.list.languages" in used
    for name in used:
        cells = workbook.defined_names[name].attr_text.removeprefix(f"'{LISTS_SHEET}'!").replace("$", "")
        entries = [row[0].value for row in workbook[LISTS_SHEET][cells]]
        assert all(entries), name
        if name == "wir.list.languages":
            assert tuple(entries) == form.labels("languages")


def test_a_half_year_drop_down_and_its_rows_leave_out_what_is_not_asked(half_yearly: Workbook):
    sheet = half_yearly["05 Anlaufstelle"]
    assert [sheet.cell(row, 2).value for row in range(18, 22)] == ["Q1", "Q2", None, None]
    assert [sheet.row_dimensions[row].hidden for row in range(18, 22)] == [False, False, True, True]


def test_every_text_outside_the_input_cells_is_one_that_the_reader_knows(annual: Workbook, form: Form):
    known = static_texts(form, ReportKind.YEAR)
    marks = {row[0].value: row[1].value for row in annual[META_SHEET].iter_rows() if row[0].value}
    cells = _field_cells(form)
    of_the_body = set()
    for sheet in annual.worksheets:
        if sheet.title in OUR_HIDDEN_SHEETS:
            continue
        own = set(marks[f"wir.texts.{sheet.title}"].split())
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.data_type != "f" and cell.coordinate not in cells[sheet.title]:
                    assert text_mark(cell.value) in own, cell
                    of_the_body |= {cell.value} - known[sheet.title]
    assert len(of_the_body) < 8
    assert any("06431" in text for text in of_the_body)


def test_pages_are_a4_fitted_to_the_width_with_headings_repeated_and_a_footer(annual: Workbook):
    for sheet in annual.worksheets:
        if sheet.title in OUR_HIDDEN_SHEETS:
            continue
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows
        assert sheet.oddFooter.left.text == "Bergstraße · Jahresbericht 2026"
        assert sheet.oddFooter.center.text == sheet.title
        assert sheet.oddFooter.right.text == "Seite &P von &N"
    assert annual["09 Weiterleitung"].print_title_rows == "$7:$8"
    assert annual["09 Weiterleitung"].page_setup.orientation == "landscape"
    assert annual["00 Anleitung"].page_setup.orientation == "portrait"


def test_it_opens_on_the_first_sheet_and_on_each_sheet_at_the_first_input(annual: Workbook):
    assert annual.active.title == "00 Anleitung"
    assert annual.sheetnames[-2:] == [LISTS_SHEET, META_SHEET]
    assert annual["01 Deckblatt"].sheet_view.selection[-1].activeCell == "C12"
    assert annual["03 Finanzen"].sheet_view.selection[-1].activeCell == "E9"
    assert annual["02 Personal"].freeze_panes == "C8"
    assert [sheet.title for sheet in annual.worksheets if sheet.sheet_view.tabSelected] == ["00 Anleitung"]


def test_properties_say_title_and_language_and_formulas_are_worked_out_on_opening(annual: Workbook):
    assert annual.properties.language == "de-DE"
    assert annual.properties.title == "Erhebungsbogen WIR – Vielfalt und Teilhabe: Jahresbericht 2026, Bergstraße"
    assert annual.calculation.fullCalcOnLoad


def test_cells_are_merged_for_running_text_only(annual: Workbook, form: Form):
    cells = _field_cells(form)
    for sheet in annual.worksheets:
        for area in sheet.merged_cells.ranges:
            assert area.min_row == area.max_row
            inside = {address(area.min_row, column) for column in range(area.min_col, area.max_col + 1)}
            assert not inside & cells[sheet.title]


def test_the_status_table_links_to_every_sheet_and_counts_on_it(annual: Workbook, form: Form):
    overview = annual["00 Anleitung"]
    rows = {
        overview.cell(row, 2).value: row for row in range(1, overview.max_row + 1) if overview.cell(row, 2).hyperlink
    }
    assert list(rows) == [sheet.title for sheet in form.sheets[1:]]
    for title, row in rows.items():
        assert overview.cell(row, 2).hyperlink.location.startswith(f"'{title}'!")
        if title == "08 Laiendolmetschende":
            assert overview.cell(row, 5).value == "entfällt"
        else:
            assert title in overview.cell(row, 3).value or title == "11 Erläuterungen"
    assert "COUNTBLANK('01 Deckblatt'!C12:C17)" in overview.cell(rows["01 Deckblatt"], 3).value

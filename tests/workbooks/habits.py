"""The filled form after what people do to it: what they type, paste, move, hide, sort and leave behind.

Each function is a golden workbook of that name, described in `notes.yml`.
"""

import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from openpyxl import Workbook
from openpyxl.comments import Comment

from expectations.form import form_of
from expectations.layout import column_letters, layout_of
from expectations.markers import note_of
from expectations.period import parse_period
from flows.template import write_template
from tests.workbook.reports import CENTRE, CONTACT, FILLED, FINANCES, POSTS, cell, packed, parts_of, saved, type_into
from tests.workbooks.shapes import RELATIONS, on_markup

EXPLANATIONS, GUIDES, TARGETS = "11 Erläuterungen", "07 Integrationslotsen", "10 Zielvereinbarung"
TOPICS = "topics.enquiries"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DRAWN = "http://schemas.openxmlformats.org/drawingml/2006"


def _in_topics(form: bytes, contents: Sequence[object]) -> bytes:
    """Contents typed one below the other under „Themen“: thirteen cells for whole numbers."""
    return type_into(form, CONTACT, {cell(TOPICS, row): content for row, content in enumerate(contents, start=1)})


def _in_money(form: bytes, contents: Sequence[object]) -> bytes:
    """Contents typed one beside the other into the row Koordination: seven cells for amounts."""
    place = layout_of(form_of(2026)).fields["finances.expenditure_eur"]
    cells = {f"{column_letters(place.column + index)}{place.row}": one for index, one in enumerate(contents)}
    return type_into(form, FINANCES, cells)


def _with_looks(form: bytes, formats: Sequence[str]) -> tuple[bytes, int]:
    """The form with further number formats, and the number of the first style that shows one."""
    parts = parts_of(form)
    styles = parts["xl/styles.xml"].decode()
    first = int(re.search(r'<cellXfs count="(\d+)"', styles)[1])
    codes = "".join(f'<numFmt numFmtId="{900 + index}" formatCode="{code}"/>' for index, code in enumerate(formats))
    looks = "".join(f'<xf numFmtId="{900 + index}" quotePrefix="1"/>' for index in range(len(formats)))
    styles = styles.replace("</numFmts>", f"{codes}</numFmts>").replace("</cellXfs>", f"{looks}</cellXfs>")
    return packed(parts | {"xl/styles.xml": styles.encode()}), first


# --- typed -----------------------------------------------------------------------------------------------------------


def counts_typed_as_texts(form: bytes) -> bytes:
    plain = ["12", " 12\u00a0", "1.234", "1 234", "1,234", "12,0", "12,5", "1.234.567", "−3", "007"]
    return _in_topics(form, [*plain, "12 Personen", "1e3", "\u200b"])


def amounts_typed_as_texts(form: bytes) -> bytes:
    return _in_money(form, ["1.234,56", "1,234.56", "1'234.56", "1\u202f234,56 €", "1.234", "EUR 12,-", "1,234"])


def hours_typed_as_texts(form: bytes) -> bytes:
    return type_into(form, GUIDES, {cell("guides.hours", 1): "1.234", cell("guides.hours", 2): "12,5 Std."})


def signs_for_missing_numbers(form: bytes) -> bytes:
    return _in_topics(
        form, ["–", "-", "k. A.", "n.v.", "Nicht Erhoben", "nicht erfasst", ".", "…", "/", "x", "unbekannt", "?", "0"]
    )


def days_typed_as_texts(form: bytes) -> bytes:
    days = ["31.12.2026", "31.12.26", "2026-12-31", "12/31/2026", "Dezember 2026", "31.02.2026"]
    return type_into(form, POSTS, {cell("posts.filled_to", row): day for row, day in enumerate(days, start=1)})


def choices_typed_by_hand(form: bytes) -> bytes:
    return type_into(
        form,
        "01 Deckblatt",
        {
            cell("cover.confirmed_complete"): " JA ",
            cell("cover.confirmed_necessary_and_economical"): '<c t="b"><v>1</v></c>',
            cell("cover.confirmed_no_personal_data"): "ja, alles",
        },
    )


def texts_in_decomposed_umlauts(form: bytes) -> bytes:
    """As some programs on a Mac write: umlauts in two signs, blanks that do not break, signs that nobody sees."""

    def decompose(xml: str) -> str:
        return re.sub(
            r"(<t[^>]*>)([^<]*)</t>",
            lambda match: f"{match[1]}\ufeff{unicodedata.normalize('NFD', match[2]).replace(' ', chr(0xA0))}\u200b</t>",
            re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), xml),
        )

    return on_markup(form, decompose, names=r"xl/worksheets/sheet(?:[2-9]|1[0-2])\.xml")


def a_very_long_text(form: bytes) -> bytes:
    return type_into(form, EXPLANATIONS, {cell("explanations.explanation"): "ä" * 32_767})


# --- other kinds of values -------------------------------------------------------------------------------------------


def values_pasted_with_foreign_formats(form: bytes) -> bytes:
    looks = {
        "0%": 0.5,
        "0.00%": 0.125,
        "DD.MM.YYYY": 12,
        "[h]:mm": 1.5,
        "0 &quot;Personen&quot;": 12,
        "#,##0.00 [$€-407]": 12,
        "0.0,&quot; Tsd.&quot;": 12_000,
        "&quot;100%&quot; 0": 12,
        "@": 12,
    }
    styled, first = _with_looks(form, list(looks))
    return _in_topics(
        styled, [f'<c s="{first + index}"><v>{value}</v></c>' for index, value in enumerate(looks.values())]
    )


def truth_values_and_quoted_texts(form: bytes) -> bytes:
    styled, look = _with_looks(form, ["@"])
    text = f'<c s="{look}" t="inlineStr"><is><t>{{}}</t></is></c>'
    return _in_topics(styled, ['<c t="b"><v>1</v></c>', text.format("12"), text.format("=1+1")])


def error_words(form: bytes) -> bytes:
    old = ["#REF!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!"]
    new = ["#SPILL!", "#CALC!", "#FIELD!", "#BUSY!", "#GETTING_DATA", "#PYTHON!"]
    return _in_topics(form, [f'<c t="e"><v>{word}</v></c>' for word in (*old, *new)])


def formulas(form: bytes) -> bytes:
    """With and without results: plain, shared, of an array, dynamic, text, truth value, error."""
    first, second = cell(TOPICS, 3), cell(TOPICS, 4)
    return _in_topics(
        form,
        [
            "<c><f>6*7</f><v>42</v></c>",
            "<c><f>6*7</f></c>",
            f'<c><f t="shared" ref="{first}:{second}" si="0">A1*2</f><v>4</v></c>',
            '<c><f t="shared" si="0"/><v>6</v></c>',
            '<c><f t="shared" si="0"/></c>',
            '<c><f t="array" ref="C9">SUM(C1:C2)</f><v>10</v></c>',
            '<c cm="1"><f t="array" ref="C9">SORT(C1:C2)</f><v>11</v></c>',
            '<c t="str"><f>TEXT(12,"0")</f><v>12</v></c>',
            '<c t="str"><f>IF(1=1,"","x")</f><v></v></c>',
            '<c t="b"><f>1=1</f><v>1</v></c>',
            '<c t="e"><f>1/0</f><v>#DIV/0!</v></c>',
            '<c><f ca="1">NOW()</f><v>46000.5</v></c>',
            "<c><f>0*1</f><v>0</v></c>",
        ],
    )


# --- sheets ----------------------------------------------------------------------------------------------------------


def sheets_renamed_moved_hidden_and_copied(form: bytes) -> bytes:
    def rearrange(book: Workbook) -> None:
        book[FINANCES].title = 'Geld\'s & "mehr"'
        for name in book.defined_names.values():
            name.attr_text = name.attr_text.replace(f"'{FINANCES}'", "'Geld''s & \"mehr\"'")
        book.move_sheet(book[POSTS], 5)
        book[CONTACT].sheet_state = "hidden"
        book.copy_worksheet(book[TARGETS])

    return saved(form, rearrange)


def without_hidden_sheets(form: bytes) -> bytes:
    def delete(book: Workbook) -> None:
        for name in ("wir_meta", "wir_lists"):
            book.remove(book[name])

    return saved(form, delete)


def hidden_rows_columns_and_a_filter(form: bytes) -> bytes:
    def hide(book: Workbook) -> None:
        posts = book[POSTS]
        place = layout_of(form_of(2026)).fields["posts.post_number"]
        posts.row_dimensions[place.row].hidden = True
        posts.column_dimensions["F"].hidden = True
        posts.auto_filter.ref = f"B{place.row - 2}:M{place.row + place.rows - 1}"
        posts.auto_filter.add_filter_column(0, ["P2"])
        book[CONTACT].row_dimensions.group(1, 40, outline_level=1, hidden=True)

    return saved(form, hide)


def a_sorted_table(form: bytes) -> bytes:
    def sort(book: Workbook) -> None:
        place = layout_of(form_of(2026)).fields["posts.post_number"]
        for column in range(2, 14):
            first, third = (book[POSTS].cell(place.row + row, column) for row in (0, 2))
            first.value, third.value = third.value, first.value

    return saved(form, sort)


def merged_inputs(form: bytes) -> bytes:
    def merge(book: Workbook) -> None:
        book[CONTACT].merge_cells(f"{cell('enquiries.persons', 1)}:{cell('enquiries.organisations', 2)}")
        book[POSTS].merge_cells("B1:D1")

    return saved(form, merge)


def rows_and_columns_moved_without_their_names(form: bytes) -> bytes:
    """As programs do that leave defined names where they were."""

    def move(book: Workbook) -> None:
        book[CONTACT].insert_rows(4)
        book[POSTS].delete_cols(layout_of(form_of(2026)).fields["posts.employer"].column)

    return saved(form, move)


# --- the print and the marks -----------------------------------------------------------------------------------------


def print_altered(form: bytes) -> bytes:
    altered = {cell("finances.granted_eur"): 130_000, cell("finances.cost_type", 2): "Honorare"}
    return type_into(form, FINANCES, altered)


def a_printed_row_deleted(form: bytes) -> bytes:
    def delete(book: Workbook) -> None:
        first = layout_of(form_of(2026)).fields["enquiries.persons"].row
        for column in range(1, 6):
            for row in range(first + 1, first + 4):
                book[CONTACT].cell(row, column).value = book[CONTACT].cell(row + 1, column).value

    return saved(form, delete)


def the_hidden_list_of_the_print_altered(form: bytes) -> bytes:
    def forge(book: Workbook) -> None:
        for row in book["wir_meta"].iter_rows():
            if row[2].value == "120000.00":
                row[2].value = "130000.00"
        book[FINANCES][cell("finances.granted_eur")].value = 130_000

    return saved(form, forge)


def marks_that_contradict_each_other(form: bytes) -> bytes:
    name = re.compile('(?<="wir.identity.ags">)[^<]+')
    return on_markup(form, lambda xml: name.sub("&quot;06411&quot;", xml), names=r"xl/workbook\.xml")


def the_form_of_the_year_before(form: bytes) -> bytes:
    """A report on 2027 in the version that was published for 2026."""
    grants = tuple(replace(grant, budget_year=2027) for grant in CENTRE.grants)
    file = io.BytesIO()
    form_2026 = form_of(2027, version="2026")
    write_template(form_2026, parse_period("2027"), replace(CENTRE, grants=grants), file, values=FILLED)
    return file.getvalue()


# --- more than was asked ---------------------------------------------------------------------------------------------


def a_second_table_below(form: bytes) -> bytes:
    """Somebody pasted last year's table, headings and all, below this year's."""

    def paste(book: Workbook) -> None:
        sheet, place = book[POSTS], layout_of(form_of(2026)).fields["posts.post_number"]
        below = place.row + place.rows + 3
        for column in range(1, 14):
            sheet.cell(below, column).value = sheet.cell(place.row - 2, column).value
            sheet.cell(below + 1, column).value = sheet.cell(place.row, column).value

    return saved(form, paste)


def a_second_table_aside(form: bytes) -> bytes:
    def paste(book: Workbook) -> None:
        sheet, place = book[CONTACT], layout_of(form_of(2026)).fields["enquiries.persons"]
        for row in range(place.row - 2, place.row + 4):
            for column in range(2, 6):
                sheet.cell(row, column + 8).value = sheet.cell(row, column).value

    return saved(form, paste)


def a_sum_below_and_a_calculation_aside(form: bytes) -> bytes:
    below = cell("drawdowns.amount_eur", layout_of(form_of(2026)).fields["drawdowns.amount_eur"].rows + 1)
    return type_into(form, FINANCES, {below: "<c><f>SUM(E30:E40)</f><v>0</v></c>", "R4": "Rest", "S4": 12.5})


def answers_nobody_asked_for(form: bytes) -> bytes:
    """An amount below the printed rows, and figures in a section that does not concern the body."""
    below = type_into(form, FINANCES, {cell("finances.expenditure_eur", 9): 4})
    return type_into(
        below, "08 Laiendolmetschende", {cell("interpreters.pool_persons"): 4, cell("languages.language"): "Dari"}
    )


def links_and_embedded_files(form: bytes) -> bytes:
    linked = type_into(form, CONTACT, {cell("counselling.consultations"): "<c><f>[1]Tabelle1!$A$1</f><v>120</v></c>"})
    target = 'Target="file:///C:/Users/muster/Statistik%202026.xlsx" TargetMode="External"'
    relation = f'<Relationship Id="r1" Type="x/externalLinkPath" {target}/>'
    relations = f'<Relationships xmlns="{PACKAGE}">{relation}</Relationships>'
    return packed(
        {
            **parts_of(linked),
            "xl/externalLinks/externalLink1.xml": "<externalLink/>",
            "xl/externalLinks/_rels/externalLink1.xml.rels": relations,
            "xl/embeddings/liste.xlsx": b"PK",
            "xl/diagrams/data1.xml": "<dataModel/>",
        }
    )


def notes_text_boxes_and_pictures(form: bytes) -> bytes:
    def comment(book: Workbook) -> None:
        ours = note_of("Es fehlt die Angabe.")
        notes = {
            "C12": "Sachbearbeitung:\nStand März",
            "C13": " ",
            "C14": "noch klären",
            "C15": ours,
            "C16": f"{ours} Ja!",
        }
        for address, text in notes.items():
            book["01 Deckblatt"][address].comment = Comment(text, "Sachbearbeitung")

    return _with_drawing(saved(form, comment), POSTS)


def _with_drawing(form: bytes, sheet: str) -> bytes:
    """The form with a text box at B10, a shape without text and a picture at F30."""
    number = [entry.title for entry in form_of(2026).sheets].index(sheet) + 1
    said = "<xdr:txBody><a:p><a:r><a:t>siehe</a:t></a:r><a:r><a:t>Anlage 3</a:t></a:r></a:p></xdr:txBody>"
    drawn = ((1, 9, f"<xdr:sp>{said}</xdr:sp>"), (3, 19, "<xdr:sp><xdr:txBody/></xdr:sp>"), (5, 29, "<xdr:pic/>"))
    anchors = "".join(
        f"<xdr:twoCellAnchor><xdr:from><xdr:col>{column}</xdr:col><xdr:row>{row}</xdr:row></xdr:from>{inside}"
        "</xdr:twoCellAnchor>"
        for column, row, inside in drawn
    )
    relation = f'<Relationship Id="d" Type="{RELATIONS}/drawing" Target="../drawings/drawing9.xml"/>'
    relations = f'<Relationships xmlns="{PACKAGE}">{relation}</Relationships>'
    drawing = f'<xdr:wsDr xmlns:xdr="{DRAWN}/spreadsheetDrawing" xmlns:a="{DRAWN}/main">{anchors}</xdr:wsDr>'
    parts = {f"xl/worksheets/_rels/sheet{number}.xml.rels": relations, "xl/drawings/drawing9.xml": drawing}
    return packed({**parts_of(form), **parts})

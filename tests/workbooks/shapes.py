"""The filled form in every shape that a program may write: the content stays the same, only its XML differs.

Each function is a golden workbook of that name, described in `notes.yml`.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from lxml import etree

from tests.workbook.reports import packed, parts_of

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml"
DAY_STYLE = "DD.MM.YYYY"
STRINGS_TYPE = f"{RELATIONS}/sharedStrings"
_1900, _1904 = date(1899, 12, 30), date(1904, 1, 1)

Sheet = etree._Element


# --- the tools -------------------------------------------------------------------------------------------------------


def tag(name: str) -> str:
    return f"{{{MAIN}}}{name}"


def on_sheets(form: bytes, edit: Callable[[Sheet], object]) -> bytes:
    """The form with every sheet of cells edited."""
    parts = parts_of(form)
    for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
        sheet = etree.fromstring(parts[name])
        edit(sheet)
        parts[name] = etree.tostring(sheet, encoding="UTF-8", xml_declaration=True)
    return packed(parts)


def on_markup(form: bytes, edit: Callable[[str], str], names: str = r"xl/worksheets/sheet\d+\.xml") -> bytes:
    """The form with the markup of some parts edited as text."""
    parts = parts_of(form)
    return packed(
        {name: edit(part.decode()).encode() if re.fullmatch(names, name) else part for name, part in parts.items()}
    )


def text_of(cell: Sheet) -> str:
    return "".join(text.text or "" for text in cell.iter(tag("t")))


def number_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _without_gaps(sheet: Sheet) -> Iterator[Sheet]:
    """All rows, with blank rows and cells put in wherever one is left out."""
    rows = sheet.find(tag("sheetData"))
    for row in list(rows):
        while rows.index(row) + 1 < int(row.get("r")):
            row.addprevious(etree.Element(tag("row")))
        for cell in list(row):
            while row.index(cell) + 1 < number_of(cell.get("r").rstrip("0123456789")):
                cell.addprevious(etree.Element(tag("c")))
    yield from rows


def _day_styles(form: bytes) -> set[str]:
    styles = etree.fromstring(parts_of(form)["xl/styles.xml"])
    formats = {one.get("numFmtId") for one in styles.iter(tag("numFmt")) if one.get("formatCode") == DAY_STYLE}
    looks = styles.find(tag("cellXfs"))
    return {str(number) for number, look in enumerate(looks) if look.get("numFmtId") in formats}


def _day_cells(form: bytes, sheet: Sheet) -> list[Sheet]:
    days = _day_styles(form)
    return [cell for cell in sheet.iter(tag("c")) if cell.get("s") in days and cell.find(tag("v")) is not None]


# --- addresses -------------------------------------------------------------------------------------------------------


def without_dimension(form: bytes) -> bytes:
    return on_sheets(form, lambda sheet: sheet.remove(sheet.find(tag("dimension"))))


def cells_without_addresses(form: bytes) -> bytes:
    def strip(sheet: Sheet) -> None:
        for row in _without_gaps(sheet):
            for cell in row:
                cell.attrib.pop("r", None)

    return on_sheets(form, strip)


def rows_without_numbers(form: bytes) -> bytes:
    def strip(sheet: Sheet) -> None:
        for row in _without_gaps(sheet):
            row.attrib.pop("r", None)
            for cell in row:
                cell.attrib.pop("r", None)

    return on_sheets(form, strip)


def only_some_cells_with_addresses(form: bytes) -> bytes:
    def strip(sheet: Sheet) -> None:
        for row in _without_gaps(sheet):
            for cell in row[1::2]:
                cell.attrib.pop("r", None)

    return on_sheets(form, strip)


def rows_and_cells_in_reverse(form: bytes) -> bytes:
    def reverse(sheet: Sheet) -> None:
        rows = sheet.find(tag("sheetData"))
        for row in rows:
            row[:] = reversed(row)
        rows[:] = reversed(rows)

    return on_sheets(form, reverse)


def addresses_in_small_letters(form: bytes) -> bytes:
    return on_markup(form, lambda xml: re.sub(r'<c r="([A-Z]+)', lambda match: match[0].lower(), xml))


def cells_in_two_blocks(form: bytes) -> bytes:
    return on_markup(form, lambda xml: re.sub('(<row r="9")', r"</sheetData><sheetData>\1", xml, count=1))


def a_cell_that_stands_twice(form: bytes) -> bytes:
    return on_markup(
        form, lambda xml: xml.replace("</sheetData>", '<row r="1"><c r="A1"><v>1</v></c></row></sheetData>')
    )


# --- markup ----------------------------------------------------------------------------------------------------------


def prefixed_names(form: bytes) -> bytes:
    def prefix(sheet: str) -> str:
        return re.sub(r"<(/?)(?![?!/])", r"<\1x:", sheet).replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')

    return on_markup(form, prefix)


def byte_order_marks_and_windows_line_ends(form: bytes) -> bytes:
    def spaced(xml: str) -> str:
        return "\ufeff" + re.sub(r">(?=<(?!/(?:t|v|f|definedName|vt:\w+)>))", ">\r\n", xml)

    return on_markup(form, spaced, names=r".*\.(?:xml|rels)")


def comments_and_references_within_values(form: bytes) -> bytes:
    def scatter(xml: str) -> str:
        xml = re.sub(r"<v>(\d)(\d*)", r"<v>&#x3\1;<!-- 9 -->\2", xml)
        xml = re.sub(r"<t>([^<&]+)</t>", r"<t><![CDATA[\1]]></t>", xml)
        return xml.replace("<row ", "<?program says?><!-- <c><v>9</v></c> --><row ")

    return on_markup(form, scatter)


def values_with_blanks_around_them(form: bytes) -> bytes:
    return on_markup(form, lambda xml: xml.replace("<v>", '<v xml:space="preserve">\n  ').replace("</v>", "\n</v>"))


def attributes_in_another_order(form: bytes) -> bytes:
    return on_markup(form, lambda xml: re.sub(r'<c r="(\w+)" s="(\d+)" t="(\w+)"', r"<c t='\3'  s = '\2' r='\1' ", xml))


# --- texts -----------------------------------------------------------------------------------------------------------


def _with_shared_texts(form: bytes, item: Callable[[str], str], strings_part: str = "xl/sharedStrings.xml") -> bytes:
    """The form with its texts in a part of their own, each as `item` writes it."""
    texts: list[str] = []

    def share(sheet: Sheet) -> None:
        for cell in sheet.iter(tag("c")):
            if cell.find(tag("is")) is not None:
                texts.append(text_of(cell))
                cell[:] = [etree.Element(tag("v"))]
                cell[0].text = str(len(texts) - 1)
                cell.set("t", "s")

    parts = parts_of(on_sheets(form, share))
    items = "".join(item(text.replace("&", "&amp;").replace("<", "&lt;")) for text in texts)
    parts[strings_part] = f'<sst xmlns="{MAIN}" count="{len(texts)}" uniqueCount="{len(texts)}">{items}</sst>'.encode()
    relation = f'<Relationship Id="texts" Type="{STRINGS_TYPE}" Target="/{strings_part}"/></Relationships>'
    name = "xl/_rels/workbook.xml.rels"
    parts[name] = parts[name].replace(b"</Relationships>", relation.encode())
    return packed(parts)


def _runs(text: str) -> str:
    half = len(text) // 2
    runs = (f'<r><rPr><b/></rPr><t xml:space="preserve">{part}</t></r>' for part in (text[:half], text[half:]))
    return "".join(runs) if "&" not in text else f"<t>{text}</t>"


def shared_texts(form: bytes) -> bytes:
    return _with_shared_texts(form, lambda text: f'<si><t xml:space="preserve">{text}</t></si>')


def shared_rich_texts_with_readings(form: bytes) -> bytes:
    return _with_shared_texts(
        form, lambda text: f'<si>{_runs(text)}<rPh sb="0" eb="1"><t>カナ</t></rPh><phoneticPr fontId="1"/></si>'
    )


def shared_texts_under_another_name(form: bytes) -> bytes:
    return _with_shared_texts(form, lambda text: f"<si><t>{text}</t></si>", strings_part="xl/Texte/alle.xml")


def shared_texts_that_are_missing(form: bytes) -> bytes:
    parts = parts_of(shared_texts(form))
    del parts["xl/sharedStrings.xml"]
    return packed(parts)


def inline_rich_texts_with_readings(form: bytes) -> bytes:
    def enrich(xml: str) -> str:
        return re.sub(
            r"<is><t[^>]*>([^<]*)</t></is>",
            lambda match: f'<is>{_runs(match[1])}<rPh sb="0" eb="1"><t>カナ</t></rPh></is>',
            xml,
        )

    return on_markup(form, enrich)


def texts_as_results_of_no_formula(form: bytes) -> bytes:
    def plain(xml: str) -> str:
        return re.sub(r't="inlineStr"><is><t[^>]*>([^<]*)</t></is>', r't="str"><v>\1</v>', xml)

    return on_markup(form, plain)


# --- days and looks --------------------------------------------------------------------------------------------------


def days_from_1904(form: bytes) -> bytes:
    def recount(sheet: Sheet) -> None:
        for cell in _day_cells(form, sheet):
            value = cell.find(tag("v"))
            value.text = str(int(value.text) - (_1904 - _1900).days)

    return on_markup(
        on_sheets(form, recount),
        lambda xml: xml.replace("<workbookPr/>", '<workbookPr date1904="1"/>'),
        names=r"xl/workbook\.xml",
    )


def strict(form: bytes) -> bytes:
    """As Excel's „Strict Open XML-Arbeitsmappe“: other namespaces, days as ISO texts."""

    def spell_out(sheet: Sheet) -> None:
        for cell in _day_cells(form, sheet):
            value = cell.find(tag("v"))
            value.text = f"{_1900 + timedelta(days=int(value.text))}T00:00:00"
            cell.set("t", "d")

    def rename(xml: str) -> str:
        xml = xml.replace(MAIN, f"{STRICT}/spreadsheetml/main")
        return xml.replace(RELATIONS, f"{STRICT}/officeDocument/relationships")

    return on_markup(on_sheets(form, spell_out), rename, names=r".*\.(?:xml|rels)")


def without_styles(form: bytes) -> bytes:
    parts = parts_of(form)
    del parts["xl/styles.xml"]
    return packed(parts)


# --- the package -----------------------------------------------------------------------------------------------------


def parts_elsewhere(form: bytes) -> bytes:
    """Folders and names as nobody has them: capitals, blanks, relative ways."""
    moved = {}
    for name, part in parts_of(form).items():
        there = re.sub(r"xl/worksheets/sheet(\d+)\.xml", r"xl/Blätter/Blatt \1.XML", name)
        moved[there.replace("xl/styles.xml", "XL/Looks/styles.xml")] = part
    relations = moved["xl/_rels/workbook.xml.rels"].decode()
    relations = re.sub(r"/xl/worksheets/sheet(\d+)\.xml", r"../XL/Bl%C3%A4tter/./Blatt%20\1.XML", relations)
    relations = re.sub(r'Target="[^"]*styles\.xml"', 'Target="looks/Styles.XML"', relations)
    return packed(moved | {"xl/_rels/workbook.xml.rels": relations.encode()})


def a_chart_sheet_in_front(form: bytes) -> bytes:
    parts = parts_of(form)
    parts["xl/chartsheets/sheet1.xml"] = f'<chartsheet xmlns="{MAIN}"/>'.encode()
    sheet = f'<sheet name="Diagramm" sheetId="99" xmlns:r="{RELATIONS}" r:id="chart"/>'
    relation = f'<Relationship Id="chart" Type="{RELATIONS}/chartsheet" Target="/xl/chartsheets/sheet1.xml"/>'
    book, relations = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    parts[book] = parts[book].replace(b"<sheets>", f"<sheets>{sheet}".encode())
    parts[relations] = parts[relations].replace(b"</Relationships>", f"{relation}</Relationships>".encode())
    return packed(parts)


def a_sheet_that_is_listed_and_nowhere(form: bytes) -> bytes:
    return on_markup(
        form,
        lambda xml: re.sub(r'<Relationship [^>]*worksheets/sheet4\.xml"[^>]*/>', "", xml),
        names=r"xl/_rels/workbook\.xml\.rels",
    )

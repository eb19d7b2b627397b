"""Workbooks as .ods and .xls: read like an .xlsx, past the same limits."""

import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment

from expectations.finding import Severity
from expectations.reading import Reading
from flows.workbook import identify, read_isolated, read_workbook
from flows.workbook.compound import Compound, packed
from tests.workbook.reports import FILLED, parts_of, type_into, write_form
from tests.workbook.reports import packed as zipped
from tests.workbook.reports import saved as as_saved

CASES = Path(__file__).with_name("cases")
FORMATS = ["ods", "xls"]
OPEN_DOCUMENT = "application/vnd.oasis.opendocument.spreadsheet"
NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text", "style", "draw")
)


def saved(kind: str) -> bytes:
    return (CASES / f"saved-by-libreoffice.{kind}").read_bytes()


def ods(rows: str, rest: str = "", **parts: str | bytes) -> bytes:
    """An .ods of one sheet from the XML of its rows."""
    content = (
        f'<office:document-content {NAMESPACES} xmlns:calcext="urn:org:documentfoundation:names:experimental:calc"'
        ' xmlns:xlink="http://www.w3.org/1999/xlink"><office:body><office:spreadsheet>'
        f'<table:table table:name="Blatt">{rows}</table:table>{rest}</office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    return zipped({"mimetype": OPEN_DOCUMENT, "content.xml": content} | parts)


def code(data: bytes) -> str:
    """The code of the one refusal; a workbook that is merely none of ours came through the door."""
    (found,) = read_isolated([(7, data)])[0].findings
    assert found.severity is Severity.FATAL
    assert found.advice.startswith("Bitte")
    return found.code


THROUGH = "R-DAT-20"
ALL_ROWS, ALL_COLUMNS = 'table:number-rows-repeated="1048576"', 'table:number-columns-repeated="16384"'
FLOAT = 'office:value-type="float" office:value="1"'


def row(cell: str) -> str:
    return f"<table:table-row>{cell}</table:table-row>"


def edited(data: bytes, old: str, new: str) -> bytes:
    parts = parts_of(data)
    content = parts["content.xml"].decode()
    assert old in content
    return zipped(parts | {"content.xml": content.replace(old, new, 1)})


# --- what clerks without Excel send ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FORMATS)
def test_whose_report_it_is_is_known_without_reading_the_cells(kind: str):
    identity = identify(saved(kind))
    assert identity is not None
    assert (identity.ags, identity.period.code, identity.grants) == ("06431", "2026", ("WIR-1", "WIR-2"))


@pytest.mark.parametrize("kind", FORMATS)
def test_values_of_every_sort_come_out_right(kind: str):
    cells = read_workbook(saved(kind), 7).cells
    found = {(field, key): value for field, key, value in cells.select("field", "row_key", "value").rows()}
    assert found["cover.prepared_on", ""] == "2027-03-01"
    assert found["cover.confirmed_complete", ""] == "Ja"
    assert found["finances.expenditure_eur", "Koordination"] == "60000.05"
    assert found["finances.private_funds_eur", "Koordination"] == "1234.56"
    assert found["finances.other_state_funds_eur", "Koordination"] == "42.00"  # a formula
    assert found["enquiries.persons", "persönlich"] == "0"
    assert found["posts.fte_filled", "3"] == "1.00"
    types = {(field, key): kind for field, key, kind in cells.select("field", "row_key", "found_type").rows()}
    assert types["finances.state_funds_eur", "Koordination"] == "percent"
    assert types["meetings.meetings", "Steuerung"] == "duration"
    assert types["meetings.participants", "Steuerung"] == "date"
    states = cells.filter(pl.col("field") == "counselling.consultations_with_interpreting").get_column("state")
    assert states.to_list() == ["not_recorded"]


@pytest.mark.parametrize("kind", FORMATS)
def test_what_values_alone_do_not_tell_is_told_all_the_same(kind: str):
    findings = {(found.code, found.cell, found.given) for found in read_workbook(saved(kind), 7).findings}
    assert findings == {
        ("R-TEC-01", "G9", "#DIV/0!"),
        ("R-TEC-01", "C17", "#N/A"),
        ("R-TEC-05", "Z3", "daneben"),
        ("R-TEC-07", "B2", "eine Notiz"),
        ("R-TEC-12", "E9", "E9:E10"),
        ("R-TEC-16", "K9", "1.234,56"),
        ("R-TEC-19", "D10", "k. A."),
        ("R-TEC-23", "", "07 Integrationslotsen"),
    }


def with_note(data: bytes, sheet: str, cell: str) -> bytes:
    def note(book: Workbook) -> None:
        book[sheet][cell].comment = Comment("Geschätzt – bitte prüfen", "Rathaus")

    return as_saved(data, note)


@pytest.mark.slow
@pytest.mark.parametrize("period", ["2026-H1", "2026"])
def test_a_form_saved_as_another_format_reads_as_before(period: str, tmp_path: Path):
    original = write_form(FILLED if period == "2026" else None, period=period)
    original = type_into(original, "05 Anlaufstelle", {"D10": "k. A.", "Z3": "daneben"})
    original = with_note(original, "05 Anlaufstelle", "E9")
    (tmp_path / "bogen.xlsx").write_bytes(original)
    before = read_workbook(original, 7)
    for kind in ("ods", "xls:MS Excel 97"):
        command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", kind]
        subprocess.run([*command, "--outdir", tmp_path, tmp_path / "bogen.xlsx"], check=True, capture_output=True)
        after = read_workbook((tmp_path / "bogen").with_suffix(f".{kind[:3]}").read_bytes(), 7)
        assert after.cells.equals(before.cells)
        assert after.findings == before.findings
        assert after.identity == before.identity
        assert after.empty_tables == before.empty_tables


# --- .ods ------------------------------------------------------------------------------------------------------------


def finding_at(data: bytes, cell: str) -> str:
    return " ".join(
        found.code for found in read_workbook(data, 7).findings if found.cell == cell and found.sheet == "03 Finanzen"
    )


CELL = 'office:value-type="float" office:value="60000.05"'
"""Koordination's expenditure, E9 on 03 Finanzen."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('table:formula="of:=[.A1]"', "R-TEC-02"),
        ('table:formula="of:=1/0" office:value-type="float" office:value="abc"', "R-TEC-01"),
        ('office:value-type="date" office:date-value="2026-02-30"', "R-TEC-01"),
        ('office:value-type="boolean" office:boolean-value="perhaps"', "R-TEC-01"),
        ('office:value-type="time" office:time-value="soon"', "R-TEC-01"),
        ('office:value-type="currency" office:currency="EUR" office:value="5"', ""),
    ],
)
def test_a_cell_that_says_nothing_that_can_be_read_is_told(cell: str, expected: str):
    data = saved("ods")
    assert CELL in parts_of(data)["content.xml"].decode()
    place = read_workbook(data, 7).cells.filter(pl.col("value") == "60000.05").get_column("cell").item()
    assert finding_at(edited(data, CELL, cell), place) == expected


def test_a_truth_value_is_no_number():
    """Where LibreOffice itself stores it as 1, because the cell is formatted as a number, nobody can tell any more."""
    cells = read_workbook(
        edited(saved("ods"), CELL, 'office:value-type="boolean" office:boolean-value="true"'), 7
    ).cells
    expenditure = cells.filter((pl.col("field") == "finances.expenditure_eur") & (pl.col("row_key") == "Koordination"))
    assert expenditure.select("raw", "value", "found_type").rows() == [("WAHR", None, "boolean")]


def test_an_error_that_an_old_version_stored_as_zero_is_no_zero():
    content = parts_of(saved("ods"))["content.xml"].decode()
    begins = content.index("of:=1/0")
    cell = content[begins : content.index("</table:table-cell>", begins)]
    old = 'of:=1/0" office:value-type="float" office:value="0"><text:p>#DIV/0!</text:p>'
    assert finding_at(edited(saved("ods"), cell, old), "G9") == "R-TEC-01"


def test_comments_and_drawings_are_not_read_as_values():
    note = "<office:annotation><text:p>eine Notiz am Rand</text:p></office:annotation>"
    frame = "<draw:frame><draw:text-box><text:p>gezeichnet</text:p></draw:text-box></draw:frame>"
    data = saved("ods")
    content = parts_of(data)["content.xml"].decode()
    at = content.index(">", content.index(CELL)) + 1
    changed = zipped(parts_of(data) | {"content.xml": content[:at] + note + frame + content[at:]})
    assert read_workbook(changed, 7).cells.equals(read_workbook(data, 7).cells)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        (f"<table:table-row {ALL_ROWS}><table:table-cell {FLOAT}/></table:table-row>", "R-DAT-17"),
        (row(f'<table:table-cell table:number-columns-repeated="1000000" {FLOAT}/>'), "R-DAT-17"),
        (row(f'<table:table-cell table:number-columns-repeated="16385" {FLOAT}/>'), "R-DAT-18"),
        ('<table:table-row table:number-rows-repeated="1048576"/>' + row(f"<table:table-cell {FLOAT}/>"), "R-DAT-18"),
        (
            '<table:table-row table:number-rows-repeated="1000000"/>'
            + row(f'<table:table-cell table:number-columns-repeated="16000"/><table:table-cell {FLOAT}/>'),
            "R-DAT-18",
        ),
        ('<table:table-row table:number-rows-repeated="99999999999"/>', "R-DAT-15"),
        ('<table:table-row table:number-rows-repeated="-1"/>', "R-DAT-15"),
        (row('<table:table-cell><text:p><text:s text:c="9999999"/></text:p></table:table-cell>'), "R-DAT-17"),
        (row('<table:table-cell table:number-columns-spanned="2"/>') * 5_001, "R-DAT-17"),
        (row(f"<table:table-cell {FLOAT}><table:table/></table:table-cell>"), "R-DAT-46"),
        ("<a>" * 70 + "</a>" * 70, "R-DAT-16"),
        (f"<table:table-row {ALL_ROWS}><table:table-cell {ALL_COLUMNS}/></table:table-row>", THROUGH),
    ],
)
def test_an_open_document_that_stands_for_more_than_it_holds_is_refused(rows: str, refused: str):
    assert code(ods(rows)) == refused


def test_limits_of_the_whole_hold_for_open_documents_too():
    assert code(ods("", '<table:table table:name="a"/>' * 101)) == "R-DAT-17"
    names = '<table:named-expression table:name="a" table:expression="1"/>' * 5_001
    assert code(ods("", f"<table:named-expressions>{names}</table:named-expressions>")) == "R-DAT-17"
    assert code(ods("<table:content-validation/>" * 5_001)) == "R-DAT-17"
    assert code(ods("", '<table:table table:name="BLATT"/>')) == "R-DAT-15"
    assert code(ods("<table:broken>")) == "R-DAT-15"
    assert code(ods("", **{"Basic/Standard/Modul1.xml": "<a/>"})) == "R-DAT-13"
    assert code(ods("", **{"content.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'})) == "R-DAT-14"


def test_links_and_embedded_files_of_an_open_document_are_told():
    source = '<table:table table:name="\'file:///C:/x/Quelle.ods\'#Blatt"><table:table-source xlink:href="file:///C:/x/Quelle.ods"/></table:table>'
    manifest = (
        '<manifest><file-entry full-path="Object 1/" media-type="application/vnd.oasis.opendocument.text"/>'
        '<file-entry full-path="Object 2/" media-type="application/vnd.oasis.opendocument.chart"/></manifest>'
    )
    parts = parts_of(saved("ods"))
    content = parts["content.xml"].decode().replace("</office:spreadsheet>", source + "</office:spreadsheet>")
    reading = read_workbook(zipped(parts | {"content.xml": content, "META-INF/manifest.xml": manifest}), 7)
    found = {one.code: one.given for one in reading.findings}
    assert found["R-TEC-03"] == "Quelle.ods"
    assert found["R-TEC-15"] == "eine eingebettete Datei"


def test_what_other_files_and_programs_fill_in_an_open_document_is_told():
    linked = row(f'<table:table-cell {FLOAT}><table:cell-range-source xlink:href="../Quelle.ods"/></table:table-cell>')
    dde = '<table:dde-links><table:dde-link><office:dde-source office:name="x"/></table:dde-link></table:dde-links>'
    parts = parts_of(saved("ods"))
    sheet = f'<table:table table:name="Mehr">{linked}</table:table>{dde}</office:spreadsheet>'
    content = parts["content.xml"].decode().replace("</office:spreadsheet>", sheet)
    found = {one.code: one.given for one in read_workbook(zipped(parts | {"content.xml": content}), 7).findings}
    assert found["R-TEC-03"] == "Quelle.ods"
    assert found["R-TEC-15"] == "eine Verknüpfung mit einem anderen Programm (DDE)"


# --- .xls ------------------------------------------------------------------------------------------------------------


def stream() -> bytes:
    return Compound(saved("xls")).stream("Workbook")


def records(content: bytes) -> list[tuple[int, int, int]]:
    """Kind, place and size of all records."""
    found, at = [], 0
    while at + 4 <= len(content):
        kind, size = struct.unpack_from("<HH", content, at)
        found.append((kind, at, size))
        at += 4 + size
    return found


def with_record(change: Callable[[bytearray, int, int], None], kind: int) -> bytes:
    """The saved .xls with the first record of a kind changed."""
    content = bytearray(stream())
    _, at, size = next(record for record in records(bytes(content)) if record[0] == kind)
    change(content, at, size)
    return packed("Workbook", bytes(content))


def put(offset: int, value: bytes) -> Callable[[bytearray, int, int], None]:
    def change(content: bytearray, at: int, _: int) -> None:
        content[at + offset : at + offset + len(value)] = value

    return change


def test_a_container_of_our_own_holds_the_same_workbook():
    """So calamine reads the one stream that was checked, and nothing else of the sender's file."""
    assert read_workbook(packed("Workbook", stream()), 7).cells.equals(read_workbook(saved("xls"), 7).cells)


@pytest.mark.parametrize("size", [1, 4_096, 5_000, 5_000_000, 20_000_000])
def test_a_stream_comes_out_of_a_container_as_it_went_in(size: int):
    container = Compound(packed("Workbook", b"x" * size))
    assert container.names() == ["Workbook"]
    assert container.stream("WORKBOOK").rstrip(b"\x00") == b"x" * size


BOUNDSHEET, FILEPASS, BOF, MERGED, NAME = 0x85, 0x2F, 0x809, 0xE5, 0x18


@pytest.mark.parametrize(
    ("kind", "offset", "value", "refused"),
    [
        (0x42, 0, struct.pack("<H", FILEPASS), "R-DAT-03"),
        (BOF, 4, struct.pack("<H", 0x0500), "R-DAT-04"),
        (BOF, 6, struct.pack("<H", 0x0010), "R-DAT-10"),
        (BOUNDSHEET, 9, b"\x01", "R-DAT-13"),
        (BOUNDSHEET, 4, struct.pack("<I", 0x7FFFFFFF), "R-DAT-10"),
        (MERGED, 4, struct.pack("<H", 60_000), "R-DAT-17"),
        (0x203, 4, struct.pack("<HH", 65_535, 255), "R-DAT-18"),
        (0x203, 4, struct.pack("<HH", 5, 65_535), "R-DAT-10"),  # a find of fuzzing: a column that no .xls has
        (NAME, 2, struct.pack("<H", 0x2000), "R-DAT-10"),
    ],
)
def test_a_spoiled_record_is_refused_for_what_it_is(kind: int, offset: int, value: bytes, refused: str):
    assert code(with_record(put(offset, value), kind)) == refused


def test_two_sheets_cannot_share_their_records():
    content = bytearray(stream())
    first, second, *_ = [at for kind, at, _ in records(bytes(content)) if kind == BOUNDSHEET]
    content[second + 4 : second + 8] = content[first + 4 : first + 8]
    assert code(packed("Workbook", bytes(content))) == "R-DAT-10"


def test_macros_beside_the_workbook_are_refused():
    data = bytearray(saved("xls"))
    name = "\x05SummaryInformation".encode("utf-16-le")
    at = data.index(name)
    macro = "_VBA_PROJECT_CUR".encode("utf-16-le")
    data[at : at + 64] = macro.ljust(64, b"\x00")
    data[at + 64 : at + 66] = struct.pack("<H", len(macro) + 2)
    assert code(bytes(data)) == "R-DAT-13"


def test_a_number_that_the_reading_library_does_not_hand_on_is_never_a_blank(monkeypatch: pytest.MonkeyPatch):
    """A cell that a record fills and that comes back blank would be a gap that nobody sees."""
    from flows.workbook import xls

    whole = xls._values
    monkeypatch.setattr(xls, "_values", lambda *given: {name: rows[:5] for name, rows in whole(*given).items()})
    reading: Reading = read_workbook(saved("xls"), 7)
    assert [found.code for found in reading.findings] == ["R-DAT-46"]


def test_a_table_of_sectors_with_an_odd_end_never_reaches_the_reading_library():
    """A find of fuzzing: one byte in the header made calamine ask for a terabyte and abort."""
    data = bytearray(saved("xls"))
    assert data[252] == 0xFF
    data[252] = 0xFE
    assert read_workbook(bytes(data), 7).cells.equals(read_workbook(saved("xls"), 7).cells)


@pytest.mark.parametrize("place", [48, 60, 68, 76])
@pytest.mark.parametrize("value", [0, 1, 0x7FFFFFFF, 0xFFFFFFF9])
def test_chains_of_sectors_that_lead_in_circles_or_away_end(place: int, value: int):
    data = saved("xls")
    spoiled = data[:place] + struct.pack("<I", value) + data[place + 4 :]
    (reading,) = read_isolated([(7, spoiled)])
    assert reading.identity is not None or [found.code for found in reading.findings] != ["R-DAT-44"]

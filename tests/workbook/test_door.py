"""Hostile, damaged and mistaken files: each is refused with a code of its own and told how to go on."""

import io
import struct
import zipfile
from collections.abc import Callable, Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.finding import Severity
from expectations.rules import catalogue
from flows.workbook import identify, read_workbook
from flows.workbook.compound import packed as packed_compound
from tests.workbook.reports import as_xlsm

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
Small = Callable[..., bytes]
Pack = Callable[[Mapping[str, bytes | str]], bytes]
Unpack = Callable[[bytes], dict[str, bytes]]


def refusal(data: bytes) -> str:
    """The code with which a file is refused, checked for what every refusal owes its reader."""
    reading = read_workbook(data, 7)
    (found,) = reading.findings
    assert found.severity is Severity.FATAL
    assert found.message.endswith((".", "?"))
    assert found.advice.endswith(".")
    assert reading.cells.is_empty()
    assert not reading.is_readable
    assert identify(data) is None
    return found.code


def message(data: bytes) -> str:
    return read_workbook(data, 7).findings[0].message


def ole(stream: str) -> bytes:
    return packed_compound(stream, b"content")


def locked(data: bytes) -> bytes:
    """A container whose directory says that its first entry needs a password."""
    at = data.index(b"PK\x01\x02")
    return data[: at + 8] + b"\x01" + data[at + 9 :]


# --- what kind of file -----------------------------------------------------------------------------------------------


def test_an_empty_file_is_told_apart_from_a_damaged_one():
    assert refusal(b"") == "R-DAT-01"


def test_a_file_beyond_the_size_limit_is_not_even_opened():
    data = b"PK\x03\x04" + bytes(20 * 1024 * 1024)
    assert refusal(data) == "R-DAT-02"
    assert "20,0 MiB" in message(data)


def test_an_encrypted_workbook_is_told_apart_from_an_old_one_and_from_a_mail():
    assert refusal(ole("EncryptedPackage")) == "R-DAT-03"
    assert refusal(ole("Book")) == "R-DAT-04"
    assert refusal(ole("__properties_version1.0")) == "R-DAT-05"
    assert refusal(ole("WordDocument")) == "R-DAT-30"
    assert refusal(ole("PowerPoint Document")) == "R-DAT-31"
    assert refusal(ole("WksSSWorkBook")) == "R-DAT-07"
    assert refusal(ole("Something")) == "R-DAT-06"
    assert refusal(OLE) == "R-DAT-10"
    assert refusal(ole("Workbook")[:5_000]) == "R-DAT-10"


@pytest.mark.parametrize(
    ("data", "code", "quoted"),
    [
        (b"%PDF-1.7 ...", "R-DAT-26", "PDF"),
        (b"\x89PNG\r\n\x1a\n....", "R-DAT-27", "PNG"),
        (b"\xff\xd8\xff\xe0....JFIF", "R-DAT-27", "JPEG"),
        (b"\x00\x00\x00\x18ftypheic....", "R-DAT-27", "HEIC"),
        (b"RIFF\x10\x00\x00\x00WEBP....", "R-DAT-27", "WEBP"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><html><table>", "R-DAT-28", "HTML"),
        (b"<table><tr><td>1</td></tr></table>", "R-DAT-28", "HTML"),
        (b"<!-- saved from intranet -->\n<HTML><body>", "R-DAT-28", "HTML"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related\n\nContent-Location: x.htm", "R-DAT-28", "HTML"),
        ("Name;Zahl\nÄpfel;3\n".encode("cp1252"), "R-DAT-29", "CSV"),
        ("Name\tZahl\n".encode("utf-16"), "R-DAT-29", "CSV"),
        (b"{\\rtf1 Sachbericht}", "R-DAT-30", "RTF"),
        (b"7z\xbc\xaf\x27\x1c...", "R-DAT-33", "7-Zip"),
        (b"Rar!\x1a\x07\x01\x00", "R-DAT-33", "RAR"),
        (b"\x1f\x8b\x08...", "R-DAT-33", "GZIP"),
        (b"Bogen.xlsx".ljust(257, b"\x00") + b"ustar\x0000", "R-DAT-33", "TAR"),
        (b"From: rathaus@example.org\r\nSubject: Bogen\r\n\r\n", "R-DAT-34", ".eml"),
        (b"Received: from mail.example.org\r\nTo: a@example.org\r\n", "R-DAT-34", ".eml"),
        (b"\x78\x9f\x3e\x22\x01\x00", "R-DAT-35", "winmail.dat"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', "R-DAT-07", "XML-Kalkulationstabelle 2003"),
        (
            b'<?xml version="1.0"?><office:document office:mimetype="application/vnd.oasis.opendocument.spreadsheet">',
            "R-DAT-07",
            ".fods",
        ),
        (b'<?xml version="1.0"?><report/>', "R-DAT-37", "XML"),
        (b'{"report": {"year": 2026}}', "R-DAT-37", "JSON"),
        (b'[{"year": 2026}]', "R-DAT-37", "JSON"),
        (b'{"url": "https://docs.google.com/open?id=1", "doc_id": "1"}', "R-DAT-39", "Google"),
        (b"L\x00\x00\x00\x01\x14\x02\x00\x00", "R-DAT-40", "Verknüpfung"),
        (b"[InternetShortcut]\r\nURL=file://server/Bogen.xlsx", "R-DAT-40", "Verknüpfung"),
        (b"\x09\x04\x06\x00\x00\x00\x10\x00", "R-DAT-04", "vor 1997"),
        (b"SQLite format 3\x00", "R-DAT-06", "Datenbank"),
        (b"MZ\x90\x00", "R-DAT-06", "Programm"),
        (b"\x00\x01\x02\x03", "R-DAT-06", "unbekannten Format"),
        (bytes(5_000), "R-DAT-10", "Nullbytes"),
    ],
)
def test_another_kind_of_file_is_named_whatever_its_name_says(data: bytes, code: str, quoted: str):
    assert refusal(data) == code
    assert quoted in message(data)


@pytest.mark.parametrize(
    ("parts", "code", "quoted"),
    [
        ({"[Content_Types].xml": "<Types/>", "xl/workbook.bin": b"x"}, "R-DAT-07", ".xlsb"),
        ({"[Content_Types].xml": "<Types/>", "word/document.xml": "<a/>"}, "R-DAT-30", ".docx"),
        ({"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<a/>"}, "R-DAT-31", "Präsentation"),
        ({"[Content_Types].xml": "<Types/>", "visio/document.xml": "<a/>"}, "R-DAT-06", "Visio"),
        ({"[Content_Types].xml": "<Types/>", "x.xml": "<a/>"}, "R-DAT-06", "keine Arbeitsmappe"),
        ({"mimetype": OPEN_DOCUMENT + "text", "content.xml": "<a/>"}, "R-DAT-30", ".odt"),
        ({"mimetype": OPEN_DOCUMENT + "presentation", "content.xml": "<a/>"}, "R-DAT-31", "Präsentation"),
        ({"mimetype": OPEN_DOCUMENT + "spreadsheet-template", "content.xml": "<a/>"}, "R-DAT-07", ".ots"),
        ({"mimetype": "application/epub+zip", "content.opf": "<a/>"}, "R-DAT-06", "keine Tabelle"),
        ({"Index/Document.iwa": b"x", "Metadata/Properties.plist": b"x"}, "R-DAT-38", "Numbers"),
        ({"Bericht/Bogen.xlsx": b"...", "Anschreiben.pdf": b"..."}, "R-DAT-41", "„Bogen.xlsx“"),
        ({f"Bogen{number}.ods": b"..." for number in range(5)}, "R-DAT-41", "„Bogen2.ods“ …"),
        ({"Anschreiben.pdf": b"...", "Liste.csv": b"..."}, "R-DAT-09", "2 Dateien"),
        ({"Anschreiben.pdf": b"..."}, "R-DAT-09", "einer Datei"),
    ],
)
def test_a_container_is_named_by_what_is_in_it(pack: Pack, parts: dict[str, bytes | str], code: str, quoted: str):
    assert refusal(pack(parts)) == code
    assert quoted in message(pack(parts))


def test_an_archive_with_a_password_is_told_apart(pack: Pack):
    assert refusal(locked(pack({"Bogen.xlsx": b"..."}))) == "R-DAT-45"


def test_an_empty_archive_is_named():
    buffer = io.BytesIO()
    zipfile.ZipFile(buffer, "w").close()
    assert refusal(buffer.getvalue()) == "R-DAT-09"


def test_an_encrypted_open_document_is_encrypted_and_not_broken(pack: Pack):
    """Its container looks like any other; what is in it is noise."""
    encrypted = {
        "mimetype": OPEN_DOCUMENT + "spreadsheet",
        "content.xml": bytes(range(256)),
        "META-INF/manifest.xml": "<manifest><file-entry><encryption-data/></file-entry></manifest>",
    }
    assert refusal(pack(encrypted)) == "R-DAT-03"
    assert refusal(pack({"mimetype": OPEN_DOCUMENT + "spreadsheet", "encrypted-package": b"noise"})) == "R-DAT-03"


def test_every_refusal_has_a_code_of_its_own_and_another_sentence():
    rules = [rule for code, rule in catalogue().items() if code.startswith("R-DAT-")]
    assert len(rules) > 40
    assert len({rule.says for rule in rules}) == len(rules)
    assert all(rule.severity is Severity.FATAL and rule.advice.endswith(".") for rule in rules)


# --- the container ---------------------------------------------------------------------------------------------------


def test_a_file_cut_off_while_it_was_sent_is_damaged(small: Small):
    data = small()
    assert refusal(data[: len(data) // 2]) == "R-DAT-10"


def test_a_flipped_byte_is_noticed(small: Small):
    data = bytearray(small("<row><c><v>1</v></c></row>" * 50))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    data[entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2] ^= 0xFF
    assert refusal(bytes(data)) == "R-DAT-10"


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "xl\\..\\x.xml", "C:x.xml", "xl/../../x.xml"])
def test_a_name_that_leads_out_of_the_file_is_refused(small: Small, name: str):
    assert refusal(small(**{name: "<a/>"})) == "R-DAT-11"


def test_a_part_that_is_there_twice_is_refused(small: Small):
    assert refusal(small(**{"XL/Workbook.xml": "<a/>"})) == "R-DAT-11"


def test_unusual_packing_is_refused(small: Small):
    buffer = io.BytesIO(small())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("xl/extra.xml", "<a/>")
    assert refusal(buffer.getvalue()) == "R-DAT-11"


def test_more_parts_than_a_workbook_has_are_refused(small: Small):
    assert refusal(small(**{f"xl/media/{number}.txt": "x" for number in range(1_000)})) == "R-DAT-11"


def test_parts_that_share_their_bytes_are_refused(small: Small):
    """Two entries of the directory lead to one content: so a small file could inflate without end."""
    data = small(**{"xl/a.xml": "<a/>", "xl/b.xml": "<a/>"})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        first, second = archive.getinfo("xl/a.xml"), archive.getinfo("xl/b.xml")
    offset = struct.pack("<L", second.header_offset)
    end = data.rindex(b"xl/b.xml")
    assert data[end - 4 : end] == offset
    assert refusal(data[: end - 4] + struct.pack("<L", first.header_offset) + data[end:]) == "R-DAT-11"


def test_a_part_that_inflates_out_of_proportion_is_refused(small: Small):
    bomb = b" " * (8 * 1024 * 1024)
    data = small(**{"xl/media/picture.txt": bomb})
    assert len(data) < 40_000
    assert refusal(data) == "R-DAT-12"


@pytest.mark.slow
def test_many_parts_that_inflate_beyond_all_limits_are_refused(small: Small):
    """Each part is within the limits, all of them are not; what is counted is what comes out, not what is declared."""
    part = (bytes(range(256)) * 2 + b" " * 100_000) * 500
    data = small(**{f"xl/media/{number}.bin": part for number in range(5)})
    assert len(data) < 3 * 1024 * 1024
    assert refusal(data) == "R-DAT-12"


def test_a_container_that_lies_about_its_sizes_is_not_believed(small: Small):
    bomb = b" " * (8 * 1024 * 1024)
    data = small(**{"xl/media/picture.txt": bomb})
    lying = data.replace(struct.pack("<L", len(bomb)), struct.pack("<L", 100))
    assert refusal(lying) == "R-DAT-12"


# --- the parts -------------------------------------------------------------------------------------------------------


def test_macros_are_refused_by_what_is_inside(small: Small):
    assert refusal(small(**{"xl/vbaProject.bin": b"x"})) == "R-DAT-13"
    assert refusal(small(**{"xl/macrosheets/sheet1.xml": "<a/>"})) == "R-DAT-13"


def test_a_workbook_that_may_hold_macros_but_holds_none_is_let_in(small: Small):
    assert refusal(as_xlsm(small())) == "R-DAT-20"  # it is only no report of ours
    assert refusal(as_xlsm(small(**{"xl/vbaProject.bin": b"x"}))) == "R-DAT-13"


def test_macros_under_another_name_are_found_by_what_refers_to_them(small: Small, edit: Callable[..., bytes]):
    kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    relation = f'<Relationship Id="rId99" Type="{kind}" Target="media/image1.png"/></Relationships>'.encode()
    hidden = edit(
        small(**{"xl/media/image1.png": b"x"}),
        {"xl/_rels/workbook.xml.rels": lambda part: part.replace(b"</Relationships>", relation)},
    )
    assert refusal(hidden) == "R-DAT-13"


def test_a_document_type_is_refused_before_anything_is_parsed(small: Small):
    entities = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]>'
    assert refusal(small(**{"xl/worksheets/sheet1.xml": entities + "<worksheet>&c;</worksheet>"})) == "R-DAT-14"
    assert refusal(small(**{"docProps/app.xml": entities + "<a/>"})) == "R-DAT-14"


def test_broken_xml_is_named_by_its_part(small: Small):
    data = small("<row><c>")
    assert refusal(data) == "R-DAT-15"
    assert "xl/worksheets/sheet1.xml" in message(data)


def test_a_sheet_that_is_not_there_is_refused(small: Small, edit: Callable[..., bytes]):
    assert refusal(edit(small(), {"xl/worksheets/sheet1.xml": None})) == "R-DAT-15"


def test_another_encoding_than_utf_8_is_refused(small: Small):
    sheet = "<worksheet><sheetData/></worksheet>".encode("utf-16")
    assert refusal(small(**{"xl/worksheets/sheet1.xml": sheet})) == "R-DAT-15"


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"])
def test_deeply_nested_xml_is_refused(small: Small, part: str):
    assert refusal(small(**{part: "<a>" * 100 + "</a>" * 100})) == "R-DAT-16"


def test_two_cells_far_apart_are_refused_before_they_are_laid_out(small: Small):
    """Two kilobytes, for which a reader that lays out every cell between them needs more memory than there is."""
    data = small('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    assert len(data) < 2_500
    assert refusal(data) == "R-DAT-18"
    assert "XFD1048576" in message(data)


def test_far_cells_without_content_do_no_harm(small: Small):
    data = small('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>')
    assert refusal(data) == "R-DAT-20"


@pytest.mark.parametrize("cell", ["A99999999999", "ZZZZZZ1", "A0", "1A", "Ä1", "A1048577", "XFE1", "A"])
def test_an_address_that_no_sheet_has_is_refused(small: Small, cell: str):
    assert refusal(small(f'<row r="1"><c r="{cell}"><v>1</v></c></row>')) == "R-DAT-15"


@pytest.mark.parametrize("count", ["4294967295", "99999999999999999999", "-1"])
def test_a_made_up_number_of_texts_reserves_no_memory(small: Small, count: str):
    strings = f'<sst uniqueCount="{count}"><si><t>a</t></si></sst>'
    data = small('<row><c t="s"><v>0</v></c></row>', **{"xl/sharedStrings.xml": strings})
    assert refusal(data) == "R-DAT-15"


@pytest.mark.slow
def test_more_cells_than_a_report_has_are_refused(small: Small):
    data = small("<row>" + "".join(f'<c r="A{number}" s="1"/>' for number in range(1, 500_001)) + "<c/></row>")
    assert refusal(data) == "R-DAT-17"


def test_more_merged_areas_validations_names_or_sheets_than_a_report_has_are_refused(small: Small):
    assert refusal(small("", '<mergeCell ref="A1:B1"/>' * 5_001)) == "R-DAT-17"
    assert refusal(small("", "<dataValidation/>" * 5_001)) == "R-DAT-17"
    names = '<definedName name="n">1</definedName>' * 5_001
    assert refusal(small(**{"xl/workbook.xml": f"<workbook>{names}</workbook>"})) == "R-DAT-17"
    sheets = f"<sheets>{'<sheet/>' * 101}</sheets>"
    assert refusal(small(**{"xl/workbook.xml": f"<workbook>{sheets}</workbook>"})) == "R-DAT-17"


def test_more_xml_than_a_report_has_is_refused_before_it_is_parsed(small: Small):
    assert refusal(small(**{"xl/styles.xml": "<a>" + '<b c="%"/>' * 500_001 + "</a>"})) == "R-DAT-17"


def test_a_workbook_of_other_origin_is_no_report(small: Small):
    assert refusal(small("<row><c><v>1</v></c></row>")) == "R-DAT-20"


def test_two_sheets_of_one_name_are_refused(small: Small):
    sheets = '<sheets><sheet name="Blatt" sheetId="1"/><sheet name="BLATT" sheetId="2"/></sheets>'
    assert refusal(small(**{"xl/workbook.xml": f"<workbook>{sheets}</workbook>"})) == "R-DAT-15"


@given(st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_no_damage_ever_becomes_an_exception(small: Small, pack: Pack, unpack: Unpack, data: st.DataObject):
    """Any bytes of any part overwritten, cut or repeated: there is always a reading, and it says why not."""
    strings = '<sst count="1" uniqueCount="1"><si><t>Text</t></si></sst>'
    row = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>5</v></c><c r="C1" t="e"><v>#REF!</v></c></row>'
    parts = unpack(small(row, '<mergeCell ref="A2:B2"/>', **{"xl/sharedStrings.xml": strings}))
    name = data.draw(st.sampled_from(sorted(parts)))
    start = data.draw(st.integers(0, len(parts[name])))
    length = data.draw(st.integers(0, 20))
    piece = data.draw(
        st.sampled_from([b"", b"4294967295", b"XFD1048576", b'"', b"<", b"/>", b"\xff"]) | st.binary(max_size=8)
    )
    parts[name] = parts[name][:start] + piece + parts[name][start + length :]
    reading = read_workbook(pack(parts), 7)
    assert reading.identity is None
    assert len(reading.findings) == 1

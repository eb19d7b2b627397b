"""What cannot be marked without risk is handed back with the reason; nothing in a file breaks its marking."""

import io
import random
import zipfile

import pytest

from expectations.finding import Judgement, Verdict
from flows.marking import Marked, mark, mark_isolated, mark_workbook, order_of
from flows.workbook import read_workbook
from tests.marking.packages import (
    HEAD,
    changed,
    complaints,
    finding,
    marked,
    outcome,
    sheet_names,
    sheet_part,
    text_rows,
)
from tests.workbook.reports import FINANCES, packed, parts_of

ORDER = order_of(Judgement(Verdict.RETURNED, (finding("F9"), finding("G9", also_at=("H9",)))), HEAD)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"\xd0\xcf\x11\xe0", packed({"content.xml": b"<x/>"})])
def test_what_is_no_excel_workbook_is_not_marked(data: bytes):
    assert mark(data, ORDER) == Marked(None, "Markieren lassen sich nur Excel-Arbeitsmappen (.xlsx).")


def test_a_file_that_was_not_read_is_not_marked():
    reading = read_workbook(b"PK\x03\x04", 1)
    done = mark_workbook(b"PK\x03\x04", reading, Judgement(Verdict.UNREADABLE, reading.findings), HEAD)
    assert done.content is None
    assert "konnte nicht als Erhebungsbogen gelesen werden" in done.reason


def test_a_signed_workbook_keeps_its_signature(form: bytes):
    done = mark(changed(form, {"_xmlsignatures/sig1.xml": b"<x/>"}), ORDER)
    assert done.content is None
    assert "digital signiert" in done.reason


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet4.xml", "[Content_Types].xml"]
)
@pytest.mark.parametrize(
    "content",
    [b"<x>", b"", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", b"<a>" * 100 + b"</a>" * 100, "<x/>".encode("utf-16")],
)
def test_a_damaged_part_gives_a_reason(form: bytes, part: str, content: bytes):
    done = mark(packed({**parts_of(form), part: content}), ORDER)
    assert done.content is None
    assert done.reason.endswith(".")


@pytest.mark.slow
def test_marking_breaks_on_no_altered_bytes(form: bytes):
    chance = random.Random(3)
    parts = parts_of(form)
    names = ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/worksheets/sheet4.xml"]
    for _ in range(40):
        name = chance.choice([*names, "[Content_Types].xml"])
        altered = bytearray(parts[name])
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(altered))
            altered[at : at + chance.randint(0, 3)] = chance.choice(
                [b"<", b"/>", b'"', b"&", b"x", b"9999999999", b"-1"]
            )
        done = mark(packed({**parts, name: bytes(altered)}), ORDER)
        assert (done.content is None) == bool(done.reason)
        if done.content is not None:
            with zipfile.ZipFile(io.BytesIO(done.content)) as archive:
                assert archive.testzip() is None


@pytest.mark.slow
def test_a_workbook_with_very_many_looks_keeps_them_and_gets_a_plain_list(form: bytes):
    many = b"<xf/>" * 64_000

    def fill(styles: bytes) -> bytes:
        return styles.replace(b"</cellXfs>", many + b"</cellXfs>").replace(b"<cellXfs count=", b"<cellXfs was=")

    data = changed(form, {"xl/styles.xml": fill})
    done = marked(data, ORDER.findings)
    assert b' s="' not in parts_of(done)[sheet_part(done, "Prüfbericht")]
    assert parts_of(done)["xl/styles.xml"].count(b"<xf/>") == 64_000
    assert parts_of(done)["xl/styles.xml"].count(b"<dxf>") == parts_of(form)["xl/styles.xml"].count(b"<dxf>") + 4


def test_what_a_cell_hides_in_a_comment_or_quotation_of_markup_stays(form: bytes):
    part = sheet_part(form, FINANCES)
    cell = b'<c r="A999" t="str"><v><![CDATA[</sheetData>]]></v></c>'
    odd = b'<!-- <cfRule priority="1"/> </sheetData> --><row r="999">' + cell + b"</row>"
    data = changed(form, {part: lambda sheet: sheet.replace(b"</sheetData>", odd + b"</sheetData>")})
    done = marked(data, ORDER.findings)
    assert complaints(done) == []
    assert odd in parts_of(done)[part]


def test_a_hundred_sheets_are_too_many_for_one_more(form: bytes):
    sheets = "".join(f'<sheet name="B{number}" sheetId="{number}"/>' for number in range(100, 190)).encode()
    done = outcome(changed(form, {"xl/workbook.xml": lambda xml: xml.replace(b"</sheets>", sheets + b"</sheets>")}), [])
    assert done.content is None
    assert "zu viele Blätter" in done.reason


@pytest.mark.slow
def test_a_marked_workbook_at_the_front_doors_limits_comes_in_again(form: bytes):
    """Marking adds to a sheet, and to the names, that were just small enough."""
    part = sheet_part(form, FINANCES)
    blank = b" " * (4 * 1024 * 1024 - len(parts_of(form)[part]) - 20)
    data = changed(form, {part: lambda sheet: sheet.replace(b"</worksheet>", blank + b"</worksheet>")})
    assert read_workbook(data, 1).is_readable
    assert read_workbook(marked(data, ORDER.findings), 1).is_readable


def test_with_as_many_names_as_the_front_door_lets_in_there_is_no_room_for_ours(form: bytes):
    own = parts_of(form)["xl/workbook.xml"].count(b"<definedName ")
    names = b"".join(b'<definedName name="n%d">A1</definedName>' % number for number in range(5_000 - own))
    data = changed(form, {"xl/workbook.xml": lambda book: book.replace(b"</definedNames>", names + b"</definedNames>")})
    assert read_workbook(data, 1).is_readable
    assert outcome(data, ORDER.findings).reason == "Die Datei hat zu viele benannte Bereiche."


@pytest.mark.slow
def test_a_sheet_strewn_with_stray_cells_is_listed_so_far_and_says_how_many_more(form: bytes):
    strewn = tuple(f"{letter}{row}" for row in range(100, 2_700, 2) for letter in ("T", "V"))
    done = marked(form, [finding("F9", also_at=strewn)])
    rows = text_rows(done)
    assert any(row.get("C", "").startswith("Ebenso an 600 weiteren Stellen; die JSON-Datei") for row in rows)
    assert sum(row.get("C") == "wie F9" for row in rows) == 2_000


def test_rules_and_names_of_newer_programs_keep_their_order(form: bytes):
    part = sheet_part(form, FINANCES)
    newer = (
        b'<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}" '
        b'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:conditionalFormattings>'
        b'<x14:conditionalFormatting><x14:cfRule type="dataBar" priority="90" id="{A}"/></x14:conditionalFormatting>'
        b"</x14:conditionalFormattings></ext></extLst>"
    )
    data = changed(form, {part: lambda sheet: sheet.replace(b"</worksheet>", newer + b"</worksheet>")})
    done = marked(data, ORDER.findings)
    assert complaints(done) == []
    assert b'<x14:cfRule type="dataBar" id="{A}" priority="93"/>' in parts_of(done)[part]


@pytest.mark.slow
def test_the_order_in_which_cells_are_computed_goes_with_the_sheet_that_was_in_it(form: bytes):
    chain = (
        b'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="A7" i="15"/></calcChain>'
    )
    relation = (
        b'<Relationship Id="chain" Target="calcChain.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/calcChain"/></Relationships>'
    )
    with_chain = {
        "xl/calcChain.xml": chain,
        "xl/_rels/workbook.xml.rels": lambda xml: xml.replace(b"</Relationships>", relation),
    }
    kept = marked(changed(form, with_chain), ORDER.findings)
    assert parts_of(kept)["xl/calcChain.xml"] == chain
    again = marked(kept, ORDER.findings)
    assert complaints(again) == []
    assert "xl/calcChain.xml" not in parts_of(again)


@pytest.mark.slow
def test_marking_works_in_a_process_of_its_own(form: bytes):
    done, refused = mark_isolated([(form, ORDER), (b"%PDF", ORDER)])
    assert done == mark(form, ORDER)
    assert refused.reason == "Markieren lassen sich nur Excel-Arbeitsmappen (.xlsx)."
    assert sheet_names(done.content)[0] == "Prüfbericht"
    assert text_rows(done.content)[0]["A"] == "Prüfbericht"

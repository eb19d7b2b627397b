"""Every limit of the front door: what lies just within passes, what lies beyond is refused before it costs anything.

What is counted is what comes out while inflating, never what a file declares.
"""

import io
import random
import resource
import struct
import zipfile
from collections.abc import Callable, Iterator

import pytest

from expectations.finding import Severity
from expectations.layout import address
from flows.isolation import Limits, end_workers
from flows.workbook import identify, read_isolated, read_workbook
from flows.workbook.container import PART_MAX, RATIO_FREE, RATIO_MAX, TAGS_MAX
from flows.workbook.package import NAMES_MAX, SHEETS_MAX, STRINGS_MAX
from flows.workbook.scan import AREA_MAX, CELLS_MAX, MERGES_MAX, VALIDATIONS_MAX
from tests.workbook.conftest import TYPES, WORKBOOK, WORKBOOK_RELATIONS
from tests.workbook.reports import FILLED, write_form

Small = Callable[..., bytes]
NOT_OURS = "R-DAT-20"
"""A workbook that came through all limits and is merely no report."""
MIB = 1024 * 1024


def outcome(data: bytes) -> tuple[str, str]:
    """Code of the refusal and what it is about."""
    (found,) = read_workbook(data, 7).findings
    assert found.severity is Severity.FATAL
    return found.code, found.given


def code(data: bytes) -> str:
    return outcome(data)[0]


@pytest.fixture(autouse=True, scope="module")
def no_worker_left() -> Iterator[None]:
    yield
    end_workers()


# --- the container ---------------------------------------------------------------------------------------------------


def test_the_limits_are_those_that_were_agreed():
    assert (PART_MAX, RATIO_FREE, RATIO_MAX) == (64 * MIB, 4 * MIB, 200)
    assert (SHEETS_MAX, CELLS_MAX, AREA_MAX) == (100, 500_000, 2_000_000)
    assert (MERGES_MAX, VALIDATIONS_MAX, NAMES_MAX) == (5_000, 5_000, 5_000)


def test_a_part_may_inflate_as_it_likes_up_to_four_mebibytes(small: Small):
    assert code(small(**{"xl/media/a.txt": b" " * (4 * MIB)})) == NOT_OURS
    assert outcome(small(**{"xl/media/a.txt": b" " * (4 * MIB + 1)})) == ("R-DAT-12", "xl/media/a.txt")


@pytest.mark.slow
def test_one_part_beyond_64_mebibytes_is_refused_however_honestly_it_is_packed(small: Small):
    noise = random.Random(1).randbytes(MIB)
    mixed = noise + b" " * 11 * MIB  # one part in twelve is noise: a ratio far below the limit
    assert code(small(**{"xl/media/a.bin": mixed * 5})) == NOT_OURS
    assert code(small(**{"xl/media/a.bin": mixed * 6})) == "R-DAT-12"


@pytest.mark.slow
def test_no_more_of_a_bomb_is_inflated_than_the_limit_allows(small: Small):
    """160 MiB of nothing in one; what the process grows by is some mebibytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in (("[Content_Types].xml", TYPES), ("xl/workbook.xml", WORKBOOK)):
            archive.writestr(name, content)
        with archive.open("xl/media/bomb.bin", "w", force_zip64=True) as part:
            for _ in range(40):
                part.write(bytes(4 * MIB))
    data = buffer.getvalue()
    assert len(data) < MIB
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert code(data) == "R-DAT-12"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 140 * 1024  # KiB


def test_containers_that_use_zip64_are_counted_like_any_other(small: Small):
    """Sizes of eight bytes in an extra field: believed neither where they are small nor where they are huge."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (("[Content_Types].xml", TYPES), ("xl/workbook.xml", WORKBOOK)):
            with archive.open(name, "w", force_zip64=True) as part:
                part.write(content.encode())
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(b"<worksheet/>")
    assert code(buffer.getvalue()) == "R-DAT-15"  # it is opened, and its sheet is listed nowhere
    data = small()
    at = data.index(b"PK\x01\x02")
    (name_length,) = struct.unpack_from("<H", data, at + 28)
    extra = struct.pack("<HHQQ", 1, 16, 2**63 - 1, 2**63 - 1)
    entry = bytearray(data[at : at + 46 + name_length] + extra)
    struct.pack_into("<II", entry, 20, 0xFFFFFFFF, 0xFFFFFFFF)
    struct.pack_into("<H", entry, 30, len(extra))
    end = bytearray(data[data.rindex(b"PK\x05\x06") :])
    (size,) = struct.unpack_from("<I", end, 12)
    struct.pack_into("<I", end, 12, size + len(extra))
    lying = data[:at] + bytes(entry) + data[at + 46 + name_length : data.rindex(b"PK\x05\x06")] + bytes(end)
    assert code(lying) in {"R-DAT-10", "R-DAT-11", "R-DAT-12"}


@pytest.mark.parametrize("place", ["before", "behind", "comment"])
def test_bytes_around_a_container_do_not_change_what_is_read(small: Small, place: str):
    data = small()
    if place == "before":
        assert code(b"MZ" + bytes(64) + data) == "R-DAT-06"
    elif place == "behind":
        assert code(data + bytes(1_000)) in {NOT_OURS, "R-DAT-10"}
    else:
        assert code(data[:-2] + struct.pack("<H", 400) + b"PK\x05\x06" * 100) in {NOT_OURS, "R-DAT-10", "R-DAT-09"}


# --- the XML ---------------------------------------------------------------------------------------------------------


def test_nested_entities_are_never_expanded(small: Small):
    """Nine lines that stand for a gigabyte (billion laughs), and one that reads a file of the machine's."""
    laughs = "".join(f"<!ENTITY l{n} '" + f"&l{n - 1};" * 10 + "'>" for n in range(1, 10))
    for entities in (f'<!ENTITY l0 "ha">{laughs}', '<!ENTITY l9 SYSTEM "file:///etc/passwd">'):
        sheet = f"<!DOCTYPE w [{entities}]><worksheet><sheetData><row><c><v>&l9;</v></c></row></sheetData></worksheet>"
        assert code(small(**{"xl/worksheets/sheet1.xml": sheet})) == "R-DAT-14"


def test_64_levels_of_xml_are_read_and_65_are_not(small: Small):
    def nested(levels: int) -> str:
        return "<a>" * levels + "</a>" * levels

    assert code(small(rest=nested(63))) == NOT_OURS
    assert code(small(rest=nested(64))) == "R-DAT-16"
    assert code(small(rest=nested(200_000))) == "R-DAT-16"


def test_all_parts_together_hold_no_more_than_five_million_tags(small: Small):
    """Each part is harmless by itself: a file of some kilobytes could keep a machine busy for minutes."""
    part = b"<a>" + b"<b/>" * (TAGS_MAX // 5) + b"</a>"
    noise = random.Random(1).randbytes(20_000).hex().encode()
    assert code(small(**{f"xl/{n}.xml": part.replace(b"<b/>", noise, 1)[: 4 * MIB] for n in range(6)})) == "R-DAT-17"


def test_attributes_without_number_are_refused_before_they_are_kept(small: Small):
    many = " ".join(f'a{n}="1"' for n in range(100_001))
    assert outcome(small(**{"xl/workbook.xml": f"<workbook {many}/>"})) == ("R-DAT-17", "XML-Attribute")
    assert identify(small(**{"xl/workbook.xml": f"<workbook {many}/>"})) is None


@pytest.mark.slow
def test_a_tag_with_thousands_of_attributes_takes_no_longer_than_as_many_tags(small: Small):
    """A parser that compares each attribute with all others would be busy for minutes."""
    many = " ".join(f'a{n}="1"' for n in range(100_000))
    (reading,) = read_isolated([(7, small(rest=f"<x {many}/>"))], limits=Limits(memory_mib=512, seconds=20))
    assert [found.code for found in reading.findings] == [NOT_OURS]


def test_an_attribute_that_is_there_twice_is_no_xml(small: Small):
    assert code(small(rest='<x a="1" a="2"/>')) == "R-DAT-15"


@pytest.mark.slow
def test_more_shared_texts_than_a_report_has_are_refused(small: Small):
    texts = "<si/>" * (STRINGS_MAX + 1)
    noise = random.Random(1).randbytes(20_000).hex()
    assert outcome(small(**{"xl/sharedStrings.xml": f"<sst>{texts}<x>{noise}</x></sst>"})) == ("R-DAT-17", "Texte")


@pytest.mark.parametrize(
    ("rest", "what"),
    [
        ('<mergeCell ref="A1:XFD1048576"/>', "verbundene Bereiche"),
        ("<dataValidation/>", "Gültigkeitsregeln"),
    ],
)
def test_just_as_many_areas_as_allowed_are_read(small: Small, rest: str, what: str):
    assert code(small("", rest * 5_000)) == NOT_OURS
    assert outcome(small("", rest * 5_001)) == ("R-DAT-17", what)


def test_a_box_of_two_million_cells_is_laid_out_and_a_larger_one_is_not(small: Small):
    def far(row: int) -> bytes:
        cell = f'<row r="{row}"><c r="CV{row}"><v>1</v></c></row>'  # the hundredth column
        return small(f'<row r="1"><c r="A1"><v>1</v></c></row>{cell}')

    assert code(far(20_000)) == NOT_OURS
    assert outcome(far(20_001)) == ("R-DAT-18", "CV20001")


# --- what no limit foresees ------------------------------------------------------------------------------------------


def _row(number: int, cell: str) -> str:
    """A hundred cells side by side."""
    return f'<row r="{number}">' + "".join(cell.format(address(number, column)) for column in range(1, 101)) + "</row>"


@pytest.mark.slow
def test_a_file_that_takes_too_much_memory_is_one_finding_and_the_next_file_is_read(small: Small):
    """One text of 32,000 signs in 60,000 cells: small in the file and in the library, 2 GB as values."""
    text = f"<sst><si><t>{'x y ' * 8_000}</t></si></sst>"
    rows = "".join(_row(number, '<c r="{}" t="s"><v>0</v></c>') for number in range(1, 601))
    hungry = small(rows, **{"xl/sharedStrings.xml": text, "xl/_rels/workbook.xml.rels": WORKBOOK_RELATIONS})
    readings = read_isolated([(1, hungry), (2, small())], limits=Limits(memory_mib=300, seconds=20))
    assert [found.code for reading in readings for found in reading.findings] == ["R-DAT-42", NOT_OURS]
    assert "300 MiB" in readings[0].findings[0].message


@pytest.mark.slow
def test_a_file_that_takes_too_long_is_one_finding_and_the_next_file_is_read(small: Small):
    rows = "".join(_row(number, '<c r="{}"><v>1</v></c>') for number in range(1, 1_501))
    slow = small(rows)
    (warm,) = read_isolated([(0, small())], limits=Limits(memory_mib=512, seconds=0.1))
    readings = read_isolated([(1, slow), (2, small())], limits=Limits(memory_mib=512, seconds=0.1))
    assert [found.code for found in readings[0].findings] == ["R-DAT-43"]
    assert "0,1 Sekunden" in readings[0].findings[0].message
    assert warm.identity is None


@pytest.mark.slow
def test_an_isolated_reading_is_the_reading(small: Small):
    data = write_form(FILLED)
    for number, (one, other) in enumerate(zip(read_isolated([(1, data), (2, small())]), (data, small()), strict=True)):
        plain = read_workbook(other, number + 1)
        assert one.cells.equals(plain.cells)
        assert (one.identity, one.findings, one.empty_tables) == (plain.identity, plain.findings, plain.empty_tables)

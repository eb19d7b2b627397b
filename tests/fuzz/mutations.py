"""Ways to spoil a workbook: its bytes, its container, its XML, its records. All chance comes from the given source."""

import io
import re
import struct
import zipfile
from collections.abc import Callable
from random import Random

Mutation = Callable[[bytes, Random], bytes]

NUMBERS = (
    *("0", "-1", "1", "2", "255", "256", "65535", "65536", "16384", "16385", "1048576", "1048577", "2147483648"),
    *(
        "4294967296",
        "18446744073709551616",
        "-9223372036854775809",
        "1e308",
        "1e999",
        "-0",
        "NaN",
        "INF",
        "0x10",
        "1_0",
    ),
    *("1,5", "٣", "²", "", " ", "9" * 400, "0" * 50),
)
ADDRESSES = (
    "A0",
    "A1:XFD1048576",
    "XFE1",
    "ZZZZZZ9",
    "A1:A1:A1",
    "$A$1",
    "1A",
    "a1",
    "A1048577",
    "B2:A1",
    "#REF!",
    "R1C1",
)
TEXTS = (
    *(
        "#SPILL!",
        "#N/A",
        "#BLOCKED!",
        "true",
        "false",
        "WAHR",
        "2026-02-30",
        "0000-00-00",
        "9999-12-31T25:61:61",
        "PT99999999H0M0S",
    ),
    *(
        "\u202e",
        "\ufeff",
        "\U0010ffff",
        "ß" * 40_000,
        "=1+1",
        "&#0;",
        "&unknown;",
        "]]>",
        "<",
        "\x0b",
        "wir_meta",
        "inlineStr",
    ),
    *(
        "../../etc/passwd",
        "file:///etc/passwd",
        "http://example.org/x",
        "xl/worksheets/sheet1.xml",
        "{given}",
        "%s",
        "s",
        "e",
        "str",
        "d",
    ),
)
_TAG = re.compile(rb"<[^<>]{1,2000}>")
_ATTRIBUTE = re.compile(rb"=(\"[^\"<>]{0,400}\"|'[^'<>]{0,400}')")
_TEXT = re.compile(rb">([^<>]{1,200})<")
_ELEMENT_NAMES = (
    b"c",
    b"v",
    b"row",
    b"is",
    b"t",
    b"f",
    b"sheetData",
    b"si",
    b"r",
    b"table-cell",
    b"p",
    b"definedName",
    b"xf",
)
_BOF = b"\x09\x08\x10\x00\x00\x06\x05\x00"


def spoiled(data: bytes, chance: Random) -> bytes:
    """A workbook spoiled in one to four ways."""
    if data.startswith(b"PK"):
        ways = (*[_in_xml] * 8, *[_in_container] * 3, _in_bytes)
    else:
        ways = (*[_in_records] * 6, _in_bytes, _in_sectors)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 4))):
        data = chance.choice(ways)(data, chance)
    return data


# --- bytes -----------------------------------------------------------------------------------------------------------


def _in_bytes(data: bytes, chance: Random) -> bytes:
    if not data:
        return data
    at = chance.randrange(len(data))
    length = chance.choice((1, 2, 4, 16, 512, 5_000))
    way = chance.randrange(6)
    if way == 0:
        return data[:at]
    if way == 1:
        return data[:at] + data[at + length :]
    if way == 2:
        return data[:at] + data[at : at + length] * 2 + data[at + length :]
    if way == 3:
        return data[:at] + chance.randbytes(min(length, 64)) + data[at:]
    spoiled_bytes = bytearray(data)
    for _ in range(chance.choice((1, 1, 3, 10))):
        place = chance.randrange(len(data))
        spoiled_bytes[place] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
    return bytes(spoiled_bytes)


def _in_sectors(data: bytes, chance: Random) -> bytes:
    """Four bytes of an OLE header, table or directory."""
    area = chance.choice(((0, 512), (0, len(data)), (max(len(data) - 4_096, 0), len(data))))
    at = chance.randrange(*area) // 4 * 4
    value = chance.choice((0, 1, 2, 0xFFFFFFFE, 0xFFFFFFFF, 0x7FFFFFFF, chance.randrange(2_000)))
    return data[:at] + struct.pack("<I", value) + data[at + 4 :]


# --- records of an .xls ----------------------------------------------------------------------------------------------


def _in_records(data: bytes, chance: Random) -> bytes:
    """A record's kind, length or content; the stream is found by its first record and taken to lie in one piece."""
    at = data.find(_BOF)
    if at < 0:
        return _in_bytes(data, chance)
    places = []
    while at + 4 <= len(data) and len(places) < 20_000:
        kind, size = struct.unpack_from("<HH", data, at)
        if kind == 0 and size == 0:
            break
        places.append((at, size))
        at += 4 + size
    at, size = chance.choice(places)
    way = chance.randrange(4)
    if way == 0:
        return (
            data[:at]
            + struct.pack("<H", chance.choice((0x0A, 0x2F, 0x3C, 0x85, 0xFC, 0x06, 0x207, 0xE5)))
            + data[at + 2 :]
        )
    if way == 1:
        return (
            data[: at + 2]
            + struct.pack("<H", chance.choice((0, 1, size + 1, max(size - 1, 0), 0x2020, 0xFFFF)))
            + data[at + 4 :]
        )
    if way == 2 and size >= 2:
        place = at + 4 + chance.randrange(size - 1)
        return data[:place] + struct.pack("<H", chance.choice((0, 1, 0x7FFF, 0xFFFF, 0x4000))) + data[place + 2 :]
    place = at + 4 + (chance.randrange(size) if size else 0)
    return data[:place] + bytes([chance.randrange(256)]) + data[place + 1 :]


# --- the container ---------------------------------------------------------------------------------------------------


def _parts(data: bytes) -> dict[str, bytes] | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {entry.filename: archive.read(entry) for entry in archive.infolist()[:200]}
    except Exception:  # noqa: BLE001 - spoiled before: whatever the library makes of it
        return None


def _packed(parts: dict[str, bytes], twice: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        if twice:
            archive.writestr(twice.upper(), parts[twice])
    return buffer.getvalue()


def _in_container(data: bytes, chance: Random) -> bytes:
    parts = _parts(data)
    if not parts:
        return _in_bytes(data, chance)
    name, other = chance.choice(list(parts)), chance.choice(list(parts))
    way = chance.randrange(7)
    if way == 0:
        del parts[name]
    elif way == 1:
        parts[name], parts[other] = parts[other], parts[name]
    elif way == 2:
        return _packed(parts, twice=name)
    elif way == 3:
        parts[name] = b""
    elif way == 4:
        parts[chance.choice(("xl/vbaProject.bin", "../x.xml", "xl/externalLinks/externalLink1.xml", "Basic/x.xml"))] = (
            parts[name]
        )
    elif way == 5:
        parts[name] = parts[name][: chance.randrange(len(parts[name]) + 1)]
    else:
        parts[name] = parts[name] * chance.choice((2, 3))
    return _packed(parts)


# --- XML -------------------------------------------------------------------------------------------------------------


def _in_xml(data: bytes, chance: Random) -> bytes:
    parts = _parts(data)
    if not parts:
        return _in_bytes(data, chance)
    telling = [name for name in parts if name.endswith((".xml", ".rels"))]
    if not telling:
        return _in_bytes(data, chance)
    name = chance.choice(telling)
    for _ in range(chance.choice((1, 1, 2, 5))):
        parts[name] = chance.choice(_XML_WAYS)(parts[name], chance)
    return _packed(parts)


def _odd_text(chance: Random) -> bytes:
    return chance.choice(chance.choice((NUMBERS, NUMBERS, ADDRESSES, TEXTS))).encode()


def _one(pattern: re.Pattern[bytes], xml: bytes, chance: Random) -> re.Match[bytes] | None:
    """Something that fits, near a place taken by chance."""
    at = chance.randrange(len(xml)) if xml else 0
    return pattern.search(xml, at) or pattern.search(xml)


def _attribute(xml: bytes, chance: Random) -> bytes:
    found = _one(_ATTRIBUTE, xml, chance)
    if found is None:
        return xml
    return (
        xml[: found.start()]
        + b'="'
        + _odd_text(chance).replace(b"<", b"&lt;").replace(b'"', b"")
        + b'"'
        + xml[found.end() :]
    )


def _other_attribute(xml: bytes, chance: Random) -> bytes:
    """One attribute's value in another attribute's place: addresses, numbers and names that are right elsewhere."""
    here, there = _one(_ATTRIBUTE, xml, chance), _one(_ATTRIBUTE, xml, chance)
    if here is None or there is None:
        return xml
    return xml[: here.start()] + there[0] + xml[here.end() :]


def _text(xml: bytes, chance: Random) -> bytes:
    found = _one(_TEXT, xml, chance)
    return xml if found is None else xml[: found.start(1)] + _odd_text(chance) + xml[found.end(1) :]


def _no_tag(xml: bytes, chance: Random) -> bytes:
    found = _one(_TAG, xml, chance)
    return xml if found is None else xml[: found.start()] + xml[found.end() :]


def _another_name(xml: bytes, chance: Random) -> bytes:
    """All elements of one name get another name, so that the XML stays well formed."""
    found = _one(re.compile(rb"<([A-Za-z][\w:.-]*)"), xml, chance)
    if found is None:
        return xml
    new = chance.choice(_ELEMENT_NAMES)
    return re.sub(rb"(</?)" + re.escape(found[1]) + rb"(?=[\s/>])", rb"\1" + new, xml)


def _again(xml: bytes, chance: Random) -> bytes:
    """A whole element once more, or many times."""
    found = _one(re.compile(rb"<([A-Za-z][\w:.-]*)(?:\s[^<>]*)?(?:/>|>[^<>]*</\1>)"), xml, chance)
    if found is None:
        return xml
    return xml[: found.end()] + found[0] * chance.choice((1, 2, 50, 6_000)) + xml[found.end() :]


def _moved(xml: bytes, chance: Random) -> bytes:
    found, place = (
        _one(re.compile(rb"<([A-Za-z][\w:.-]*)(?:\s[^<>]*)?(?:/>|>[^<>]*</\1>)"), xml, chance),
        _one(_TAG, xml, chance),
    )
    if found is None or place is None:
        return xml
    return xml[: place.end()] + found[0] + xml[place.end() :]


def _inserted(xml: bytes, chance: Random) -> bytes:
    found = _one(_TAG, xml, chance)
    at = 0 if found is None else found.end()
    piece = chance.choice(
        (
            b'<c r="XFD1048576"><v>1</v></c>',
            b'<c r="A1"/><c r="A1"><v>2</v></c>',
            b'<c t="s"><v>4294967295</v></c>',
            b'<c t="d"><v>2026-13-45</v></c>',
            b"<c><f>1/0</f></c>",
            b'<c t="e"><v>#NEW!</v></c>',
            b'<row r="7"/>',
            b'<mergeCell ref="A1:XFD1048576"/>',
            b"<is><t>x</t></is>",
            b'<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>',
            b'<table:table-row table:number-rows-repeated="1048576"><table:table-cell/></table:table-row>',
            b'<text:s text:c="9999999"/>',
            b"<!DOCTYPE a><a/>",
            b"<!-- -->",
            b"<?xml version='1.0' encoding='utf-16'?>",
            b"<![CDATA[<c/>]]>",
            b"<a>" * 70 + b"</a>" * 70,
            b"\x00",
            b"\xff\xfe",
            b"&#x1F;",
        )
    )
    return xml[:at] + piece + xml[at:]


_XML_WAYS: tuple[Mutation, ...] = (
    *[_attribute] * 5,
    *[_other_attribute] * 3,
    *[_text] * 4,
    _no_tag,
    _another_name,
    *[_again] * 2,
    *[_moved] * 2,
    *[_inserted] * 3,
    _in_bytes,
)

"""Workbooks to read: small ones made part by part, and whole forms as the template writes them."""

from collections.abc import Callable, Mapping

import pytest

from flows.template import Prefill
from tests.workbook.reports import CENTRE, FILLED, Change, Typed, Written, packed, parts_of, type_into, write_form

TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"""
RELATIONS = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Target="xl/workbook.xml"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>"""
WORKBOOK = """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<sheets><sheet name="Blatt" sheetId="1" r:id="r1"/></sheets></workbook>"""
WORKBOOK_RELATIONS = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Target="worksheets/sheet1.xml"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>
<Relationship Id="r2" Target="sharedStrings.xml"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/></Relationships>"""
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet_xml(rows: str, rest: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{rest}</worksheet>'


@pytest.fixture(scope="session")
def pack() -> Callable[[Mapping[str, bytes | str]], bytes]:
    """Packs parts into a container."""
    return packed


@pytest.fixture(scope="session")
def unpack() -> Callable[[bytes], dict[str, bytes]]:
    """A container's parts by name."""
    return parts_of


@pytest.fixture(scope="session")
def small() -> Callable[..., bytes]:
    """A workbook of one sheet from the XML of its rows; further parts replace its own."""

    def make(rows: str = "", rest: str = "", **parts: bytes | str) -> bytes:
        own: dict[str, bytes | str] = {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": RELATIONS,
            "xl/workbook.xml": WORKBOOK,
            "xl/_rels/workbook.xml.rels": WORKBOOK_RELATIONS,
            "xl/worksheets/sheet1.xml": sheet_xml(rows, rest),
        }
        return packed(own | parts)

    return make


@pytest.fixture(scope="session")
def edit() -> Callable[[bytes, Mapping[str, Change | None]], bytes]:
    """A workbook with some parts changed; None leaves a part out."""

    def change(data: bytes, changes: Mapping[str, Change | None]) -> bytes:
        parts = parts_of(data)
        for name, edited in changes.items():
            if edited is None:
                del parts[name]
            else:
                parts[name] = edited(parts[name])
        return packed(parts)

    return change


@pytest.fixture(scope="session")
def typed() -> Typed:
    """A form in which somebody typed something into cells: sheet, then address → content or the cell's own XML."""
    return type_into


@pytest.fixture(scope="session")
def centre() -> Prefill:
    """A body with a centre and guides, and one target."""
    return CENTRE


@pytest.fixture(scope="session")
def written() -> Written:
    """A form as the template writes it."""
    return write_form


@pytest.fixture(scope="session")
def empty() -> bytes:
    """A form that nobody has filled yet."""
    return write_form()


@pytest.fixture(scope="session")
def filled() -> bytes:
    """A form with some answers of each sort."""
    return write_form(FILLED)

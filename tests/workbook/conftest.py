"""Workbooks to read: small ones made part by part, and whole forms as the template writes them."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from decimal import Decimal
from xml.sax.saxutils import escape

import pytest

from expectations.form import form_of
from expectations.period import parse_period
from flows.template import Grant, Prefill, write_template

Change = Callable[[bytes], bytes]

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


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


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
def typed() -> Callable[..., bytes]:
    """A form in which somebody typed something into cells: sheet, then address → content or the cell's own XML."""

    def type_in(data: bytes, sheet: str, contents: Mapping[str, object]) -> bytes:
        parts = parts_of(data)
        titles = [entry.title for entry in form_of(2026).sheets]
        name = f"xl/worksheets/sheet{titles.index(sheet) + 1}.xml"
        for address, content in contents.items():
            parts[name] = _with_cell(parts[name].decode(), address, _cell(address, content)).encode()
        return packed(parts)

    return type_in


def _cell(address: str, content: object) -> str:
    if isinstance(content, str) and content.startswith("<c"):
        return content.replace("<c", f'<c r="{address}"', 1)
    if isinstance(content, str):
        return f'<c r="{address}" t="inlineStr"><is><t xml:space="preserve">{escape(content)}</t></is></c>'
    return f'<c r="{address}"><v>{content}</v></c>'


def _with_cell(sheet: str, address: str, cell: str) -> str:
    there = re.compile(rf'<c r="{address}"[^>]*?(?:/>|>.*?</c>)')
    if there.search(sheet):
        return there.sub(lambda _: cell, sheet)
    row = re.sub("[A-Z]", "", address)
    return sheet.replace("</sheetData>", f'<row r="{row}">{cell}</row></sheetData>')


@pytest.fixture(scope="session")
def centre() -> Prefill:
    """A body with a centre and guides, and one target."""
    return Prefill(
        ags="06431",
        body_name="Bergstraße",
        body_type="Landkreis",
        grants=(
            Grant("WIR-1", "Koordination", 2026, Decimal("120000.00")),
            Grant("WIR-1", "Mitarbeitsstelle", 2026, Decimal("20000.00")),
            Grant("WIR-2", "Lotsen Einsatz", 2026, Decimal("9000.50")),
        ),
        targets=(
            {
                "target_number": "Z1",
                "field_of_action": "Arbeitsmarkt",
                "target_text": "Vierzig Personen im Jahr",
                "years": "2026–2028",
                "baseline": Decimal(22),
                "target": Decimal(40),
                "unit": "Personen",
                "direction": "steigend",
            },
        ),
    )


@pytest.fixture(scope="session")
def written(centre: Prefill) -> Callable[..., bytes]:
    """A form as the template writes it."""

    def write(values: Mapping[str, Mapping[str, object]] | None = None, *, period: str = "2026", of: Prefill = centre):
        parsed = parse_period(period)
        file = io.BytesIO()
        write_template(form_of(parsed.year), parsed, of, file, values=values)
        return file.getvalue()

    return write

"""Workbooks to read: small ones made part by part, and whole forms as the template writes them."""

import io
import zipfile
from collections.abc import Callable, Mapping
from decimal import Decimal

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

"""A filled report to read, and what tests ask of a reading."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

import polars as pl
from openpyxl import Workbook, load_workbook

from expectations.finding import Finding
from expectations.form import form_of
from expectations.layout import layout_of
from expectations.period import parse_period
from expectations.reading import Reading
from flows.template import Grant, Prefill, write_template
from flows.workbook import read_workbook

Written = Callable[..., bytes]
Typed = Callable[..., bytes]
Change = Callable[[bytes], bytes]
Edit = Callable[[Workbook], object]

FINANCES, POSTS, CONTACT = "03 Finanzen", "02 Personal", "05 Anlaufstelle"
CENTRE = Prefill(
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
"""A body with a centre and guides, and one target."""
FILLED: dict[str, dict[str, object]] = {
    "cover.prepared_on": {"": date(2027, 3, 1)},
    "cover.confirmed_complete": {"": "Ja"},
    "counselling.consultations": {"": 120},
    "counselling.consultations_with_interpreting": {"": "nicht erhoben"},
    "enquiries.persons": {"persönlich": 0, "Telefon": 17},
    "finances.expenditure_eur": {"Koordination": Decimal("60000.05"), "Lotsen Einsatz": 0},
    "posts.post_number": {"1": "P1", "3": "P2"},
    "posts.grant": {"1": "WIR-1", "3": "WIR-1"},
    "posts.fte_filled": {"1": Decimal("0.75"), "3": 1},
    "posts.filled_from": {"1": date(2026, 1, 1), "3": date(2025, 7, 1)},
    "explanations.finding_code": {"1": "R-FIN-07"},
    "explanations.explanation": {"1": "Nachzahlung aus dem Vorjahr."},
    "targets.actual_value": {"Z1": Decimal("31.5")},
}
"""Some answers of each sort."""


def write_form(
    values: Mapping[str, Mapping[str, object]] | None = None, *, period: str = "2026", of: Prefill = CENTRE
) -> bytes:
    """A form as the template writes it."""
    parsed = parse_period(period)
    file = io.BytesIO()
    write_template(form_of(parsed.year), parsed, of, file, values=values)
    return file.getvalue()


def saved(data: bytes, edit: Edit) -> bytes:
    """The workbook after somebody edited it, as openpyxl saves it."""
    workbook = load_workbook(io.BytesIO(data))
    edit(workbook)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def edited(data: bytes, edit: Edit) -> Reading:
    """What is read after somebody edited the workbook."""
    return read_workbook(saved(data, edit), 7)


def codes(reading: Reading) -> list[str]:
    return [found.code for found in reading.findings]


def only(reading: Reading, code: str) -> Finding:
    """The reading's only finding, which has that code."""
    assert codes(reading) == [code]
    return reading.findings[0]


def value(reading: Reading, field: str, key: str = "") -> str | None:
    found = reading.cells.filter((pl.col("field") == field) & (pl.col("row_key") == key))
    return found.get_column("value").item()


def cell(field: str, row: int = 1) -> str:
    """The template's address of a field."""
    place = layout_of(form_of(2026)).fields[field]
    return re.sub(r"[0-9]+$", str(place.row + row - 1), place.first_cell)


# --- packages --------------------------------------------------------------------------------------------------------


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def as_xlsm(data: bytes) -> bytes:
    """The workbook as Excel saves it under „mit Makros“ when it has none."""
    parts = parts_of(data)
    types = parts["[Content_Types].xml"]
    kind = b"ms-excel.sheet.macroEnabled.main+xml"
    parts["[Content_Types].xml"] = types.replace(b"openxmlformats-officedocument.spreadsheetml.sheet.main+xml", kind)
    return packed(parts)


def type_into(data: bytes, sheet: str, contents: Mapping[str, object]) -> bytes:
    """A form in which somebody typed something into cells.

    Args:
        data: the form as the template writes it.
        sheet: title of the sheet.
        contents: address → number, text, or the cell's own XML without its address.
    """
    parts = parts_of(data)
    titles = [entry.title for entry in form_of(2026).sheets]
    name = f"xl/worksheets/sheet{titles.index(sheet) + 1}.xml"
    for address, content in contents.items():
        parts[name] = _with_cell(parts[name].decode(), address, _cell(address, content)).encode()
    return packed(parts)


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

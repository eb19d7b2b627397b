"""Real workbooks to spoil: forms as the template writes them, and the same form as LibreOffice saved it."""

import io
from decimal import Decimal
from functools import cache
from pathlib import Path

from expectations.form import form_of
from expectations.period import parse_period
from flows.template import Grant, Prefill, write_template

CASES = Path(__file__).parents[1] / "workbook" / "cases"


@cache
def form(period: str) -> bytes:
    """A form as the template writes it."""
    parsed, file = parse_period(period), io.BytesIO()
    grants = (
        Grant("WIR-1", "Koordination", 2026, Decimal(120_000)),
        Grant("WIR-2", "Lotsen Einsatz", 2026, Decimal(9_000)),
    )
    write_template(form_of(parsed.year), parsed, Prefill("06431", "Bergstraße", "Landkreis", grants), file)
    return file.getvalue()


@cache
def seeds() -> tuple[bytes, ...]:
    """What is spoiled: two kinds of report as .xlsx, the saved ones as .ods and .xls."""
    saved = tuple(path.read_bytes() for path in sorted(CASES.glob("saved-by-libreoffice.*")))
    return (form("2026-H1"), form("2026"), *saved)

"""A body of each sort, and its workbook as openpyxl reads it back."""

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook

from expectations.form import Form, form_of
from expectations.period import parse_period
from flows.template import Grant, Prefill, write_template

CENTRE, GUIDES = "HMSI-WIR-2026-0431", "HMSI-LOT-2026-0077"


@pytest.fixture(scope="session")
def form() -> Form:
    return form_of(2026)


@pytest.fixture(scope="session")
def written() -> Callable[..., Workbook]:
    """Writes a workbook into memory and opens it again."""

    def write(prefill: Prefill, period: str = "2026", values: dict | None = None) -> Workbook:
        parsed = parse_period(period)
        file = io.BytesIO()
        write_template(form_of(parsed.year), parsed, prefill, file, values=values)
        file.seek(0)
        return load_workbook(file)

    return write


@pytest.fixture(scope="session")
def centre() -> Prefill:
    """A body with a centre, guides and two targets, that reported before."""
    return Prefill(
        ags="06431",
        body_name="Bergstraße",
        body_type="Landkreis",
        grants=(
            Grant(GUIDES, "Lotsen Einsatz", 2026, Decimal("9000.00")),
            Grant(CENTRE, "Koordination", 2026, Decimal("120000.00")),
            Grant(CENTRE, "Sachkosten", 2026, Decimal("8000.50")),
        ),
        targets=(
            {
                "target_number": "Z 1",
                "field_of_action": "Arbeitsmarkt",
                "target_text": "=Vierzig Personen im Jahr",
                "years": "2026–2028",
                "baseline": Decimal(22),
                "target": Decimal(40),
                "unit": "Personen",
                "direction": "steigend",
            },
        ),
        last={("enquiries.persons", "Telefon"): 120, ("counselling.consultations", ""): 311},
        last_period="2026-H1",
        due_on=date(2027, 3, 31),
    )


@pytest.fixture(scope="session")
def lone_centre() -> Prefill:
    """A body with one notice, for its centre."""
    return Prefill(
        ags="06531005",
        body_name="Gießen",
        body_type="Sonderstatusstadt",
        grants=(Grant(CENTRE, "Koordination", 2026, Decimal("60000.00")),),
    )


@pytest.fixture(scope="session")
def unregistered() -> Prefill:
    """A body of which the register of grants knows nothing."""
    return Prefill(ags="06531", body_name="Gießen", body_type="Landkreis")


@pytest.fixture(scope="session")
def annual(written: Callable[..., Workbook], centre: Prefill) -> Workbook:
    return written(centre)


@pytest.fixture(scope="session")
def half_yearly(written: Callable[..., Workbook], centre: Prefill) -> Workbook:
    return written(centre, "2026-H1")


@pytest.fixture(scope="session")
def of_lone_centre(written: Callable[..., Workbook], lone_centre: Prefill) -> Workbook:
    return written(lone_centre)


@pytest.fixture(scope="session")
def of_unregistered(written: Callable[..., Workbook], unregistered: Prefill) -> Workbook:
    return written(unregistered)

"""A workbook in another program's hands: LibreOffice opens it, works it out, saves it, and nothing of ours is lost."""

import shutil
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from expectations.form import Form
from expectations.period import parse_period
from flows.template import Prefill, write_template

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed"),
]

CHANNELS = ("persönlich", "Telefon", "E-Mail/Online", "aufsuchend")
SOURCES = ("own_funds", "other_state_funds", "federal_eu_funds", "other_municipal_funds", "private_funds")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory, form: Form, centre: Prefill) -> tuple[Path, Path]:
    """A workbook with wrong sums, as written and as saved by LibreOffice."""
    folder = tmp_path_factory.mktemp("libreoffice")
    cost_types = ("Koordination", "Sachkosten", "Lotsen Einsatz")
    values = {
        "cover.prepared_on": {"": date(2027, 3, 1)},
        "finances.expenditure_eur": dict.fromkeys(cost_types, Decimal(1000)) | {"Koordination": Decimal("1000.01")},
        "finances.state_funds_eur": dict.fromkeys(cost_types, Decimal(1000)),
        "posts.post_number": {"1": "P1"},
        "labour_market_measures.measure_type": {"1": "Beratung"},
        "labour_market_measures.measures": {"1": 1},
        "labour_market_measures.participants_women": {"1": 3},
        "labour_market_measures.participants_total": {"1": 2},
        "quarters.enquiries": {"Q1": 5, "Q2": 5, "Q3": 5, "Q4": 5},
    }
    values |= {f"finances.{source}_eur": dict.fromkeys(cost_types, 0) for source in SOURCES}
    values |= {f"enquiries.{who}": dict.fromkeys(CHANNELS, 2) for who in ("persons", "organisations", "authorities")}
    original = folder / "a.xlsx"
    write_template(form, parse_period("2026"), centre, original, values=values)
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", str(folder / "saved"), str(original)], check=True, capture_output=True)
    return original, folder / "saved" / "a.xlsx"


def _status(workbook: Workbook) -> dict[str, tuple[object, ...]]:
    rows = workbook["00 Anleitung"].iter_rows(min_col=2, max_col=5, values_only=True)
    return {str(row[0]): row[1:] for row in rows if row[3] is not None and row[0] is not None}


def test_names_properties_validations_and_protection_survive(saved: tuple[Path, Path]):
    before, after = (load_workbook(file) for file in saved)
    assert set(before.defined_names) == set(after.defined_names)
    assert after.defined_names["wir.identity.ags"].attr_text == '"06431"'
    assert {one.name for one in after.custom_doc_props.props} == {one.name for one in before.custom_doc_props.props}
    assert after.properties.language == "de-DE"
    for sheet in before.worksheets:
        same = after[sheet.title]
        assert same.sheet_state == sheet.sheet_state
        assert same.protection.sheet
        assert same.protection.sort == sheet.protection.sort
        assert len(same.data_validations.dataValidation) == len(sheet.data_validations.dataValidation)


def test_the_status_table_counts_what_is_open_and_what_does_not_match(saved: tuple[Path, Path]):
    status = _status(load_workbook(saved[1], data_only=True))
    assert status["01 Deckblatt"] == (5, 0, "bitte ergänzen")
    assert status["02 Personal"] == (6, 0, "bitte ergänzen")
    assert status["03 Finanzen"] == (0, 1, "bitte prüfen")
    assert status["04 Koordination"][1:] == (1, "bitte prüfen")
    assert status["05 Anlaufstelle"][1:] == (1, "bitte prüfen")
    assert status["08 Laiendolmetschende"][2] == "entfällt"
    assert status["09 Weiterleitung"] == (0, 0, "nichts eingetragen")

"""A small world, built once: a year and a half-year, a superseded report and a missing one."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from expectations.form import Form
from flows.warehouse import SqlTexts, WarehouseInputs, build, packaged_sql
from tests.warehouse.worlds import Report, world

ENQUIRIES = [{"channel": "persönlich", "persons": 10, "organisations": 2, "authorities": 1}]
MORE_ENQUIRIES = [{"channel": "persönlich", "persons": 12, "organisations": 2, "authorities": 1}]
FINANCES = [
    {
        "cost_type": "Koordination",
        "grant": "B-1",
        "granted_eur": 60000,
        "expenditure_eur": "59999.99",
        "state_funds_eur": "50000.10",
        "own_funds_eur": "9999.89",
    }
]
GRANTS = [
    {
        "grant_number": "B-1",
        "ags": "06431",
        "funding_line": "2.1",
        "cost_type": "Koordination",
        "budget_year": 2026,
        "granted_eur": 60000.0,
    }
]


@pytest.fixture(scope="session")
def small_world() -> WarehouseInputs:
    first = Report("06431", "2026", {"enquiries": ENQUIRIES, "finances": FINANCES, "posts": []}, in_force=False)
    corrected = Report(
        "06431",
        "2026",
        {"enquiries": MORE_ENQUIRIES, "finances": FINANCES, "posts": []},
        supersedes=1,
        received_on=date(2027, 3, 20),
    )
    half_year = Report("06431", "2026-H1", {"enquiries": ENQUIRIES}, received_on=date(2026, 8, 3))
    returned = Report("06611", "2026", {"enquiries": ENQUIRIES}, verdict="returned", in_force=False)
    obligations = [{"ags": ags, "period": period} for ags in ("06431", "06611") for period in ("2026-H1", "2026")]
    return world(
        [first, corrected, half_year, returned], obligations=obligations, registers={"grants": GRANTS, "drawdowns": []}
    )


@pytest.fixture(scope="session")
def tiny_world(small_world: WarehouseInputs) -> WarehouseInputs:
    """The small world in a form of three sections: it is built in a moment, with the indicators of `tiny_sql`."""
    forms = {year: _pruned(form) for year, form in small_world.forms.items()}
    kept = [section.name for form in forms.values() for section in form.sections()]
    empty_tables = small_world.empty_tables.clear()
    cells = small_world.cells.filter(pl.col("section").is_in(kept))
    return replace(small_world, forms=forms, cells=cells, empty_tables=empty_tables)


def _pruned(form: Form) -> Form:
    kept = ("cover", "finances", "enquiries", "quarters")
    sheets = (
        replace(sheet, sections=tuple(section for section in sheet.sections if section.name in kept))
        for sheet in form.sheets
    )
    return replace(form, sheets=tuple(sheets))


@pytest.fixture(scope="session")
def tiny_sql() -> SqlTexts:
    """The indicators that the tiny world can answer, and no ready questions."""
    packaged = packaged_sql()
    indicators = {name: packaged.indicators[name] for name in ("ANL-01", "MIT-01", "MIT-03")}
    return replace(packaged, indicators=indicators, audit={"trace": packaged.audit["trace"]})


@pytest.fixture(scope="session")
def built(small_world: WarehouseInputs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world's database. Tests read it, or copy it before they move it."""
    return build(small_world, tmp_path_factory.mktemp("built") / "wir.duckdb")

"""A small world, built once: a year and a half-year, a superseded report and a missing one."""

from datetime import date
from pathlib import Path

import pytest

from flows.warehouse import SqlTexts, WarehouseInputs, build
from tests.warehouse.worlds import Report, sql_of, with_sections, world

TINY_SECTIONS = ("finances", "enquiries", "quarters")

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
    return with_sections(small_world, TINY_SECTIONS)


@pytest.fixture(scope="session")
def tiny_sql() -> SqlTexts:
    """The indicators that the tiny world can answer, and no ready questions."""
    return sql_of(("ANL-01", "MIT-01", "MIT-03"), TINY_SECTIONS)


@pytest.fixture(scope="session")
def built(small_world: WarehouseInputs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world's database. Tests read it, or copy it before they move it."""
    return build(small_world, tmp_path_factory.mktemp("built") / "wir.duckdb")

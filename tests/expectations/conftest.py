"""Readings as the reader would hand them over, made from plain rows; and one right report to start from."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from expectations.batch import Case, Context
from expectations.form import Field, Section, form_of, is_asked
from expectations.layout import NOT_RECORDED, Layout, address, layout_of
from expectations.period import ReportKind, parse_period
from expectations.reading import BLANK, CELLS_SCHEMA, GIVEN, STATE_NOT_RECORDED, Identity, Reading
from expectations.tables import row_keys, section_columns
from flows.reference import packaged
from flows.resources import sql_files

RULES = Path(__file__).parents[1] / "rules"
UNMENTIONED = ("other_state_funds_eur", "federal_eu_funds_eur", "other_municipal_funds_eur", "private_funds_eur")
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="session")
def right_report() -> Callable[[], Rows]:
    """A fresh copy of the right report's rows by section."""
    sections = yaml.safe_load((RULES / "right_report.yml").read_text(encoding="utf-8"))
    for row in sections["finances"]:
        row.update(dict.fromkeys(UNMENTIONED, 0.00))
    return lambda: deepcopy(sections)


@pytest.fixture(scope="session")
def read() -> Callable[..., Reading]:
    return reading


@pytest.fixture(scope="session")
def case() -> Callable[..., Case]:
    def made(number: int, sections: Rows, received_on: date = date(2027, 3, 1), **identity: Any) -> Case:
        return Case(number, reading(number, sections, **identity), received_on)

    return made


@pytest.fixture(scope="session")
def context() -> Context:
    """The registers that agree with the right report, and an earlier half-year with smaller figures."""
    reference = {**packaged().frames}
    reference["grants"] = _rows_like(reference["grants"], _grants())
    reference["drawdowns"] = _rows_like(reference["drawdowns"], _payments())
    reference["parameters"] = pl.concat(
        [reference["parameters"], _rows_like(reference["parameters"], _own_parameters())]
    ).unique("name", keep="last")
    return Context(
        business_on=date(2027, 4, 15),
        reference=reference,
        available=frozenset({"grants", "drawdowns", "targets", "history"}),
        checks=sql_files("checks"),
        history=_history(),
    )


def reading(
    number: int,
    sections: Rows,
    *,
    ags: str = "06431",
    period: str = "2026",
    grants: Sequence[str] = ("B-1",),
    skipped: Sequence[str] = (),
) -> Reading:
    """A reading of these rows; a field that a row does not name is blank, a table without rows is empty."""
    reported = parse_period(period)
    form, layout = form_of(reported.year), layout_of(form_of(reported.year))
    cells: list[dict[str, Any]] = []
    empty: dict[str, tuple[str, str]] = {}
    for section in form.sections():
        rows = sections.get(section.name, [])
        if not is_asked(section, reported.kind) or section.name in skipped:
            continue
        if section.kind == "table" and not rows:
            place = layout.fields[section.fields[0].path]
            empty[section.name] = (place.sheet, place.first_cell)
        cells += _section_cells(number, section, rows, reported.kind, layout)
    identity = Identity(
        ags, "Bergstraße", reported.kind, reported.year, form.version, frozenset(skipped), tuple(grants)
    )
    return Reading(identity, pl.DataFrame(cells, schema=CELLS_SCHEMA, orient="row"), (), empty)


def _section_cells(
    number: int, section: Section, rows: Sequence[Mapping[str, Any]], kind: ReportKind, layout: Layout
) -> list[dict[str, Any]]:
    texts = {
        ordinal: {name: str(row.get(name) or "") for name in section.key} for ordinal, row in enumerate(rows, start=1)
    }
    keys = row_keys(section, texts)
    cells = []
    for ordinal, row in enumerate(rows, start=1):
        for field in section.fields:
            if not is_asked(field, kind):
                continue
            place = layout.fields[field.path]
            at = {"sheet": place.sheet, "cell": address(place.row + ordinal - 1, place.column)}
            own = {"ordinal": 0 if section.kind == "values" else ordinal, "row_key": keys[ordinal]}
            own |= {"submission_id": number, "section": section.name, "field": field.path}
            cells.append({**own, **at, **_content(field, row.get(field.name))})
    return cells


def _content(field: Field, value: Any) -> dict[str, Any]:
    """A cell's content; `{raw, found_type}` stands for what could not be read as its type."""
    nothing = {"raw": "", "value": None, "number": None, "date": None, "state": BLANK, "found_type": field.type}
    if value is None:
        return nothing
    if value == NOT_RECORDED:
        return {**nothing, "raw": value, "state": STATE_NOT_RECORDED}
    if isinstance(value, dict):
        return {**nothing, "state": GIVEN, **value}
    if field.is_number:
        text = f"{Decimal(str(value)):.{field.decimals}f}"
        return {**nothing, "raw": text, "value": text, "number": float(text), "state": GIVEN}
    day = value if isinstance(value, date) else None
    return {**nothing, "raw": str(value), "value": str(value), "date": day, "state": GIVEN}


def _rows_like(frame: pl.DataFrame, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows with the columns of a data set; what a row does not name is empty."""
    complete = [{name: row.get(name) for name in frame.columns} for row in rows]
    return pl.DataFrame(complete, schema=frame.schema, orient="row")


def _grants() -> list[dict[str, Any]]:
    amounts = {
        "Koordination": 120000,
        "Mitarbeitsstelle": 20000,
        "Sachkosten": 4000,
        "Mikroprojekte": 5000,
        "Lotsen Qualifizierung": 3000,
        "Lotsen Einsatz": 6000,
        "Laiendolmetschen Qualifizierung": 2000,
        "Laiendolmetschen Einsatz": 3000,
    }
    common = {"grant_number": "B-1", "ags": "06431", "funding_line": "2.1", "budget_year": 2026}
    rows = [{**common, "cost_type": name, "granted_eur": Decimal(eur)} for name, eur in amounts.items()]
    return [*rows, {**common, "grant_number": "B-2", "cost_type": "Sachkosten", "granted_eur": Decimal(1000)}]


def _payments() -> list[dict[str, Any]]:
    common = {"grant_number": "B-1", "ags": "06431", "budget_year": 2026}
    return [
        {**common, "drawdown_number": "A-1", "paid_on": date(2026, 3, 14), "amount_eur": Decimal(100000)},
        {**common, "drawdown_number": "A-2", "paid_on": date(2026, 9, 14), "amount_eur": Decimal(52000)},
    ]


def _own_parameters() -> list[dict[str, Any]]:
    """Bounds of the usual that the ministry sets; the tests rest on their own."""
    always = {"valid_from": date(2020, 1, 1), "valid_to": date(9999, 12, 31), "certainty": "P"}
    numbers = {"staff_cost_per_fte_min_eur": 30000, "staff_cost_per_fte_max_eur": 110000, "vacancy_months_max": 6}
    return [{**always, "name": name, "value": str(number), "number": float(number)} for name, number in numbers.items()]


def _history() -> dict[str, pl.DataFrame]:
    common = {"ags": "06431", "submission_id": 1}
    half_year = {**common, "period": "2026-H1"}
    project = {**common, "period": "2025", "row_key": "P-0", "project_number": "P-0"}
    return {
        "enquiries": _history_rows("enquiries", [{**half_year, "row_key": "Telefon", "persons": 30}]),
        "counselling": _history_rows("counselling", [{**half_year, "row_key": "", "consultations": 35}]),
        "forwarded_funds": _history_rows(
            "forwarded_funds", [{**project, "amount_eur": Decimal(1000), "carrier_type": "Verein"}]
        ),
    }


def _history_rows(section: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    columns = {column.name: column.polars_type for column in section_columns(form_of(2026).section(section))}
    schema = {**columns, "ags": pl.String(), "period": pl.String()}
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema, orient="row")

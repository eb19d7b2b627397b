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
from expectations.peers import PEERS_SCHEMA
from expectations.period import ReportKind, parse_period
from expectations.reading import BLANK, CELLS_SCHEMA, GIVEN, STATE_NOT_RECORDED, Identity, Reading
from expectations.tables import row_keys, section_columns
from flows.reference import packaged
from flows.resources import sql_files

RULES = Path(__file__).parents[1] / "rules"
UNMENTIONED = ("other_state_funds_eur", "federal_eu_funds_eur", "other_municipal_funds_eur", "private_funds_eur")
Rows = dict[str, list[dict[str, Any]]]
OtherReport = tuple[Rows, dict[str, Any]]
"""A report's rows, and who sent it when."""


@pytest.fixture(scope="session")
def right_report() -> Callable[[], Rows]:
    """A fresh copy of the right report's rows by section."""
    sections = yaml.safe_load((RULES / "right_report.yml").read_text(encoding="utf-8"))
    for row in sections["finances"]:
        row.update(dict.fromkeys(UNMENTIONED, 0.00))
    return lambda: deepcopy(sections)


@pytest.fixture(scope="session")
def other_report(right_report: Callable[[], Rows]) -> Callable[[str], OtherReport]:
    """A fresh right report of another kind or year: see tests/rules/other_reports.yml."""
    declared = yaml.safe_load((RULES / "other_reports.yml").read_text(encoding="utf-8"))
    return lambda name: _other_report(right_report(), declared[name])


def _other_report(sections: Rows, declared: Mapping[str, Any]) -> OtherReport:
    period = parse_period(declared["period"])
    years = declared.get("later_by_years", 0)
    moved = {
        name: [_moved(row, years, declared.get("grant", "B-1")) for row in rows] for name, rows in sections.items()
    }
    moved["final_finances"] = []
    cover = {"report_kind": str(period.kind), "year": period.year, "form_version": form_of(period.year).version}
    cover |= {name: declared[name] for name in ("ags", "body_name") if name in declared}
    moved["cover"][0].update(cover)
    identity = {"period": period.code, "received_on": declared["received_on"], "grants": (moved["posts"][0]["grant"],)}
    identity |= {"ags": declared["ags"]} if "ags" in declared else {}
    return changed(moved, declared["change"], period.year), identity


def _moved(row: Mapping[str, Any], years: int, grant: str) -> dict[str, Any]:
    """A row some years later; `grant` where it names a notice."""
    later = {name: value.replace(year=value.year + years) for name, value in row.items() if isinstance(value, date)}
    known = {"grant": grant, "budget_year": row.get("budget_year", 0) + years}
    return {**row, **later, **{name: value for name, value in known.items() if name in row}}


def changed(report: Rows, change: Mapping[str, Any], year: int = 2026) -> Rows:
    """The report with rows added and removed, and with values changed: section → row key → field → value."""
    for name, wanted in change.items():
        for section, what in wanted.items() if name in {"add", "remove"} else [(name, wanted)]:
            keys = keys_of(section, report[section], year)
            if name == "add":
                report[section] += deepcopy(what)
            elif name == "remove":
                report[section] = [row for key, row in zip(keys, report[section], strict=True) if key not in what]
            else:
                for key, values in what.items():
                    report[section][keys.index(key)].update(values)
    return report


def keys_of(section_name: str, rows: Sequence[Mapping[str, Any]], year: int = 2026) -> list[str]:
    section = form_of(year).section(section_name)
    texts = {number: {name: str(row.get(name) or "") for name in section.key} for number, row in enumerate(rows, 1)}
    return list(row_keys(section, texts).values())


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
    """The registers that agree with the right reports, and earlier reports with smaller figures."""
    reference = {**packaged().frames}
    reference["grants"] = _rows_like(reference["grants"], _grants())
    reference["drawdowns"] = _rows_like(reference["drawdowns"], _payments())
    reference["parameters"] = _with_other_times(_parameters(reference["parameters"]))
    return Context(
        business_on=date(2027, 4, 15),
        reference=reference,
        available=frozenset({"grants", "drawdowns", "targets", "history"}),
        checks=sql_files("checks"),
        history=_history(),
        peers=_peers(),
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
    fte = {"Koordination": Decimal("2.5"), "Mitarbeitsstelle": Decimal("0.5")}
    notices = [
        ("B-1", "06431", 2026, 1),
        ("B-7", "06433", 2026, 1),
        ("B-7", "06433", 2027, 1),
        ("B-9", "06432", 2026, 2),
        ("B-9", "06432", 2030, 2),
    ]
    rows = [
        {
            "grant_number": number,
            "ags": ags,
            "funding_line": "2.1",
            "cost_type": name,
            "budget_year": year,
            "granted_eur": Decimal(eur) / share,
            "granted_fte": fte.get(name) if number == "B-7" else None,
            "amended_on": date(2026, 9, 1),
        }
        for number, ags, year, share in notices
        for name, eur in amounts.items()
    ]
    other_years = [
        {**row, "budget_year": year, "granted_eur": Decimal(900000), "granted_fte": Decimal(9)}
        for row in rows[: len(amounts)]
        for year in (2025, 2027)
    ]
    only_supplies = {**rows[2], "grant_number": "B-2", "granted_eur": Decimal(1000)}
    training_before = {**rows[5], "grant_number": "B-2", "budget_year": 2025}
    return [*rows, *other_years, only_supplies, training_before]


def _payments() -> list[dict[str, Any]]:
    payments = [
        ("B-1", "06431", 2026, date(2026, 3, 14), 100000),
        ("B-1", "06431", 2026, date(2026, 9, 14), 52000),
        ("B-7", "06433", 2027, date(2027, 3, 14), 100000),
        ("B-7", "06433", 2027, date(2027, 9, 14), 52000),
        ("B-9", "06432", 2026, date(2026, 3, 14), 76000),
        ("B-9", "06432", 2030, date(2030, 9, 14), 76000),
        ("B-1", "06431", 2026, date(2025, 12, 31), 7000),  # the days before and after the period
        ("B-1", "06431", 2026, date(2027, 1, 1), 8000),
    ]
    names = ("grant_number", "ags", "budget_year", "paid_on", "amount_eur")
    rows = [dict(zip(names, (*payment[:4], Decimal(payment[4])), strict=True)) for payment in payments]
    return [{**row, "drawdown_number": f"A-{number}"} for number, row in enumerate(rows, 1)]


def _parameters(packaged_ones: pl.DataFrame) -> pl.DataFrame:
    own = _rows_like(packaged_ones, _own_parameters())
    return pl.concat([packaged_ones.join(own, on="name", how="anti"), own])


def _with_other_times(parameters: pl.DataFrame) -> pl.DataFrame:
    """Parameters, and what they were and will be at other times, which no rule may take."""
    number = pl.col("number").cast(pl.Float64)
    past = parameters.with_columns(valid_from=date(1990, 1, 1), valid_to=date(1999, 12, 31), number=0 * number)
    future = parameters.with_columns(valid_from=date(2090, 1, 1), valid_to=date(2099, 12, 31), number=1e9 + number)
    return pl.concat([past, parameters, future])


def _own_parameters() -> list[dict[str, Any]]:
    """Bounds of the usual that the ministry sets, and a funding line open in 2027; the tests rest on their own."""
    always = (date(2020, 1, 1), date(9999, 12, 31))
    rows = [
        ("staff_cost_per_fte_min_eur", 30000, *always),
        ("staff_cost_per_fte_max_eur", 110000, *always),
        ("vacancy_months_max", 6, *always),
        ("micro_projects_eur_per_year", 5000, *always),
        ("micro_projects_active", 0, date(2020, 1, 1), date(2026, 12, 31)),
        ("micro_projects_active", 1, date(2027, 1, 1), date(2027, 12, 31)),
        ("micro_projects_active", 0, date(2028, 1, 1), date(9999, 12, 31)),
    ]
    names = ("name", "number", "valid_from", "valid_to")
    numbers = [dict(zip(names, row, strict=True)) for row in rows]
    return [{**row, "value": str(row["number"]), "number": float(row["number"]), "certainty": "P"} for row in numbers]


def _history() -> dict[str, pl.DataFrame]:
    """What was accepted before, section → rows; `tests/rules/history.yml`."""
    declared = yaml.safe_load((RULES / "history.yml").read_text(encoding="utf-8"))
    return {section: _history_rows(section, rows) for section, rows in declared.items()}


def _peers() -> pl.DataFrame:
    """What was usual in Landkreise: a change of enquiries, and the number of consultations as such.

    The referrals of the report's body were unusual already the year before; other types and years concern nobody here.
    """
    common = {"year": 2027, "type": "Landkreis", "row_key": "", "bodies": 20}
    change = {"field": "enquiries.persons", "measure": "change", "median": 0.0, "mad": 0.05, "low": 0.8, "high": 1.25}
    level = {
        "field": "counselling.consultations",
        "measure": "level",
        "median": 4.2,
        "mad": 0.1,
        "low": 40.0,
        "high": 90.0,
    }
    far_off_before = {**level, "field": "counselling.enquiries_referred", "low": 1.0, "high": 2.0}
    rows = [{**common, **one} for one in (change, level, far_off_before)]
    others = [
        {**row, **other, "low": 0.0, "high": 0.1}
        for row in rows
        for other in ({"type": "Kreisfreie Stadt"}, {"year": 2028})
    ]
    return pl.DataFrame([*rows, *others], schema=PEERS_SCHEMA)


def _history_rows(section: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    columns = {column.name: column.polars_type for column in section_columns(form_of(2026).section(section))}
    schema = {**columns, "ags": pl.String(), "period": pl.String()}
    complete = [{name: _decimal(row.get(name)) for name in schema} for row in rows]
    return pl.DataFrame(complete, schema=schema, orient="row")


def _decimal(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, float) else value

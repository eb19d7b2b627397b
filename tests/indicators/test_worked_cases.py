"""Every indicator against small worlds that an auditor can recompute by hand (`<ID>.yml`).

A case names a few bodies with the rows they filled in (`null` = no report, `{}` = a report without the section,
`befreit` = exempt, no report), registers where the indicator reads them, and the figures that must come out. A further
YAML document of a file shares the world of the first. Cases that share no section are built into one warehouse:
building takes longer than computing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
import yaml

from expectations.form import form_of
from flows.resources import sql_files
from flows.warehouse import SqlTexts, build, packaged_sql
from flows.warehouse.sqlfiles import indicators_of
from tests.warehouse.worlds import Report, sql_of, with_sections, world

CASES_FOLDER = Path(__file__).parent
SECTIONS = {section.name for section in form_of(2026).sections()}
EXEMPT = "befreit"
QUICK_GROUPS = 3
"""The warehouses that hold most cases; every further one takes as long for one or two."""


@dataclass(frozen=True)
class Case:
    """One worked case: the YAML document `number` of its indicator's file."""

    indicator: str
    number: int
    content: dict[str, Any]

    @property
    def period(self) -> str:
        return str(self.content["period"])

    @property
    def uses(self) -> set[str]:
        """What it fills: no other case of the same warehouse may touch it."""
        sections = {f"{self.period} {name}" for rows in self.reports.values() for name in rows or {}}
        return (
            sections | set(self.content.get("registers", {})) | ({"intake"} if "submissions" in self.content else set())
        )

    @property
    def shares_world(self) -> bool:
        """Whether it only asks for further figures of the case before."""
        return not self.content.get("reports") and not self.uses and self.number > 1

    @property
    def reports(self) -> dict[str, dict[str, Any] | None]:
        return {ags: rows for ags, rows in self.content.get("reports", {}).items() if rows != EXEMPT}

    @property
    def exempt(self) -> set[str]:
        return {ags for ags, rows in self.content.get("reports", {}).items() if rows == EXEMPT}


@cache
def _cases() -> list[Case]:
    return [
        Case(file.stem, number, content)
        for file in sorted(CASES_FOLDER.glob("*.yml"))
        for number, content in enumerate(yaml.safe_load_all(file.read_text(encoding="utf-8")), start=1)
    ]


def _bodies(case: Case) -> dict[str, bool]:
    return {ags: rows is not None for ags, rows in case.reports.items()}


def _fit_together(group: list[Case], case: Case) -> bool:
    """Whether a case can join others: nothing is filled twice, and the same bodies report or do not."""
    if any(case.uses & other.uses for other in group):
        return False
    if any(("intake" in case.uses and other.reports) or ("intake" in other.uses and case.reports) for other in group):
        return False
    same_period = [other for other in group if other.period == case.period]
    if any(case.exempt & other.reports.keys() or other.exempt & case.reports.keys() for other in same_period):
        return False
    return all(_bodies(other) == _bodies(case) for other in same_period if other.reports and case.reports)


def _groups() -> list[list[Case]]:
    groups: list[list[Case]] = []
    for case in _cases():
        own = [group for group in groups if case.shares_world and group[-1].indicator == case.indicator]
        group = next(iter(own or (group for group in groups if _fit_together(group, case))), None)
        if group is None:
            groups.append([case])
        else:
            group.append(case)
    return groups


GROUPS = _groups()


@pytest.fixture(scope="session")
def warehouses(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("worked-cases")
    opened: list[duckdb.DuckDBPyConnection] = []

    @cache
    def warehouse(number: int) -> duckdb.DuckDBPyConnection:
        path = build(_world(GROUPS[number]), folder / f"{number}.duckdb", sql=_sql(GROUPS[number]))
        opened.append(duckdb.connect(str(path), read_only=True))
        return opened[-1]

    yield warehouse
    for connection in opened:
        connection.close()


def _sql(group: list[Case]) -> SqlTexts:
    """The SQL with the group's indicators only."""
    return sql_of({case.indicator for case in group}, _sections(group))


def _sections(group: list[Case]) -> set[str]:
    """What the group's indicators read, also in cases where nobody fills it in."""
    cases = [case for case in _cases() if case.indicator in {member.indicator for member in group}]
    reported = {name for case in cases for rows in case.reports.values() for name in rows or {}}
    submitted = {
        name for case in cases for row in case.content.get("submissions", []) for name in row.get("sections", {})
    }
    return reported | submitted | {name for case in cases for name in _sections_read(case.indicator)}


@cache
def _sections_read(indicator: str) -> set[str]:
    """Sections that the indicator's SQL reads itself, whether or not any of its cases fills them in."""
    return set(re.findall(r"\baccepted\.(\w+)", sql_files("indicators")[indicator])) & SECTIONS


def _world(group: list[Case]) -> Any:
    registers = {name: rows for case in group for name, rows in case.content.get("registers", {}).items()}
    obligations = [row for case in group for row in case.content.get("obligations", [])]
    submissions = [Report(**row) for case in group for row in case.content.get("submissions", [])]
    merged: dict[tuple[str, str], dict[str, Any]] = {}
    owed = set()
    for case in group:
        for ags, sections in case.reports.items():
            owed.add((ags, case.period))
            if sections is not None:
                merged.setdefault((case.period, ags), {}).update(sections)
    reports = [Report(ags, period, sections) for (period, ags), sections in sorted(merged.items())]
    obligations += [{"ags": ags, "period": period} for ags, period in sorted(owed)]
    exempt = {(ags, case.period) for case in group for ags in case.exempt}
    obligations += [{"ags": ags, "period": period, "exempt": True} for ags, period in sorted(exempt)]
    whole = world([*reports, *submissions], obligations=obligations, registers=registers)
    released = [row for case in group for row in case.content.get("released", [])]
    if released:
        whole = replace(whole, released={"suppressed": pl.DataFrame(released)})
    return with_sections(whole, _sections(group))


def _expected() -> Iterator[Any]:
    for number, group in enumerate(GROUPS):
        for case in group:
            marks = [] if number < QUICK_GROUPS else [pytest.mark.slow]
            yield pytest.param(number, case, id=f"{case.indicator}-{case.number}", marks=marks)


def _figure(connection: duckdb.DuckDBPyConnection, case: Case, area: str, breakdown: str) -> dict[str, Any]:
    cursor = connection.cursor()
    cursor.execute(
        "SELECT value, numerator, denominator, state, bodies_counted, bodies_due, denominator_note "
        "FROM indicators.figures WHERE indicator_id = ? AND period = ? AND area_key = ? AND breakdown = ?",
        [case.indicator, case.period, area, breakdown],
    )
    rows = cursor.fetchall()
    assert len(rows) == 1, f"{area} {breakdown}: {len(rows)} figures"
    return dict(zip([column[0] for column in cursor.description], rows[0], strict=True))


def _same(found: object, expected: object) -> bool:
    if expected is None or found is None or isinstance(expected, str):
        return found == expected
    return Decimal(str(found)) == Decimal(str(expected))


@pytest.mark.slow
@pytest.mark.parametrize(("group", "case"), _expected())
def test_the_figures_are_those_worked_out_by_hand(group: int, case: Case, warehouses: Any) -> None:
    connection = warehouses(group)
    for expected in case.content["figures"]:
        area, breakdown = expected["area"], expected.get("breakdown", "gesamt")
        found = _figure(connection, case, area, breakdown)
        wanted = {"state": "ok", **{key: value for key, value in expected.items() if key not in ("area", "breakdown")}}
        wrong = {key: (found[key], value) for key, value in wanted.items() if not _same(found[key], value)}
        assert not wrong, f"{area} {breakdown} (found, expected): {wrong}"
        if wanted["state"] == "ok":
            _check_trace(connection, case, area, breakdown, found)


def _check_trace(
    connection: duckdb.DuckDBPyConnection, case: Case, area: str, breakdown: str, figure: dict[str, Any]
) -> None:
    """The terms that the trace lists give the figure, and each bears an address: a cell, or a register's row."""
    cursor = connection.cursor()
    cursor.execute(
        "SELECT term, submission_id, section, row_key, ags, numerator, denominator, cell, value "
        "FROM audit.trace(?, ?, ?, breakdown := ?)",
        [case.indicator, area, case.period, breakdown],
    )
    rows = cursor.fetchall()
    terms = {
        (term, submission, ags): (numerator, denominator)
        for term, submission, _, _, ags, numerator, denominator, *_ in rows
    }
    (aggregation,) = cursor.execute(
        "SELECT aggregation FROM indicators.catalogue WHERE id = ?", [case.indicator]
    ).fetchone() or ("",)
    if aggregation == "distinct":
        assert len({row_key for _, _, _, row_key, _, numerator, *_ in rows if numerator > 0}) == figure["numerator"]
    else:
        assert sum(numerator for numerator, _ in terms.values()) == figure["numerator"]
    if figure["denominator"] is not None:
        assert sum(denominator for _, denominator in terms.values()) == figure["denominator"]
    assert all("." in section or cell for _, _, section, _, _, _, _, cell, _ in rows)


def test_every_indicator_has_a_worked_case() -> None:
    assert {case.indicator for case in _cases()} == set(sql_files("indicators"))


def _states_shown(indicator: str) -> set[str]:
    figures = [figure for case in _cases() if case.indicator == indicator for figure in case.content["figures"]]
    return {figure.get("state", "ok") for figure in figures}


def test_every_case_about_reports_shows_each_state_and_a_total_with_its_bodies() -> None:
    states = {"ok", "not_recorded", "missing_report", "not_applicable"}
    about_reports = {case.indicator for case in _cases() if case.reports}
    assert {indicator for indicator in about_reports if states - _states_shown(indicator)} == set()
    totals = {
        case.indicator
        for case in _cases()
        for figure in case.content["figures"]
        if figure["area"] == "06" and {"bodies_counted", "bodies_due"} <= figure.keys()
    }
    assert about_reports <= totals


def test_every_breakdown_of_every_indicator_is_worked_out_in_a_case() -> None:
    worked_out = {
        (case.indicator, figure["breakdown"].split("=")[0])
        for case in _cases()
        for figure in case.content["figures"]
        if "breakdown" in figure
    }
    declared = {
        (indicator.header.id, dimension)
        for indicator in indicators_of(packaged_sql())
        for dimension in indicator.header.breakdowns
    }
    assert declared - worked_out == set()

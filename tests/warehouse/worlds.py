"""Small worlds to build warehouses from: a few reports, registers and obligations as plain rows."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import polars as pl

from expectations.form import Field, Form, Section, form_of
from expectations.layout import NOT_RECORDED, address, layout_of
from expectations.period import Period, parse_period
from expectations.reading import BLANK, CELLS_SCHEMA, GIVEN, STATE_NOT_RECORDED
from expectations.tables import row_keys
from flows.resources import reference_folder
from flows.settings import berlin_date
from flows.warehouse import SqlTexts, WarehouseInputs, packaged_sql
from flows.warehouse.decided import STEPS
from flows.warehouse.inputs import EMPTY_TABLES, FINDINGS, LEDGER, OBLIGATIONS, REFERENCE, RULE_RESULTS, SUBMISSIONS
from flows.warehouse.recognised import RECOGNITIONS

Row = Mapping[str, Any]
ALWAYS = (date(1900, 1, 1), date(9999, 12, 31))


@dataclass(frozen=True)
class Report:
    """One submission: section → rows as a clerk would fill them in; a table without rows is empty.

    A value is a number, a date, a text, None (blank) or „nicht erhoben“. After its arrival come `steps`: {step, day}.
    What was recognised of it: {grant_number, recognised_eur, cut_eur}.
    """

    ags: str
    period: str
    sections: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    verdict: str = "accepted"
    in_force: bool = True
    received_on: date = date(2027, 3, 1)
    supersedes: int | None = None
    steps: Sequence[Row] = ()
    recognised: Sequence[Row] = ()


def world(
    reports: Sequence[Report],
    *,
    obligations: Sequence[Row] = (),
    registers: Mapping[str, Sequence[Row]] | None = None,
    business_at: datetime = datetime(2027, 4, 30, 2, tzinfo=UTC),
) -> WarehouseInputs:
    """The inputs of a warehouse: submission n is the n-th report."""
    numbered = list(enumerate(reports, start=1))
    cells = [row for number, report in numbered for row in _cells(number, report)]
    empty = [row for number, report in numbered for row in _empty_tables(number, report)]
    return WarehouseInputs(
        forms={year: form_of(year) for year in {parse_period(report.period).year for report in reports} or {2026}},
        cells=pl.DataFrame(cells, schema=CELLS_SCHEMA, orient="row"),
        submissions=pl.DataFrame(
            [_submission(number, report) for number, report in numbered], schema=SUBMISSIONS.frame_schema
        ),
        findings=pl.DataFrame(schema=FINDINGS.frame_schema),
        rule_results=pl.DataFrame(schema=RULE_RESULTS.frame_schema),
        empty_tables=pl.DataFrame(empty, schema=EMPTY_TABLES.frame_schema, orient="row"),
        obligations=pl.DataFrame([_obligation(row) for row in obligations], schema=OBLIGATIONS.frame_schema),
        reference={**packaged_reference(), **_registers(registers or {})},
        entries=pl.DataFrame(schema=LEDGER.frame_schema),
        business_at=business_at,
        is_demo=False,
        steps=pl.DataFrame(_steps(numbered), schema=STEPS.frame_schema, orient="row"),
        recognitions=pl.DataFrame(_recognitions(numbered), schema=RECOGNITIONS.frame_schema),
    )


def _recognitions(numbered: Sequence[tuple[int, Report]]) -> list[Row]:
    rows = [
        (number, report, {name: Decimal(str(value)) if name.endswith("_eur") else value for name, value in row.items()})
        for number, report in numbered
        for row in report.recognised
    ]
    return [
        {
            **dict.fromkeys(RECOGNITIONS.frame_schema),
            **row,
            "submission_id": number,
            "reported_eur": row["recognised_eur"] + row["cut_eur"],
            "in_force": report.in_force,
        }
        for number, report, row in rows
    ]


def _steps(numbered: Sequence[tuple[int, Report]]) -> list[tuple[Any, ...]]:
    """What happened to the submissions, in order: on one day what came first in its report's list."""
    happened = sorted(
        (step["day"], number, place, step["step"])
        for number, report in numbered
        for place, step in enumerate([{"step": "received", "day": report.received_on}, *report.steps])
    )
    return [
        (seq, number, step, datetime.combine(on, time(10)), on)
        for seq, (on, number, _, step) in enumerate(happened, start=1)
    ]


def with_sections(inputs: WarehouseInputs, names: Collection[str]) -> WarehouseInputs:
    """A world whose form has only these sections and the cover: its warehouse is built in a moment."""
    kept = {"cover", *names}
    return replace(
        inputs,
        forms={year: _with_sections(form, kept) for year, form in inputs.forms.items()},
        cells=inputs.cells.filter(pl.col("section").is_in(kept)),
        empty_tables=inputs.empty_tables.filter(pl.col("section").is_in(kept)),
    )


def _with_sections(form: Form, kept: Collection[str]) -> Form:
    sheets = (
        replace(sheet, sections=tuple(section for section in sheet.sections if section.name in kept))
        for sheet in form.sheets
    )
    return replace(form, sheets=tuple(sheets))


def sql_of(indicators: Collection[str], sections: Collection[str]) -> SqlTexts:
    """The packaged SQL with these indicators, the trace, and the views that a form of these sections can answer."""
    packaged = packaged_sql()
    absent = {section.name for section in form_of(2026).sections()} - {"cover", *sections}
    views = _answerable(packaged.views, absent)
    chosen = {name: packaged.indicators[name] for name in indicators}
    return SqlTexts(views=views, indicators=chosen, audit={"trace": packaged.audit["trace"]})


def _answerable(views: Mapping[str, str], absent: Collection[str]) -> dict[str, str]:
    """The views that read none of these sections, neither themselves nor through another view."""
    kept, missing = dict(views), {f"accepted.{section}" for section in absent}
    while lost := [name for name, text in kept.items() if _reads_any(text, missing)]:
        missing |= set(lost)
        kept = {name: text for name, text in kept.items() if name not in missing}
    return kept


def _reads_any(text: str, names: Collection[str]) -> bool:
    return any(re.search(rf"\b{re.escape(name)}\b", text) for name in names)


def packaged_reference() -> dict[str, pl.DataFrame]:
    """The public reference data that comes with the program."""
    return {name: _packaged(name) for name in ("municipalities", "population", "parameters", "holidays", "base_rates")}


def _packaged(name: str) -> pl.DataFrame:
    frame = pl.read_csv(reference_folder() / f"{name}.csv", infer_schema=False)
    dates = [
        pl.col(column).str.to_date().fill_null(ALWAYS[column == "valid_to"])
        for column in ("valid_from", "valid_to")
        if column in frame.columns
    ]
    frame = frame.with_columns(dates)
    if name == "parameters":
        frame = frame.with_columns(pl.col("value").cast(pl.Float64, strict=False).alias("number"))
    wanted = REFERENCE[name].frame_schema
    others = [column for column in wanted if column not in ("valid_from", "valid_to", "number")]
    casts = [
        pl.col(column).str.to_date() if wanted[column] == pl.Date() else pl.col(column).cast(wanted[column])
        for column in others
    ]
    return frame.with_columns(casts).select(list(wanted))


def _registers(registers: Mapping[str, Sequence[Row]]) -> dict[str, pl.DataFrame]:
    frames = {}
    for name, rows in registers.items():
        schema = REFERENCE[name].frame_schema
        complete = [
            {**dict.fromkeys(schema), **_validity(schema), **{key: _exact(v) for key, v in row.items()}} for row in rows
        ]
        frames[name] = pl.DataFrame(complete, schema=schema)
    return frames


def _validity(schema: Mapping[str, object]) -> dict[str, date]:
    return {name: day for name, day in zip(("valid_from", "valid_to"), ALWAYS, strict=True) if name in schema}


def _exact(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, float) else value


def _submission(number: int, report: Report) -> dict[str, Any]:
    period = parse_period(report.period)
    received = datetime.combine(report.received_on, time(10))
    return {
        "submission_id": number,
        "sha256": f"{number:064x}",
        "size_bytes": 1000,
        "ags": report.ags,
        "period": report.period,
        "report_kind": period.kind.value,
        "year": period.year,
        "received_at": received,
        "received_on": report.received_on,
        "collected_at": received,
        "channel": "inbox",
        "verdict": report.verdict,
        "verdict_at": received,
        "form_version": "2026",
        "rules_version": "r1",
        "reference_version": "d1",
        "reader_version": "1",
        "supersedes": report.supersedes,
        "in_force": report.in_force,
        "voided": False,
        "erased": False,
        "approved_at": _approved_at(report),
    }


def _approved_at(report: Report) -> datetime | None:
    reviewed = [step for step in report.steps if step["step"] in ("approved", "sent_back")]
    is_approved = bool(reviewed) and reviewed[-1]["step"] == "approved"
    return datetime.combine(reviewed[-1]["day"], time(10)) if is_approved else None


def _obligation(row: Row) -> dict[str, Any]:
    kind = parse_period(str(row["period"])).kind.value
    basis = {"report_kind": kind, "due_on": date(2027, 3, 31), "duty_basis": "Bescheid", "exempt": False}
    empty = dict.fromkeys(OBLIGATIONS.frame_schema)
    return {**empty, **basis, "state": "due", **row}


def business_day(inputs: WarehouseInputs) -> date:
    """The business day in Hessen."""
    return berlin_date(inputs.business_at)


# --- cells as the reader would yield them ----------------------------------------------------------------------------


def _cells(number: int, report: Report) -> list[tuple[Any, ...]]:
    period = parse_period(report.period)
    form = form_of(period.year)
    sections = {"cover": [_cover(report, period)], **report.sections}
    return [
        cell for name, rows in sections.items() for cell in _section_cells(number, form.section(name), rows, period)
    ]


def _cover(report: Report, period: Period) -> Row:
    return {"ags": report.ags, "year": period.year, "confirmed_complete": "Ja"}


def _section_cells(number: int, section: Section, rows: Sequence[Row], period: Period) -> list[tuple[Any, ...]]:
    places = layout_of(form_of(period.year)).fields
    by_ordinal = dict(enumerate(rows, start=1))
    texts = {ordinal: {key: str(value) for key, value in row.items()} for ordinal, row in by_ordinal.items()}
    keys = row_keys(section, texts)
    cells = []
    for ordinal, row in by_ordinal.items():
        for name, value in row.items():
            field_of_row = section.field(name)
            place = places[field_of_row.path]
            cell = address(place.row + (ordinal - 1 if section.kind != "values" else 0), place.column)
            position = 0 if section.kind == "values" else ordinal
            start = (number, section.sheet, cell, section.name, field_of_row.path, keys[ordinal], position)
            cells.append((*start, *_content(field_of_row, value)))
    return cells


def _content(item: Field, value: Any) -> tuple[Any, ...]:
    """raw, value, number, date, state, found_type."""
    if value is None:
        return ("", None, None, None, BLANK, "")
    if value == NOT_RECORDED:
        return (NOT_RECORDED, None, None, None, STATE_NOT_RECORDED, "text")
    if item.is_number:
        text = f"{Decimal(str(value)):.{item.decimals}f}"
        return (str(value), text, float(value), None, GIVEN, item.type)
    if item.type == "date":
        return (f"{value:%d.%m.%Y}", value.isoformat(), None, value, GIVEN, item.type)
    return (str(value), str(value), None, None, GIVEN, item.type)


def _empty_tables(number: int, report: Report) -> list[tuple[Any, ...]]:
    form = form_of(parse_period(report.period).year)
    places = layout_of(form).fields
    empty = [form.section(name) for name, rows in report.sections.items() if not rows]
    return [
        (number, section.name, section.sheet, places[section.fields[0].path].first_cell)
        for section in empty
        if section.kind == "table"
    ]

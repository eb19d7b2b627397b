"""What still stands of a body's earlier reports: answers for the next workbook, explanations, and last figures.

The form says which fields are carried; which rows still stand is said here: occupancies that have not ended, projects
whose proof is not checked, payments and courses of the same year. What likely holds personal data is never carried.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import polars as pl

from expectations.explanation import EarlierReport, cause_of, concerns_of, with_offers
from expectations.finding import Finding, Severity
from expectations.form import Field, Form, Section, form_of, is_asked
from expectations.markers import makes_a_row
from expectations.period import Period
from expectations.privacy import MASK, masked, shielded
from expectations.wording import left_out_text, lists_events, no_room_text
from flows.template.prefill import Carried, Content, Prefill

POSTS, PROJECTS, EXPLANATIONS = "posts", "forwarded_funds", "earlier_explanations"
_Row = Mapping[str, Content]


@dataclass(frozen=True)
class PastReport:
    """An earlier report in force: period, version of the form that it was made in, cells, and what was found."""

    period: Period
    form_version: str
    cells: pl.DataFrame
    findings: tuple[Finding, ...] = ()


def with_what_stands(prefill: Prefill, form: Form, period: Period, past: Sequence[PastReport]) -> Prefill:
    """A prefill with everything that earlier reports give to the next workbook.

    Args:
        prefill: what the registers say.
        form: the form of the next workbook.
        period: its period.
        past: the body's reports in force before that period, the newest first.
    """
    shown = [replace(one, cells=masked(one.cells, one.findings)) for one in past]
    carried = [_carried(section, form, period, prefill, shown) for section in form.sections()]
    return replace(
        with_last_figures(prefill, form, period, past),
        carried={one.section: one for one in carried if one is not None},
        explanations=explanations_of(form, past),
    )


# --- answers ---------------------------------------------------------------------------------------------------------


def _carried(
    section: Section, form: Form, period: Period, prefill: Prefill, past: Sequence[PastReport]
) -> Carried | None:
    """What stands of one section, from the newest report that was asked for it; None where nothing does."""
    fields = [field for field in section.fields if field.carried and is_asked(field, period.kind)]
    paths = {field.path for field in fields}
    report = next((one for one in past if paths & _asked_paths(one)), None)
    if report is None:
        return None
    standing = [row for row in _rows_of(section, report) if _stands(section, row, period)]
    lists = {field.name: _labels(field, form, period, prefill) for field in fields}
    kept = [_kept(row, lists) for row in standing]
    kept = [row for row in kept if any(makes_a_row(section, section.field(name)) for name in row)]
    room = section.rows if section.kind == "table" else 1
    left_out = [
        left_out_text(field, str(row[field.name]))
        for row in standing
        for field in fields
        if field.name in row and field.name not in _kept(row, lists)
    ]
    left_out += [no_room_text(len(kept) - room)] if len(kept) > room else []
    rows = {str(number) if section.kind == "table" else "": row for number, row in enumerate(kept[:room], start=1)}
    return Carried(section.name, report.period.code, rows, tuple(dict.fromkeys(left_out))) if rows else None


def _labels(field: Field, form: Form, period: Period, prefill: Prefill) -> tuple[str, ...]:
    """The entries that the next form takes for a field; none where any answer goes."""
    return prefill.grant_numbers if field.choices == "grants" else form.labels(field.choices, period.kind)


def _kept(row: _Row, lists: Mapping[str, Sequence[str]]) -> _Row:
    """A row's carried fields, without entries that their lists have no more."""
    return {name: row[name] for name, labels in lists.items() if name in row and (not labels or row[name] in labels)}


def _asked_paths(report: PastReport) -> frozenset[str]:
    form = form_of(report.period.year, version=report.form_version)
    return frozenset(field.path for field in form.fields() if is_asked(field, report.period.kind))


def _rows_of(section: Section, report: PastReport) -> Iterator[_Row]:
    """The rows of a section as a report gave them, without masked texts and those that a finding is about."""
    cells = report.cells.filter(pl.col("section") == section.name)
    flagged = {(one.sheet, cell) for one in report.findings for cell in (one.cell, *one.also_at)}
    fields = {field.path: field for field in section.fields}
    rows: dict[int, dict[str, Content]] = {}
    for sheet, cell, path, ordinal, value in cells.select("sheet", "cell", "field", "ordinal", "value").iter_rows():
        field = fields.get(path)
        if field is None or value is None or value == MASK or (field.type == "text" and (sheet, cell) in flagged):
            continue
        rows.setdefault(ordinal, {})[field.name] = _content(field, value)
    return (row for _, row in sorted(rows.items()))


def _content(field: Field, value: str) -> Content:
    if field.is_number:
        return Decimal(value)
    return date.fromisoformat(value) if field.type == "date" else value


def _stands(section: Section, row: _Row, period: Period) -> bool:
    """Whether a row of an earlier report still holds in the next period."""
    if section.name == POSTS:
        ended_on = row.get("filled_to")
        return not isinstance(ended_on, date) or ended_on >= period.first_day
    if section.name == PROJECTS:
        return _is_within(row.get("forwarded_on"), period) or _is_open(row)
    if lists_events(section):
        days = [row.get(field.name) for field in section.fields if field.type == "date" and field.required]
        return any(_is_within(day, period) for day in days)
    return True


def _is_within(day: Content, period: Period) -> bool:
    return isinstance(day, date) and day >= period.first_day


def _is_open(project: _Row) -> bool:
    """Whether a project's proof is not checked, or not yet for all of its money."""
    forwarded, checked = project.get("amount_eur"), project.get("checked_eur")
    if project.get("proof_checked_on") is None:
        return True
    if not isinstance(forwarded, Decimal) or not isinstance(checked, Decimal):
        return False
    reclaimed = project.get("reclaimed_eur")
    return checked + (reclaimed if isinstance(reclaimed, Decimal) else 0) < forwarded


# --- explanations ----------------------------------------------------------------------------------------------------


def explanations_of(form: Form, past: Sequence[PastReport]) -> tuple[Mapping[str, Content], ...]:
    """What the body said to warnings in its last report: rows of the section that asks whether it still holds."""
    section = next((one for one in form.sections() if one.name == EXPLANATIONS), None)
    if section is None or not past:
        return ()
    last = past[0]
    warnings = [one for one in last.findings if one.severity is Severity.WARNING and one.explained]
    hidden = last.cells.filter(masked(last.cells, last.findings)["raw"] == MASK)["raw"].to_list()
    said = {cause_of(one): one.explained for one in warnings if not _is_personal(one.explained, hidden)}
    offered = with_offers(warnings, EarlierReport(last.period, 0, said))
    rows = {(one.code, shielded(concerns_of(one))): one.offered for one in offered if one.offered and not one.trial}
    return tuple(
        {"finding_code": code, "concerns": what, "explanation": text}
        for (code, what), text in list(rows.items())[: section.rows]
    )


def _is_personal(text: str, hidden: Sequence[str]) -> bool:
    """Whether an explanation holds likely personal data, or repeats a text that was masked."""
    return MASK in shielded(text) or any(one.strip() in text for one in hidden if one.strip())


# --- last figures ----------------------------------------------------------------------------------------------------


def with_last_figures(prefill: Prefill, form: Form, period: Period, past: Sequence[PastReport]) -> Prefill:
    """A prefill with the last accepted figure of every number that this report asks, and the period it comes from.

    A running total stands beside the one that it can be compared with: of the same year, else of the same kind of
    report. A state stands beside the last one reported.
    """
    asked = {report.period: _asked_paths(report) for report in past}
    last: dict[tuple[str, str], Content] = {}
    periods: dict[str, str] = {}
    for field in _compared(form, period):
        reports = [report for report in past if field.path in asked[report.period]]
        if field.measure == "flow":
            reports.sort(key=lambda one: (one.period.year != period.year, one.period.kind is not period.kind))
        if reports:
            periods[field.path] = reports[0].period.code
            last |= _figures(reports[0], field)
    return replace(prefill, last=last, last_periods=periods)


def _compared(form: Form, period: Period) -> Iterator[Field]:
    return (
        field
        for section in form.sections()
        if section.kind != "table"
        for field in section.fields
        if field.is_number and not field.locked and is_asked(field, period.kind)
    )


def _figures(report: PastReport, field: Field) -> dict[tuple[str, str], Content]:
    cells = report.cells.filter((pl.col("field") == field.path) & pl.col("number").is_not_null())
    return {(field.path, key): Decimal(value) for key, value in cells.select("row_key", "value").iter_rows()}

"""The protocol for programs: `wir check --json`, and the JSON beside the page (interface.md)."""

from typing import Any

import polars as pl

from expectations.finding import Finding, Outcome
from flows.feedback.checked import Checked, cells_shown, findings_shown
from flows.feedback.rulings import Ruling


def as_document(checked: Checked) -> dict[str, Any]:
    """One element of `files` in `wir check --json` (interface.md)."""
    identity = checked.reading.identity
    return {
        "file": checked.file,
        "sha256": checked.sha256,
        "verdict": checked.judgement.verdict.value,
        "ags": identity.ags if identity else None,
        "period": identity.period.code if identity else None,
        "form_version": identity.form_version if identity else None,
        "rules_version": checked.rules_version,
        "findings": [finding_document(finding) for finding in findings_shown(checked)],
        "not_run": [
            {"code": result.code, "reason": result.reason}
            for result in checked.judgement.results
            if result.outcome is Outcome.NOT_RUN
        ],
        "values": _values(cells_shown(checked)),
        **({} if checked.ruling is None else {"decision": _ruling(checked.ruling)}),
    }


def _ruling(ruling: Ruling) -> dict[str, Any]:
    """What the ministry decided about a report that was handed in; a file that was only tried has none."""
    return {"act": ruling.act, "on": ruling.on.isoformat(), "why": ruling.why, "instead": ruling.instead}


def finding_document(finding: Finding) -> dict[str, Any]:
    """A finding with the keys of interface.md; `key`, `also_at`, `explained`, `offered` and `about` are additions."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "trial": finding.trial,
        "sheet": finding.sheet,
        "cell": finding.cell,
        "field": finding.field,
        "key": finding.row_key,
        "given": finding.given,
        "expected": finding.expected,
        "message": finding.message,
        "advice": finding.advice,
        "also_at": list(finding.also_at),
        "explained": finding.explained,
        "offered": finding.offered,
        "about": finding.about,
    }


def _values(cells: pl.DataFrame) -> list[dict[str, Any]]:
    columns = ("sheet", "cell", "field", "row_key", "raw", "value", "number", "state")
    rows = zip(*(cells.get_column(name).to_list() for name in columns), strict=True)
    return [
        {
            "sheet": sheet,
            "cell": cell,
            "field": field,
            "key": key,
            "raw": raw,
            "value": value if number is None else number,
            "state": state,
        }
        for sheet, cell, field, key, raw, value, number, state in rows
    ]

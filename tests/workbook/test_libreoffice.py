"""A form that LibreOffice has saved reads as before."""

import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from expectations.form import Form, Section, form_of, is_asked
from expectations.period import ReportKind, parse_period
from flows.template import Prefill
from flows.workbook import identify, read_workbook

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed"),
]


def _keys(form: Form, section: Section, kind: ReportKind) -> list[str]:
    if section.kind == "values":
        return [""]
    if section.kind == "table":
        return ["1", "2", "5"]
    if section.rows_from in form.lists:
        return list(form.labels(section.rows_from, kind))
    return {"finances": ["Koordination", "Mitarbeitsstelle", "Lotsen Einsatz"], "targets": ["Z1"]}[section.name]


def _everything(form: Form, kind: ReportKind) -> dict[str, dict[str, object]]:
    """An answer for every cell that the report asks for, each different."""
    skipped = {"interpreters", "languages", "assignments", "interpreter_training"}
    answers: dict[str, dict[str, object]] = {}
    for section in form.sections():
        if section.name in skipped or not is_asked(section, kind):
            continue
        for field in section.fields:
            if field.locked or not is_asked(field, kind):
                continue
            labels = form.labels(field.choices, kind) or ("WIR-1", "WIR-2")
            for key in _keys(form, section, kind):
                number = sum(map(len, answers.values()))
                samples: dict[str, object] = {
                    "choice": labels[number % len(labels)],
                    "date": date(2026, 1 + number % 12, 1 + number % 28),
                    "integer": number % 50,
                    "text": f"Angabe {number} äöüß",
                    "hours": Decimal(number) / 2,
                }
                sample = samples.get(field.type, Decimal(number) + Decimal("0.25"))
                answers.setdefault(field.path, {})[key] = sample
    return answers


@pytest.mark.parametrize("period", ["2026-H1", "2026"])
def test_every_value_is_read_at_its_address_after_libreoffice_saved_it(
    written: Callable[..., bytes], tmp_path: Path, period: str, centre: Prefill
):
    form, kind = form_of(2026), parse_period(period).kind
    answers = _everything(form, kind)
    original = written(answers, period=period)
    (tmp_path / "bogen.xlsx").write_bytes(original)
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", tmp_path / "saved", tmp_path / "bogen.xlsx"], check=True, capture_output=True)
    saved = (tmp_path / "saved" / "bogen.xlsx").read_bytes()

    before, after = read_workbook(original, 1), read_workbook(saved, 1)
    assert before.findings == after.findings == ()
    assert before.empty_tables == after.empty_tables
    assert after.cells.equals(before.cells)
    assert identify(saved) == before.identity
    given = before.cells.filter(before.cells["state"] == "given")
    locked = {field.path for field in form.fields() if field.locked}
    assert given.filter(~given["field"].is_in(locked)).height == sum(map(len, answers.values()))

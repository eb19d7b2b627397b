"""From a report's values to the file that a body sends, and into the inbox."""

import io
import os
import shutil
import signal
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from multiprocessing import parent_process
from multiprocessing.connection import wait
from pathlib import Path

from expectations.form import Form, Section, form_of
from expectations.period import Period
from expectations.tables import row_keys
from flows.demo.plan import Damage
from flows.demo.work import Cell, Report, Row
from flows.template import Prefill, write_template


@dataclass(frozen=True)
class Draft:
    """Everything that another process needs to make one file.

    Attributes:
        period: the period whose form is used.
        report: what is typed into it.
        damage: what happens to the file afterwards, None if nothing.
        target: where it is put.
    """

    period: Period
    prefill: Prefill
    report: Report
    damage: Damage | None
    target: Path


def become_writer() -> None:
    """Make this process one that only writes: Ctrl-C is the parent's matter, and it does not outlive the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def write_file(draft: Draft) -> str:
    """Write one file; returns its SHA-256."""
    form = form_of(draft.period.year)
    workbook = io.BytesIO()
    write_template(form, draft.period, draft.prefill, workbook, values=values_of(form, draft.report))
    data = draft.damage(workbook.getvalue()) if draft.damage else workbook.getvalue()
    draft.target.write_bytes(data)
    return sha256(data).hexdigest()


def drop(file: Path, inbox: Path, names: Iterable[str], arrived_at: datetime) -> None:
    """Put a file into the inbox as if it had lain there since its arrival; every further name a minute later."""
    for copy, name in enumerate(names):
        moment = arrived_at.timestamp() + 60 * copy
        unfinished = inbox / f".{name}.part"
        shutil.copyfile(file, unfinished)
        os.utime(unfinished, (moment, moment))
        unfinished.replace(inbox / name)


def values_of(form: Form, report: Report) -> dict[str, dict[str, Cell]]:
    """A report as the template takes it: field path → row key → cell. Printed keys find the row and are not written."""
    values: dict[str, dict[str, Cell]] = {}
    for name, rows in report.items():
        section = form.section(name)
        for key, row in zip(_keys(section, rows), rows, strict=True):
            for field in section.fields:
                if field.name in row and not (field.locked and field.name in section.key):
                    values.setdefault(field.path, {})[key] = row[field.name]
    return values


def _keys(section: Section, rows: list[Row]) -> list[str]:
    if section.kind == "table":
        return [str(ordinal) for ordinal in range(1, len(rows) + 1)]
    texts = {
        ordinal: {name: str(row.get(name, "")) for name in section.key} for ordinal, row in enumerate(rows, start=1)
    }
    keys = row_keys(section, texts)
    return [keys[ordinal] for ordinal in texts]

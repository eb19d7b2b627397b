"""A filled workbook moved into the current form: values into their places, everything printed as it is today."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from expectations.errors import StatedError
from expectations.finding import Finding
from expectations.form import Field, Form, form_of, new_questions
from expectations.markers import Printed
from expectations.period import Period
from expectations.reading import Identity, Reading
from flows.desk.files import bytes_of
from flows.desk.templates import Known, due_dates, known_to, past_reports, write_workbook
from flows.settings import DataFolder
from flows.template import (
    Content,
    Grant,
    Lost,
    Prefill,
    UnknownBodyError,
    explanations_of,
    file_name,
    moved_values,
    outside,
    prefill_for,
    questionnaire_of,
    with_last_figures,
)
from flows.workbook import printed_in, read_isolated

_MISSING = frozenset({"R-TEC-11", "R-TEC-20"})
"""What the reader says of sheets, fields and rows that are gone: nothing could be taken from there."""


class SameFileError(StatedError):
    """The new workbook would overwrite the old one."""

    exit_code = 64


@dataclass(frozen=True)
class Unreadable:
    """A file that cannot be read as a report, and why."""

    file: Path
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Migrated:
    """A workbook that was moved.

    Attributes:
        out: the new workbook, in the form version `form_version`.
        moved: how many answers found their place.
        lost: what found none.
        newly_asked: what the older version could not ask and is open now, in German.
        missing: what the old file no longer had, in German.
    """

    file: Path
    out: Path
    identity: Identity
    form_version: str
    moved: int
    lost: tuple[Lost, ...]
    newly_asked: tuple[str, ...]
    missing: tuple[str, ...]


def migrate(folder: DataFolder | None, file: Path, out: Path) -> Migrated | Unreadable:
    """Move a filled workbook into the current version of the form, for the same body and period.

    Args:
        folder: whose registers are printed; where they say nothing, what the file itself has printed stays.
        file: the filled workbook, in any form that can be read; it is not touched.
        out: the new workbook, or a folder for it.

    Raises:
        SameFileError: `out` is the file itself.
        StatedError: `out` cannot be written, or the registers have more rows than the form.
    """
    data = bytes_of(file)
    if isinstance(data, Reading):
        return Unreadable(file, data.findings)
    (reading,) = read_isolated([(0, data)])
    identity = reading.identity
    if identity is None or not reading.is_readable:
        return Unreadable(file, reading.findings)
    printed = printed_in(data) or _as_it_stands(reading, identity)
    return _migrate(known_to(folder), _Filled(file, reading, identity, printed), out)


@dataclass(frozen=True)
class _Filled:
    """A filled workbook as read; `printed` are its locked cells."""

    file: Path
    reading: Reading
    identity: Identity
    printed: Sequence[Printed]


def _migrate(known: Known, filled: _Filled, out: Path) -> Migrated:
    identity, findings = filled.identity, filled.reading.findings
    period, form = identity.period, form_of(identity.year)
    older = form_of(identity.year, version=identity.form_version)
    prefill = _prefill(known, form, identity, filled.printed)
    moved = moved_values(questionnaire_of(form, period, prefill, {}), older, filled.reading.cells, filled.printed)
    target = out if out.suffix.lower() == ".xlsx" else out / file_name(period, prefill)
    if target.exists() and target.samefile(filled.file):
        raise SameFileError(f"{target} ist die Datei selbst. Bitte nennen Sie für den neuen Bogen einen anderen Namen.")
    write_workbook(form, period, prefill, target, values=moved.values)
    return Migrated(
        file=filled.file,
        out=target,
        identity=identity,
        form_version=form.version,
        moved=moved.count,
        lost=(*moved.lost, *outside(findings)),
        newly_asked=new_questions(form, older, identity.kind),
        missing=tuple(one.message for one in findings if one.code in _MISSING),
    )


def document_of(migrated: Migrated) -> dict[str, Any]:
    """What became of a workbook, as `wir migrate --json` prints it."""
    return {
        "file": str(migrated.file),
        "out": str(migrated.out),
        "ags": migrated.identity.ags,
        "period": migrated.identity.period.code,
        "from_version": migrated.identity.form_version,
        "form_version": migrated.form_version,
        "moved": migrated.moved,
        "lost": [asdict(lost) for lost in migrated.lost],
        "newly_asked": list(migrated.newly_asked),
        "missing": list(migrated.missing),
    }


# --- what is printed -------------------------------------------------------------------------------------------------


def _prefill(known: Known, form: Form, identity: Identity, printed: Sequence[Printed]) -> Prefill:
    """What the new workbook prints: today's registers, and of what they do not hold, the file's own print."""
    period = identity.period
    due = due_dates(known.reference, period).get(identity.ags)
    try:
        prefill = prefill_for(known.reference.frames, identity.ags, period, due_on=due, contact=known.contact)
    except UnknownBodyError:
        prefill = Prefill(identity.ags, identity.body_name, contact=known.contact)
    if not known.reference.versions.get("grants"):
        prefill = replace(prefill, grants=_printed_grants(identity, printed), skipped=identity.skipped)
    if not known.reference.versions.get("targets"):
        prefill = replace(prefill, targets=tuple(_printed_rows("targets", form, printed).values()))
    past = past_reports(known, identity.ags, period)
    said = tuple(_printed_rows("earlier_explanations", form, printed).values())
    return replace(with_last_figures(prefill, form, period, past), explanations=said or explanations_of(form, past))


def _as_it_stands(reading: Reading, identity: Identity) -> tuple[Printed, ...]:
    """Locked cells as they stand in a file that lost its own list of them."""
    form = form_of(identity.year, version=identity.form_version)
    locked = {field.path for field in form.fields() if field.locked and (identity.grants or field.choices != "grants")}
    cells = reading.cells.select("field", "row_key", "value").iter_rows()
    return tuple(Printed(path, key, value or "") for path, key, value in cells if path in locked)


def _printed_rows(name: str, form: Form, printed: Iterable[Printed]) -> dict[str, dict[str, Content]]:
    """The printed rows of a section by their key, empty where the form has no such section."""
    fields = {field.path: field for field in form.fields() if field.section == name}
    rows: dict[str, dict[str, Content]] = {}
    for one in printed:
        if one.field in fields:
            rows.setdefault(one.row_key, {})[fields[one.field].name] = _content(fields[one.field], one.value)
    return rows


def _content(field: Field, text: str) -> Content:
    return Decimal(text) if field.is_number and text else text or None


def _printed_grants(identity: Identity, printed: Iterable[Printed]) -> tuple[Grant, ...]:
    """The grants as the file prints them; of a report without finances only their numbers are known."""
    period: Period = identity.period
    rows = _printed_rows("finances", form_of(identity.year, version=identity.form_version), printed).values()
    granted = [_grant(period.year, row) for row in rows if row.get("grant")]
    others = sorted(set(identity.grants) - {grant.grant_number for grant in granted})
    return (*granted, *(Grant(number, "", period.year - 1, Decimal(0)) for number in others))


def _grant(year: int, row: Mapping[str, Content]) -> Grant:
    granted = row.get("granted_eur")
    return Grant(
        str(row["grant"]), str(row["cost_type"]), year, granted if isinstance(granted, Decimal) else Decimal(0)
    )

"""One body's questionnaire before it is drawn: which sections it answers, which rows are printed, what is locked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from expectations.form import Field, Form, Section, Sheet, is_asked
from expectations.layout import Layout, Place, layout_of
from expectations.markers import CHECKSUM_MARK, Printed, canonical_text, checksum, identity_marks
from expectations.period import Period
from expectations.reading import Identity
from expectations.tables import row_keys
from expectations.wording import not_asked_text, skipped_text
from flows.template.prefill import Content, Grant, Prefill, TemplateError, current_grants

Row = Mapping[str, Content]
Values = Mapping[str, Mapping[str, Content]]
"""Field path → row key → what to write: `""` in values sections, the printed key in fixed ones, else the ordinal."""
State = Literal["input", "locked", "blocked"]
"""What a cell of the form is to this body: to be filled, printed, or not asked."""


@dataclass(frozen=True)
class Questionnaire:
    """Everything that is known before a cell is written.

    Attributes:
        skipped: sections that ask for cost types of which the body holds none.
        rows: printed rows by fixed section: what stands in their locked fields; an empty row is not asked.
        keys: position → row key, by section.
        printed: the locked cells.
        marks: identity and checksum, as the reader looks for them.
        has_grants: whether the register holds anything for the period; else the body names its notices itself.
    """

    form: Form
    layout: Layout
    period: Period
    prefill: Prefill
    values: Values
    skipped: frozenset[str]
    rows: Mapping[str, tuple[Row, ...]]
    keys: Mapping[str, Mapping[int, str]]
    printed: tuple[Printed, ...]
    marks: Mapping[str, str]
    has_grants: bool


def questionnaire_of(form: Form, period: Period, prefill: Prefill, values: Values) -> Questionnaire:
    """Decide everything about a body's questionnaire that is not looks.

    Raises:
        TemplateError: the registers hold more rows than the form's section has, or a value has no cell.
    """
    identity = Identity(
        ags=prefill.ags,
        body_name=prefill.body_name,
        kind=period.kind,
        year=period.year,
        form_version=form.version,
        skipped=_skipped(form, period, prefill),
        grants=prefill.grant_numbers,
    )
    rows = {section.name: _printed_rows(form, section, period, prefill, identity) for section in form.sections()}
    keys = {section.name: _keys(section, rows[section.name]) for section in form.sections()}
    has_grants = bool(current_grants(prefill, period))
    printed = tuple(
        cell
        for section in form.sections()
        for cell in _printed(section, rows[section.name], keys[section.name], has_grants=has_grants)
    )
    _check_values(form, keys, values)
    marks = identity_marks(identity)
    return Questionnaire(
        form=form,
        layout=layout_of(form),
        period=period,
        prefill=prefill,
        values=values,
        skipped=identity.skipped,
        rows=rows,
        keys=keys,
        printed=printed,
        marks={**marks, CHECKSUM_MARK: checksum(marks, printed)},
        has_grants=has_grants,
    )


def _check_values(form: Form, keys: Mapping[str, Mapping[int, str]], values: Values) -> None:
    paths = {field.path for field in form.fields()}
    for path, cells in values.items():
        known = keys[path.partition(".")[0]].values() if path in paths else ()
        for key in cells:
            if key not in known:
                raise TemplateError(f"Der Bogen hat keine Zelle {path} in der Zeile „{key}“.")


def _skipped(form: Form, period: Period, prefill: Prefill) -> frozenset[str]:
    if prefill.skipped is not None:
        return prefill.skipped
    held = {grant.cost_type for grant in current_grants(prefill, period)}
    return frozenset(
        section.name
        for section in form.sections()
        if held and section.applies_with and held.isdisjoint(section.applies_with)
    )


def _printed_rows(
    form: Form, section: Section, period: Period, prefill: Prefill, identity: Identity
) -> tuple[Row, ...]:
    if not is_asked(section, period.kind) or section.name in identity.skipped:
        return ()
    if section.kind == "values":
        return ({field.name: _cover_value(field, identity) for field in section.fields if field.locked},)
    if section.kind == "table":
        return ()
    if section.rows_from == "grants":
        rows = _grant_rows(form, section, current_grants(prefill, period))
    elif section.rows_from == "targets":
        rows = prefill.targets
    elif section.rows_from == "earlier_explanations":
        rows = prefill.explanations
    else:
        asked = form.labels(section.rows_from, period.kind)
        rows = tuple({section.key[0]: label} if label in asked else {} for label in _all_labels(form, section))
    if len(rows) > section.rows:
        raise TemplateError(
            f"{prefill.body_name} ({prefill.ags}): {len(rows)} Zeilen für „{section.label}“, der Bogen fasst "
            f"{section.rows}. Erhöhen Sie `rows` von `{section.name}` in expectations/form.yml."
        )
    return rows


def _all_labels(form: Form, section: Section) -> tuple[str, ...]:
    return tuple(choice.label for choice in form.lists[section.rows_from])


def _cover_value(field: Field, identity: Identity) -> Content:
    known: Mapping[str, Content] = {
        "ags": identity.ags,
        "body_name": identity.body_name,
        "report_kind": str(identity.kind),
        "year": identity.year,
        "form_version": identity.form_version,
    }
    if field.name not in known:
        raise TemplateError(f"Für das vorgedruckte Feld {field.path} ist nicht bekannt, was darin steht.")
    return known[field.name]


def _grant_rows(form: Form, section: Section, grants: Sequence[Grant]) -> tuple[Row, ...]:
    """One row for each combination of the section's key with the sum granted; without a register all cost types."""
    if not grants:
        first = section.field(section.key[0])
        return tuple({first.name: label} for label in form.labels(first.choices)) or ({first.name: None},)
    granted: dict[tuple[str, ...], Decimal] = {}
    for grant in grants:
        known = {"cost_type": grant.cost_type, "grant": grant.grant_number}
        key = tuple(known[name] for name in section.key)
        granted[key] = granted.get(key, Decimal(0)) + grant.granted_eur
    sums = [field.name for field in section.fields if field.locked and field.type == "money"]
    order = {label: position for position, label in enumerate(form.labels("cost_types"))}
    return tuple(
        {**dict(zip(section.key, key, strict=True)), **dict.fromkeys(sums, amount)}
        for key, amount in sorted(granted.items(), key=lambda item: (order.get(item[0][0], len(order)), item[0]))
    )


def _keys(section: Section, rows: Sequence[Row]) -> Mapping[int, str]:
    if section.kind == "table":
        return {ordinal: str(ordinal) for ordinal in range(1, section.rows + 1)}
    if section.kind == "values":
        return {1: ""}
    filled = {ordinal: row for ordinal, row in enumerate(rows, start=1) if row}
    return row_keys(section, {ordinal: _key_texts(section, row) for ordinal, row in filled.items()})


def _key_texts(section: Section, row: Row) -> dict[str, str]:
    return {name: canonical_text(section.field(name), row.get(name)) for name in section.key}


def _printed(section: Section, rows: Sequence[Row], keys: Mapping[int, str], *, has_grants: bool) -> list[Printed]:
    return [
        Printed(field.path, keys[ordinal], canonical_text(field, row.get(field.name)))
        for ordinal, row in enumerate(rows, start=1)
        if row
        for field in section.fields
        if is_locked(field, has_grants=has_grants)
    ]


def is_locked(field: Field, *, has_grants: bool) -> bool:
    """Whether a field is printed and read-only; a body without registered grants names its notices itself."""
    return field.locked and (has_grants or field.choices != "grants")


def standing_text(q: Questionnaire, section: Section) -> str:
    """Why a section is not answered by this body in this report; `""` where it is."""
    if not is_asked(section, q.period.kind):
        return not_asked_text(section, q.period.kind)
    return skipped_text(section) if section.name in q.skipped else ""


def is_answered(q: Questionnaire, section: Section) -> bool:
    """Whether this body answers the section in this report."""
    return is_asked(section, q.period.kind) and section.name not in q.skipped


def answered_fields(q: Questionnaire, section: Section) -> tuple[Field, ...]:
    """The fields of a section that this body fills in."""
    if not is_answered(q, section):
        return ()
    return tuple(
        field
        for field in section.fields
        if is_asked(field, q.period.kind) and not is_locked(field, has_grants=q.has_grants)
    )


def answered_rows(q: Questionnaire, section: Section) -> int:
    """How many rows of a section take answers: all of a table, the printed ones of a fixed section, else one."""
    if section.kind == "table":
        return section.rows
    return sum(1 for row in q.rows[section.name] if row) if section.kind == "fixed" else 1


def answered_place(q: Questionnaire, section: Section, field: Field) -> Place:
    """The cells of a field that take answers: its place without unused rows at the end."""
    place = q.layout.fields[field.path]
    return Place(place.sheet, place.row, place.column, answered_rows(q, section))


def concerns(q: Questionnaire, sheet: Sheet) -> bool:
    """Whether this body answers anything on the sheet."""
    return any(is_answered(q, section) for section in sheet.sections)


def state_of(q: Questionnaire, section: Section, field: Field, ordinal: int) -> State:
    """What a cell is to this body; `ordinal` is the row's position from 1."""
    if not is_answered(q, section) or not is_asked(field, q.period.kind):
        return "blocked"
    rows = q.rows[section.name]
    if section.kind == "fixed" and (ordinal > len(rows) or not rows[ordinal - 1]):
        return "blocked"
    return "locked" if is_locked(field, has_grants=q.has_grants) else "input"


def content_of(q: Questionnaire, section: Section, field: Field, ordinal: int) -> Content:
    """What stands in a cell of the form: given values, what is printed, what is carried over, a body's only grant."""
    given = q.values.get(field.path, {})
    key = q.keys[section.name].get(ordinal, "")
    if key in given:
        return given[key]
    if is_carried(q, section, field, ordinal):
        return q.prefill.carried[section.name].rows[key][field.name]
    rows = q.rows[section.name]
    if ordinal <= len(rows):
        return rows[ordinal - 1].get(field.name)
    fitting = fitting_grants(q, section) if field.choices == "grants" and section.kind == "table" else ()
    return fitting[0] if len(fitting) == 1 and is_answered(q, section) else None


def is_carried(q: Questionnaire, section: Section, field: Field, ordinal: int) -> bool:
    """Whether an answer of an earlier report stands in a cell; given values count before it."""
    carried, key = q.prefill.carried.get(section.name), q.keys[section.name].get(ordinal, "")
    if carried is None or key in q.values.get(field.path, {}):
        return False
    stands = carried.rows.get(key, {}).get(field.name) is not None
    return stands and state_of(q, section, field, ordinal) == "input"


def fitting_grants(q: Questionnaire, section: Section) -> tuple[str, ...]:
    """The grant numbers that a section can concern: those of its cost types where any is held, else all."""
    wanted = set(section.applies_with)
    fitting = {grant.grant_number for grant in q.prefill.grants if grant.cost_type in wanted}
    return tuple(sorted(fitting)) or q.prefill.grant_numbers

"""The form: the one place that declares a field.

`form.yml` holds every sheet, section, field and list with the years in which they apply. Loading it checks
everything that can be wrong in it; `form_of(year)` is the form as one reporting year sees it. Templates, the reader,
the expectations, the tables and the dictionary are functions of that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path

from expectations.declared import (
    ASKED,
    NUMBER_TYPES,
    AskedIn,
    EntryDeclared,
    FieldDeclared,
    FieldType,
    FormDeclared,
    FormError,
    Measure,
    SectionDeclared,
    SectionKind,
    SheetDeclared,
    declared_in,
    read_form,
)
from expectations.period import ReportKind

FORM_FILE = Path(__file__).with_name("form.yml")

_LARGEST: Mapping[str, Decimal] = {
    "integer": Decimal(9_999_999),
    "money": Decimal("99999999.99"),
    "hours": Decimal("9999999.9"),
    "fte": Decimal("9999.99"),
    "number": Decimal("999999999.99"),
}
"""Beyond these a slip is certain (all grants together are 22 million EUR), and every value fits its column."""


_KIND_LEVEL = {ReportKind.HALF_YEAR: AskedIn.HALF_YEAR, ReportKind.YEAR: AskedIn.YEAR, ReportKind.FINAL: AskedIn.FINAL}


# --- as one year sees it ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """An entry of a closed list: its label as shown, its code where there is one, and when it is asked."""

    label: str
    code: str
    asked_in: AskedIn


@dataclass(frozen=True)
class Field:
    """A question of the form.

    Attributes:
        section, name: its place; `path` joins them.
        measure: `flow` (cumulative since 1 January), `stock` (as of the closing day) or `none`.
        locked: printed by us, read-only for the sender.
        asked_in: the least kind of report that asks for it.
        minimum, maximum: inclusive bounds; counts, hours and money have the minimum 0.
        choices: name of its closed list, or of a register (`grants`), or `""`.
        at_most: name of the field of the same row that it must not exceed, or `""`.
        carried: whether the last answer stands in the next workbook already, to be checked.
    """

    section: str
    name: str
    label: str
    help: str
    type: FieldType
    unit: str
    measure: Measure
    required: bool
    locked: bool
    asked_in: AskedIn
    minimum: Decimal | None
    maximum: Decimal | None
    max_length: int
    choices: str
    at_most: str
    carried: bool
    since: int
    until: int | None

    @property
    def path(self) -> str:
        """`section.name`, as findings and tables name it."""
        return f"{self.section}.{self.name}"

    @property
    def is_number(self) -> bool:
        """Whether its values are numbers."""
        return self.type in NUMBER_TYPES

    @property
    def decimals(self) -> int:
        """Decimal places of a number field."""
        return NUMBER_TYPES.get(self.type, 0)


@dataclass(frozen=True)
class Section:
    """A group of questions: single values, a table to fill, or fixed rows already printed.

    Attributes:
        key: names of the fields that identify a row; empty where the row's ordinal does.
        rows: input rows in the template.
        rows_from: the list or register that prints the rows of a fixed section.
        applies_with: cost types of which a body must hold one, else the section is skipped; empty = always asked.
    """

    name: str
    sheet: str
    kind: SectionKind
    label: str
    help: str
    asked_in: AskedIn
    key: tuple[str, ...]
    rows: int
    rows_from: str
    applies_with: tuple[str, ...]
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field:
        """The field of that name; KeyError where there is none."""
        return next(field for field in self.fields if field.name == name)


@dataclass(frozen=True)
class Sheet:
    """A sheet of the workbook with its sections, top to bottom."""

    title: str
    help: str
    sections: tuple[Section, ...]

    def is_asked(self, kind: ReportKind) -> bool:
        """Whether a report of that kind asks for anything on this sheet."""
        return any(is_asked(section, kind) for section in self.sections) or not self.sections


@dataclass(frozen=True)
class Form:
    """The form as one reporting year sees it.

    Attributes:
        version: the listed version; a report may still be made in one older than its year's.
        year: the reporting year.
    """

    title: str
    version: str
    year: int
    sheets: tuple[Sheet, ...]
    lists: Mapping[str, tuple[Choice, ...]] = field(hash=False)

    def sections(self) -> Iterator[Section]:
        """All sections in the order of the sheets."""
        return (section for sheet in self.sheets for section in sheet.sections)

    def section(self, name: str) -> Section:
        """The section of that name.

        Raises:
            KeyError: there is none.
        """
        for section in self.sections():
            if section.name == name:
                return section
        raise KeyError(name)

    def fields(self) -> Iterator[Field]:
        """All fields in the order of the sheets."""
        return (field for section in self.sections() for field in section.fields)

    def labels(self, name: str, kind: ReportKind = ReportKind.YEAR) -> tuple[str, ...]:
        """The labels of a closed list that a report of this kind asks for; empty for a register."""
        level = _KIND_LEVEL[kind]
        return tuple(choice.label for choice in self.lists.get(name, ()) if choice.asked_in <= level)


def is_asked(item: Section | Field, kind: ReportKind) -> bool:
    """Whether a report of this kind asks for the section or field."""
    return item.asked_in <= _KIND_LEVEL[kind]


def takes_not_recorded(section: Section, field: Field) -> bool:
    """Whether „nicht erhoben“ is an answer here: an unmarked number in a values or fixed section."""
    return field.is_number and not field.required and not field.locked and section.kind != "table"


def must_be_filled(section: Section, field: Field) -> bool:
    """Whether a blank is an error.

    In a values or fixed section also for an unmarked number: it takes a number or „nicht erhoben“. In a table only
    marked fields must be filled, and only in rows that hold anything.
    """
    return not field.locked and (field.required or takes_not_recorded(section, field))


# --- loading ---------------------------------------------------------------------------------------------------------


def _in_force(item: FieldDeclared | EntryDeclared, year: int) -> bool:
    return item.since <= year and (item.until is None or year <= item.until)


_ZERO = Decimal(0)


def _field(section: str, name: str, declared: FieldDeclared, section_asked: str) -> Field:
    is_number = declared.type in NUMBER_TYPES
    minimum = _ZERO if declared.minimum is None and is_number else declared.minimum
    maximum = _LARGEST[declared.type] if declared.maximum is None and is_number else declared.maximum
    return Field(
        section=section,
        name=name,
        label=declared.label,
        help=declared.help,
        type=declared.type,
        unit=declared.unit,
        measure=declared.measure or "none",
        required=declared.required,
        locked=declared.locked,
        asked_in=ASKED[declared.asked_in or section_asked],
        minimum=minimum,
        maximum=maximum,
        max_length=declared.max_length or 200,
        choices=declared.choices,
        at_most=declared.at_most,
        carried=declared.carried,
        since=declared.since,
        until=declared.until,
    )


def _section(sheet: str, name: str, declared: SectionDeclared, rows: int, year: int) -> Section:
    fields = tuple(
        _field(name, field_name, field, declared.asked_in)
        for field_name, field in declared.fields.items()
        if _in_force(field, year)
    )
    return Section(
        name=name,
        sheet=sheet,
        kind=declared.kind,
        label=declared.label,
        help=declared.help,
        asked_in=ASKED[declared.asked_in],
        key=declared.key,
        rows=rows,
        rows_from=declared.rows_from,
        applies_with=declared.applies_with,
        fields=fields,
    )


def _sections(
    title: str, sheet: SheetDeclared, lists: Mapping[str, tuple[Choice, ...]], year: int
) -> tuple[Section, ...]:
    """The sections of a sheet that ask for anything in that year."""
    sections = (
        _section(title, name, section, section.rows or len(lists.get(section.rows_from, ())), year)
        for name, section in sheet.sections.items()
    )
    return tuple(section for section in sections if section.fields)


def _resolve(declared: FormDeclared, version: str, year: int) -> Form:
    first_year = declared.versions[version]
    lists = {
        name: tuple(
            Choice(entry.label, entry.code, ASKED[entry.asked_in]) for entry in entries if _in_force(entry, first_year)
        )
        for name, entries in declared.lists.items()
    }
    sheets = tuple(
        Sheet(title, sheet.help, _sections(title, sheet, lists, first_year))
        for title, sheet in declared_in(declared, first_year).sheets.items()
    )
    return Form(declared.title, version, year, sheets, lists)


def version_for(versions: Mapping[str, int], year: int) -> str:
    """The form version that a reporting year uses: the newest whose first year is not after it.

    Raises:
        FormError: the year lies before the first version.
    """
    fitting = [(first, version) for version, first in versions.items() if first <= year]
    if not fitting:
        raise FormError(f"there is no form for {year}: the first version begins {min(versions.values())}")
    return max(fitting)[1]


@cache
def form_versions(path: Path = FORM_FILE) -> Mapping[str, int]:
    """Published form versions with the first reporting year of each."""
    return read_form(path).versions


@cache
def form_of(year: int, path: Path = FORM_FILE, *, version: str = "") -> Form:
    """The form of one reporting year.

    Args:
        year: the reporting year.
        path: the form file.
        version: a listed version that has begun by then, such as the one that an older workbook was made from; by
            default the newest of them.

    Raises:
        FormError: the form file is wrong, has no version for that year, or none of that name that has begun.
    """
    declared = read_form(path)
    current = version_for(declared.versions, year)
    wanted = version or current
    if declared.versions.get(wanted, year + 1) > year:
        begun = ", ".join(name for name, first in declared.versions.items() if first <= year)
        raise FormError(f"a report of {year} cannot be made in the form version {wanted!r}: there is {begun}")
    return _resolve(declared, wanted, year)


def new_questions(form: Form, older: Form, kind: ReportKind) -> tuple[str, ...]:
    """What a report of that kind must answer in this form and could not in an older one: `Section: field` in German."""
    known = {field.path for field in older.fields() if is_asked(field, kind)}
    return tuple(
        f"{section.label}: {field.label}"
        for section in form.sections()
        for field in section.fields
        if is_asked(field, kind) and must_be_filled(section, field) and field.path not in known
    )


def form_fingerprint(form: Form) -> str:
    """SHA-256 of everything about a form that changes what a report means; texts shown to people are left out."""
    parts = [form.version]
    for section in form.sections():
        parts.append(repr((section.sheet, section.name, section.kind, section.asked_in, section.key, section.rows)))
        parts.append(repr((section.rows_from, section.applies_with)))
        parts += [
            repr((field.path, field.type, field.unit, field.measure, field.required, field.locked, field.asked_in))
            + repr((str(field.minimum), str(field.maximum), field.max_length, field.choices, field.at_most))
            for field in section.fields
        ]
    parts += [f"{name}:{[(c.label, c.code, int(c.asked_in)) for c in entries]}" for name, entries in form.lists.items()]
    return sha256("\n".join(parts).encode()).hexdigest()

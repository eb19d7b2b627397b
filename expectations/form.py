"""The form: the one place that declares a field.

`form.yml` holds every sheet, section, field and list with the years in which they apply. Loading it checks
everything that can be wrong in it; `form_of(year)` is the form as one reporting year sees it. Templates, the reader,
the expectations, the tables and the dictionary are functions of that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator
from pydantic import Field as Declared

from expectations.errors import StatedError
from expectations.period import FIRST_YEAR, LAST_YEAR, ReportKind

FORM_FILE = Path(__file__).with_name("form.yml")

FieldType = Literal["text", "integer", "money", "hours", "fte", "number", "date", "choice"]
SectionKind = Literal["values", "table", "fixed"]
Measure = Literal["flow", "stock", "none"]
NUMBER_TYPES: Mapping[str, int] = {"integer": 0, "money": 2, "hours": 1, "fte": 2, "number": 2}
"""Number types and how many decimals they carry."""
_LARGEST: Mapping[str, Decimal] = {
    "integer": Decimal(9_999_999),
    "money": Decimal("99999999.99"),
    "hours": Decimal("9999999.9"),
    "fte": Decimal("9999.99"),
    "number": Decimal("999999999.99"),
}
"""Beyond these a slip is certain (all grants together are 22 million EUR), and every value fits its column."""
COST_TYPES = "cost_types"
"""The list of cost types, which `applies_with` refers to."""
REGISTERS = ("grants", "targets")
"""Lists that the ministry's registers fill, body by body."""


class FormError(StatedError):
    """The form file is wrong; the message names the place and says what is expected there."""


class AskedIn(IntEnum):
    """From which kind of report on a field is asked: the half-year asks least, the final report most."""

    HALF_YEAR = 1
    YEAR = 2
    FINAL = 3


_KIND_LEVEL = {ReportKind.HALF_YEAR: AskedIn.HALF_YEAR, ReportKind.YEAR: AskedIn.YEAR, ReportKind.FINAL: AskedIn.FINAL}
_ASKED = {"half_year": AskedIn.HALF_YEAR, "year": AskedIn.YEAR, "final": AskedIn.FINAL}


# --- as declared in form.yml -----------------------------------------------------------------------------------------

_Name = Annotated[str, Declared(pattern=r"^[a-z][a-z0-9_]*$")]
"""Names of lists, sections and fields: they become columns and Excel's defined names."""
_Title = Annotated[str, Declared(pattern=r"^[^\[\]:*?/\\']{1,31}$")]
"""Titles that Excel takes for a sheet and that need no escaping in a range."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _entry(value: object) -> object:
    return {"label": value} if isinstance(value, str) else value


class _Entry(_Strict):
    label: str = Declared(min_length=1)
    code: str = ""
    asked_in: Literal["half_year", "year"] = "half_year"
    since: int = FIRST_YEAR
    until: int | None = None


class _FieldDeclared(_Strict):
    label: str = Declared(min_length=1)
    help: str = ""
    type: FieldType
    unit: str = ""
    measure: Measure | None = None
    required: bool = False
    locked: bool = False
    asked_in: Literal["half_year", "year", "final"] | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    max_length: int | None = Declared(default=None, gt=0)
    choices: str = ""
    at_most: str = ""
    since: int = FIRST_YEAR
    until: int | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.type == "choice") != bool(self.choices):
            raise ValueError("`choices` names a list exactly where `type` is `choice`")
        if self.type in NUMBER_TYPES and not self.unit:
            raise ValueError("a number needs a `unit`")
        if self.type in NUMBER_TYPES and self.measure is None and not self.locked:
            raise ValueError("a number that is asked for needs `measure`: flow, stock, or none (a year, a length)")
        if self.until is not None and self.until < self.since:
            raise ValueError("`until` lies before `since`")
        return self


class _SectionDeclared(_Strict):
    kind: SectionKind
    label: str = Declared(min_length=1)
    help: str = ""
    asked_in: Literal["half_year", "year", "final"] = "year"
    key: tuple[str, ...] = ()
    rows: int = Declared(default=0, ge=0, le=500)
    rows_from: str = ""
    applies_with: tuple[str, ...] = ()
    fields: dict[_Name, _FieldDeclared] = Declared(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.kind == "table" and not self.rows:
            raise ValueError("a table needs `rows`, the number of input rows in the template")
        if self.kind == "fixed" and not (self.key and self.rows_from):
            raise ValueError("a fixed section needs `key` and `rows_from`")
        if self.rows_from in REGISTERS and not self.rows:
            raise ValueError("a section whose rows come from a register needs `rows`, the most that the template holds")
        if self.kind == "values" and (self.key or self.rows or self.rows_from):
            raise ValueError("a values section has no rows")
        if any(_ASKED[field.asked_in or self.asked_in] < _ASKED[self.asked_in] for field in self.fields.values()):
            raise ValueError("a field is asked for where its section is not: lower the section's `asked_in`")
        return self


class _SheetDeclared(_Strict):
    help: str = ""
    sections: dict[_Name, _SectionDeclared] = Declared(default_factory=dict)


class _FormDeclared(_Strict):
    title: str
    versions: dict[str, Annotated[int, Declared(ge=FIRST_YEAR)]] = Declared(min_length=1)
    lists: dict[_Name, tuple[Annotated[_Entry, BeforeValidator(_entry)], ...]]
    sheets: dict[_Title, _SheetDeclared]


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
    """The form as one reporting year sees it."""

    title: str
    version: str
    year: int
    sheets: tuple[Sheet, ...]
    lists: Mapping[str, tuple[Choice, ...]]

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


class _UniqueKeys(yaml.SafeLoader):
    """YAML where a name that stands twice is an error, not a silent overwrite."""


def _mapping(loader: _UniqueKeys, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    twice = {str(key) for key in keys if keys.count(key) > 1}
    if twice:
        raise FormError(f"line {node.start_mark.line + 1}: {', '.join(sorted(twice))} stands twice")
    return loader.construct_mapping(node, deep=True)


_UniqueKeys.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path) -> Any:
    """Read a YAML file in which no name may stand twice.

    Raises:
        FormError: it is missing, no YAML, or a name stands twice.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeys)  # noqa: S506 - a SafeLoader
    except OSError as error:
        raise FormError(f"{path.name} cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise FormError(f"{path.name} is no valid YAML: {error}") from error
    except FormError as error:
        raise FormError(f"{path.name}, {error}") from error


def first_mistake(error: ValidationError) -> str:
    """The first mistake that pydantic found, as `place: what is wrong`."""
    first = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc']) or 'top level'}: {first['msg']}"


def _declared(path: Path) -> _FormDeclared:
    try:
        declared = _FormDeclared.model_validate(read_yaml(path))
    except ValidationError as error:
        raise FormError(f"{path.name}, {first_mistake(error)}") from error
    for mistake in _dangling(declared):
        raise FormError(f"{path.name}, {mistake}")
    return declared


def _dangling(declared: _FormDeclared) -> Iterator[str]:
    """References that lead nowhere, and names that stand twice across sheets."""
    seen: set[str] = set()
    for title, sheet in declared.sheets.items():
        for name, section in sheet.sections.items():
            place = f"sheets.{title}.sections.{name}"
            if name in seen:
                yield f"{place}: a section of this name stands on another sheet too"
            seen.add(name)
            yield from (f"{place}.{mistake}" for mistake in _dangling_section(section, declared.lists))
    for name, entries in declared.lists.items():
        for values in ([entry.label.casefold() for entry in entries], [entry.code for entry in entries if entry.code]):
            if len(set(values)) != len(values):
                yield f"lists.{name}: an entry stands twice"


def _dangling_section(section: _SectionDeclared, lists: Mapping[str, tuple[_Entry, ...]]) -> Iterator[str]:
    known = {"", *lists, *REGISTERS}
    if section.rows_from not in known:
        yield f"rows_from: there is no list {section.rows_from!r}"
    cost_types = {entry.label for entry in lists.get(COST_TYPES, ())}
    for cost_type in section.applies_with:
        if cost_type not in cost_types:
            yield f"applies_with: the list {COST_TYPES} has no entry {cost_type!r}"
    for key in section.key:
        if key not in section.fields:
            yield f"key: there is no field {key!r}"
    for name, field in section.fields.items():
        if field.choices not in known:
            yield f"fields.{name}.choices: there is no list {field.choices!r}"
        yield from (f"fields.{name}{mistake}" for mistake in _dangling_field(field, section))


def _dangling_field(field: _FieldDeclared, section: _SectionDeclared) -> Iterator[str]:
    if field.at_most and field.at_most not in section.fields:
        yield f".at_most: there is no field {field.at_most!r}"
    for other in sorted({*section.key, field.at_most} & section.fields.keys()):
        if not _outlives(section.fields[other], field):
            yield f": it needs {other!r}, which is not asked in all of the same years"


def _outlives(item: _FieldDeclared, other: _FieldDeclared) -> bool:
    """Whether an item is in force in every year in which the other is."""
    return item.since <= other.since and (item.until is None or (other.until or LAST_YEAR) <= item.until)


def _in_force(item: _FieldDeclared | _Entry, year: int) -> bool:
    return item.since <= year and (item.until is None or year <= item.until)


_ZERO = Decimal(0)


def _field(section: str, name: str, declared: _FieldDeclared, section_asked: str) -> Field:
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
        asked_in=_ASKED[declared.asked_in or section_asked],
        minimum=minimum,
        maximum=maximum,
        max_length=declared.max_length or 200,
        choices=declared.choices,
        at_most=declared.at_most,
        since=declared.since,
        until=declared.until,
    )


def _section(sheet: str, name: str, declared: _SectionDeclared, rows: int, year: int) -> Section:
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
        asked_in=_ASKED[declared.asked_in],
        key=declared.key,
        rows=rows,
        rows_from=declared.rows_from,
        applies_with=declared.applies_with,
        fields=fields,
    )


def _sections(
    title: str, sheet: _SheetDeclared, lists: Mapping[str, tuple[Choice, ...]], year: int
) -> tuple[Section, ...]:
    """The sections of a sheet that ask for anything in that year."""
    sections = (
        _section(title, name, section, section.rows or len(lists.get(section.rows_from, ())), year)
        for name, section in sheet.sections.items()
    )
    return tuple(section for section in sections if section.fields)


def _resolve(declared: _FormDeclared, year: int) -> Form:
    lists = {
        name: tuple(
            Choice(entry.label, entry.code, _ASKED[entry.asked_in]) for entry in entries if _in_force(entry, year)
        )
        for name, entries in declared.lists.items()
    }
    sheets = tuple(
        Sheet(title, sheet.help, _sections(title, sheet, lists, year)) for title, sheet in declared.sheets.items()
    )
    return Form(declared.title, version_for(declared.versions, year), year, sheets, lists)


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
    return _declared(path).versions


@cache
def form_of(year: int, path: Path = FORM_FILE) -> Form:
    """The form of one reporting year.

    Raises:
        FormError: the form file is wrong or has no version for that year.
    """
    return _resolve(_declared(path), year)


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

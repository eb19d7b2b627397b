"""The form file as it is written: strict models, and everything that can be wrong in it.

Unknown keys, types, names that stand twice and references that lead nowhere are refused with the place where they
stand. `expectations.form` makes of it what one reporting year sees.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator
from pydantic import Field as Declared

from expectations.errors import StatedError
from expectations.period import FIRST_YEAR, LAST_YEAR

FieldType = Literal["text", "integer", "money", "hours", "fte", "number", "date", "choice"]
SectionKind = Literal["values", "table", "fixed"]
Measure = Literal["flow", "stock", "none"]
NUMBER_TYPES: Mapping[str, int] = {"integer": 0, "money": 2, "hours": 1, "fte": 2, "number": 2}
"""Number types and how many decimals they carry."""
COST_TYPES = "cost_types"
"""The list of cost types, which `applies_with` refers to."""
REGISTERS = ("grants", "targets", "earlier_explanations")
"""Lists that differ from body to body: the ministry's registers, and what the body explained in its last report."""


class AskedIn(IntEnum):
    """From which kind of report on a field is asked: the half-year asks least, the final report most."""

    HALF_YEAR = 1
    YEAR = 2
    FINAL = 3


ASKED = {"half_year": AskedIn.HALF_YEAR, "year": AskedIn.YEAR, "final": AskedIn.FINAL}
"""How the form file writes it."""


class FormError(StatedError):
    """The form file is wrong; the message names the place and says what is expected there."""


_Name = Annotated[str, Declared(pattern=r"^[a-z][a-z0-9_]*$")]
"""Names of lists, sections and fields: they become columns and Excel's defined names."""
_Title = Annotated[str, Declared(pattern=r"^[^\[\]:*?/\\']{1,31}$")]
"""Titles that Excel takes for a sheet and that need no escaping in a range."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _entry(value: object) -> object:
    return {"label": value} if isinstance(value, str) else value


class EntryDeclared(_Strict):
    """An entry of a closed list."""

    label: str = Declared(min_length=1)
    code: str = ""
    asked_in: Literal["half_year", "year"] = "half_year"
    since: int = FIRST_YEAR
    until: int | None = None


class FieldChange(_Strict):
    """What a field says otherwise from some year on; what is left out stays as it was."""

    label: str = Declared(default="", min_length=1)
    help: str = ""
    required: bool = False
    asked_in: Literal["half_year", "year", "final"] | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    max_length: int | None = Declared(default=None, gt=0)


class FieldDeclared(_Strict):
    """A question of the form; see `expectations.form.Field`."""

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
    carried: bool = False
    since: int = FIRST_YEAR
    until: int | None = None
    changes: dict[int, FieldChange] = Declared(default_factory=dict)

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


class SectionChange(_Strict):
    """What a section says otherwise from some year on; what is left out stays as it was."""

    label: str = Declared(default="", min_length=1)
    help: str = ""
    asked_in: Literal["half_year", "year", "final"] = "year"
    rows: int = Declared(default=0, ge=0, le=500)
    applies_with: tuple[str, ...] = ()


class SectionDeclared(_Strict):
    """A group of questions; see `expectations.form.Section`."""

    kind: SectionKind
    label: str = Declared(min_length=1)
    help: str = ""
    asked_in: Literal["half_year", "year", "final"] = "year"
    key: tuple[str, ...] = ()
    rows: int = Declared(default=0, ge=0, le=500)
    rows_from: str = ""
    applies_with: tuple[str, ...] = ()
    fields: dict[_Name, FieldDeclared] = Declared(min_length=1)
    changes: dict[int, SectionChange] = Declared(default_factory=dict)

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
        if any(ASKED[field.asked_in or self.asked_in] < ASKED[self.asked_in] for field in self.fields.values()):
            raise ValueError("a field is asked for where its section is not: lower the section's `asked_in`")
        return self


class SheetChange(_Strict):
    """What a sheet says otherwise from some year on."""

    help: str = ""


class SheetDeclared(_Strict):
    """A sheet with its sections, top to bottom."""

    help: str = ""
    sections: dict[_Name, SectionDeclared] = Declared(default_factory=dict)
    changes: dict[int, SheetChange] = Declared(default_factory=dict)


class FormDeclared(_Strict):
    """The whole form file: versions with their first reporting year, lists, and sheets by title."""

    title: str
    versions: dict[str, Annotated[int, Declared(ge=FIRST_YEAR)]] = Declared(min_length=1)
    lists: dict[_Name, tuple[Annotated[EntryDeclared, BeforeValidator(_entry)], ...]]
    sheets: dict[_Title, SheetDeclared]


# --- changes ---------------------------------------------------------------------------------------------------------

_Changing = TypeVar("_Changing", FieldDeclared, SectionDeclared, SheetDeclared)


def declared_in(declared: FormDeclared, year: int) -> FormDeclared:
    """The form file as that year reads it: every change that has begun stands in its place."""
    sheets = {title: _sheet_in(sheet, year) for title, sheet in declared.sheets.items()}
    return declared.model_copy(update={"sheets": sheets})


def _sheet_in(sheet: SheetDeclared, year: int) -> SheetDeclared:
    sections = {name: _section_in(section, year) for name, section in sheet.sections.items()}
    return _changed(sheet, year).model_copy(update={"sections": sections})


def _section_in(section: SectionDeclared, year: int) -> SectionDeclared:
    fields = {name: _changed(field, year) for name, field in section.fields.items()}
    return _changed(section, year).model_copy(update={"fields": fields})


def _changed(item: _Changing, year: int) -> _Changing:
    begun = [change for first, change in sorted(item.changes.items()) if first <= year]
    update = {name: getattr(change, name) for change in begun for name in sorted(change.model_fields_set)}
    return item.model_copy(update=update)


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


@cache
def read_form(path: Path) -> FormDeclared:
    """Read and check a form file.

    Raises:
        FormError: it is wrong; the message names the place.
    """
    try:
        declared = FormDeclared.model_validate(read_yaml(path))
        for mistake in _dangling(declared):
            raise FormError(f"{path.name}, {mistake}")
        for year in sorted({year for _, year in _changes(declared)}):
            FormDeclared.model_validate(declared_in(declared, year).model_dump(exclude_unset=True))
    except ValidationError as error:
        raise FormError(f"{path.name}, {first_mistake(error)}") from error
    return declared


def _dangling(declared: FormDeclared) -> Iterator[str]:
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
    yield from _unlisted(declared)


def _unlisted(declared: FormDeclared) -> Iterator[str]:
    """Changes that begin with no version: a listed version would then ask other things in other years."""
    first_years = set(declared.versions.values())
    for place, year in (*_lifetimes(declared), *_changes(declared)):
        if year not in first_years and FIRST_YEAR < year <= LAST_YEAR:
            yield f"{place}: something changes in {year}, but `versions` lists none that begins then"


def _lifetimes(declared: FormDeclared) -> Iterator[tuple[str, int]]:
    """Place and year of everything that begins to be asked, or is asked no more."""
    items: list[tuple[str, FieldDeclared | EntryDeclared]] = [
        (f"lists.{name}: {entry.label}", entry) for name, entries in declared.lists.items() for entry in entries
    ]
    items += [(place, field) for place, field in _fields(declared)]
    for place, item in items:
        yield place, item.since
        if item.until is not None:
            yield place, item.until + 1


def _changes(declared: FormDeclared) -> Iterator[tuple[str, int]]:
    """Place and year of everything that is put otherwise from some year on."""
    items: list[tuple[str, FieldDeclared | SectionDeclared | SheetDeclared]] = [*_fields(declared)]
    for title, sheet in declared.sheets.items():
        items.append((f"sheets.{title}", sheet))
        items += [(f"sheets.{title}.sections.{name}", section) for name, section in sheet.sections.items()]
    return ((f"{place}.changes", year) for place, item in items for year in item.changes)


def _fields(declared: FormDeclared) -> Iterator[tuple[str, FieldDeclared]]:
    for title, sheet in declared.sheets.items():
        for name, section in sheet.sections.items():
            for field_name, field in section.fields.items():
                yield f"sheets.{title}.sections.{name}.fields.{field_name}", field


def _dangling_section(section: SectionDeclared, lists: Mapping[str, tuple[EntryDeclared, ...]]) -> Iterator[str]:
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


def _dangling_field(field: FieldDeclared, section: SectionDeclared) -> Iterator[str]:
    if field.at_most and field.at_most not in section.fields:
        yield f".at_most: there is no field {field.at_most!r}"
    for other in sorted({*section.key, field.at_most} & section.fields.keys()):
        if not _outlives(section.fields[other], field):
            yield f": it needs {other!r}, which is not asked in all of the same years"


def _outlives(item: FieldDeclared, other: FieldDeclared) -> bool:
    """Whether an item is in force in every year in which the other is."""
    return item.since <= other.since and (item.until is None or (other.until or LAST_YEAR) <= item.until)

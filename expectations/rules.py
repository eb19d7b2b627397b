"""The rules' catalogue: every code that a finding can bear, with severity, years and German texts.

One YAML file a group under `rules/`. A rule that compares two fields of a row says so there; one that compares
computed values has a SELECT of the same name under `sql/checks/`. Loading checks everything that can be wrong in it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from string import Formatter
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator
from pydantic import Field as Declared

from expectations.comparison import Compare
from expectations.declared import FormError, first_mistake, read_yaml
from expectations.finding import Finding, Severity
from expectations.form import Form, form_of
from expectations.german import Number, date_text, number_text, trimmed_number_text
from expectations.period import FIRST_YEAR, LAST_YEAR, ReportKind
from expectations.privacy import shielded

RULES_FOLDER = Path(__file__).with_name("rules")

ValueFormat = Literal["money", "integer", "number", "date", "text"]
Dataset = Literal["grants", "drawdowns", "targets", "history"]
"""Data that only the ministry's own installation holds; everything else a rule reads is packaged."""
Value = str | Number | date

_KINDS: Mapping[ReportKind, str] = {
    ReportKind.HALF_YEAR: "half_year",
    ReportKind.YEAR: "year",
    ReportKind.FINAL: "final",
}
_SIGNS: Mapping[str, str] = {"=": "", "<=": "≤ ", ">=": "≥ "}
_EPOCH = date(1970, 1, 1)
_ALWAYS_KNOWN = frozenset({"given", "expected", "difference", "label", "section", "row", "in_row"})
_LONGEST_QUOTE = 80


class RulesError(ValueError):
    """The catalogue is wrong; the message names the file and the rule and says what is expected there."""


class Rule(BaseModel):
    """One rule as declared.

    Attributes:
        trial: it reports, but cannot return a report.
        counts_from: the business day from which a trial rule decides like any other; None: until somebody says so.
        sheet, field: where its findings are put unless the check says otherwise.
        kinds: kinds of report that it judges.
        format: how `given` and `expected` are written.
        compare: how `given` must relate to `expected`; None for rules of the reader and of single fields.
        given, expected: two fields of the same row; empty where a check in `sql/checks/` yields the values.
        needs: data without which it is not run.
        says, advice: German sentences; `{given}`, `{expected}`, `{difference}` (between dates „14 Tage“), `{label}` of
            the field, that of its `{section}`, `{row}`, `{in_row}` (the row in brackets, nothing in a values section)
            and the check's further columns are filled in.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Declared(pattern=r"^R-[A-Z]{3}-[0-9]{2}$")
    severity: Severity
    trial: bool = False
    counts_from: date | None = None
    since: int = Declared(default=FIRST_YEAR, ge=FIRST_YEAR)
    until: int | None = None
    sheet: str = ""
    field: str = ""
    kinds: tuple[Literal["half_year", "year", "final"], ...] = ("half_year", "year", "final")
    format: ValueFormat = "text"
    compare: Compare | None = None
    given: str = ""
    expected: str = ""
    needs: tuple[Dataset, ...] = ()
    says: str = Declared(min_length=1)
    advice: str = Declared(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if bool(self.given) != bool(self.expected):
            raise ValueError("`given` and `expected` name two fields, or neither stands here")
        if self.given and self.compare is None:
            raise ValueError("two fields need `compare`")
        if self.given.partition(".")[0] != self.expected.partition(".")[0]:
            raise ValueError("`given` and `expected` must be fields of the same section")
        if self.compare and not (self.field and self.sheet):
            raise ValueError("a comparison needs `sheet` and `field`, the place of its findings")
        if self.until is not None and self.until < self.since:
            raise ValueError("`until` lies before `since`")
        if self.counts_from and not self.trial:
            raise ValueError("`counts_from` ends a trial; it needs `trial: true`")
        return self

    @field_validator("counts_from", mode="before")
    @classmethod
    def _a_day(cls, day: object) -> object:
        if day is not None and type(day) is not date:
            raise ValueError("must be a day such as 2027-07-01, without quotes")
        return day

    @property
    def group(self) -> str:
        """The rule's group, such as `FIN`."""
        return self.code[2:5]

    @property
    def is_of_reader(self) -> bool:
        """Whether the front door or the reader judges by it while a file is read."""
        return self.group in {"DAT", "TEC"}

    def judges(self, kind: ReportKind) -> bool:
        """Whether it judges reports of that kind."""
        return _KINDS[kind] in self.kinds


# --- loading ---------------------------------------------------------------------------------------------------------


@cache
def catalogue(folder: Path = RULES_FOLDER) -> Mapping[str, Rule]:
    """All rules of all years by code, in the order of their codes.

    Raises:
        RulesError: a file is wrong.
    """
    rules = [rule for path in sorted(folder.glob("*.yml")) for rule in _rules_in(path)]
    return {rule.code: rule for rule in sorted(rules, key=lambda rule: rule.code)}


def _rules_in(path: Path) -> Iterator[Rule]:
    try:
        declared = read_yaml(path)
    except FormError as error:
        raise RulesError(f"rules/{error}") from error
    if not isinstance(declared, dict):
        raise RulesError(f"rules/{path.name} must map codes to rules")
    for code, rule in declared.items():
        if not str(code).startswith(f"R-{path.stem.upper()}-"):
            raise RulesError(f"rules/{path.name}: {code} belongs into another file, one file a group")
        if not isinstance(rule, dict) or "code" in rule:
            raise RulesError(f"rules/{path.name}: {code} must map to the rule's settings")
        try:
            yield Rule.model_validate({"code": code, **rule})
        except ValidationError as error:
            raise RulesError(f"rules/{path.name}: {code}.{first_mistake(error)}") from error


def rule(code: str) -> Rule:
    """The rule of that code.

    Raises:
        RulesError: there is none.
    """
    try:
        return catalogue()[code]
    except KeyError:
        raise RulesError(f"there is no rule {code} under expectations/rules/") from None


def is_trial(rule: Rule, on: date) -> bool:
    """Whether a rule only reports on that business day; a trial ends by itself on the day from which it counts."""
    return rule.trial and (rule.counts_from is None or on < rule.counts_from)


def as_of(findings: Iterable[Finding], on: date) -> list[Finding]:
    """The findings with the trial of each as it is on that business day."""
    return [
        replace(one, trial=is_trial(catalogue()[one.code], on)) if one.trial else one  # only a trial can have ended
        for one in findings
    ]


@cache
def rules_for(year: int, folder: Path = RULES_FOLDER) -> tuple[Rule, ...]:
    """The rules of one reporting year, checked against that year's form.

    Raises:
        RulesError: a rule names a sheet or field that the form of that year does not have.
        FormError: the form file is wrong or has no version for that year.
    """
    form = form_of(year)
    in_force = [
        rule for rule in catalogue(folder).values() if rule.since <= year and (rule.until is None or year <= rule.until)
    ]
    for mistake in _dangling(in_force, form):
        raise RulesError(mistake)
    return tuple(in_force)


def _dangling(rules: list[Rule], form: Form) -> Iterator[str]:
    paths = {field.path for field in form.fields()}
    sheets = {sheet.title for sheet in form.sheets}
    for rule in rules:
        if rule.sheet and rule.sheet not in sheets:
            yield f"{rule.code}.sheet: the form of {form.year} has no sheet {rule.sheet!r}"
        for name, path in (("field", rule.field), ("given", rule.given), ("expected", rule.expected)):
            if path and path not in paths:
                yield f"{rule.code}.{name}: the form of {form.year} has no field {path!r}"


def rules_version(checks: Mapping[str, str], folder: Path = RULES_FOLDER) -> str:
    """SHA-256 of everything about the rules that decides a verdict: the catalogue without its texts, and the checks.

    Args:
        checks: the SQL texts under `sql/checks/` by code.
        folder: where the catalogue lies.
    """
    rules = catalogue(folder)
    settings = {code: rule.model_dump(mode="json", exclude={"says", "advice"}) for code, rule in rules.items()}
    canonical = json.dumps([settings, dict(sorted(checks.items()))], ensure_ascii=False, sort_keys=True)
    return sha256(canonical.encode()).hexdigest()


def rules_listing(year: int) -> list[dict[str, Any]]:
    """The rules of one year as `wir form --json` lists them."""
    shown = {"code", "severity", "trial", "counts_from", "sheet", "says", "advice", "since", "until"}
    return [rule.model_dump(mode="json", include=shown) for rule in rules_for(year)]


# --- findings --------------------------------------------------------------------------------------------------------


def finding(
    code: str,
    *,
    given: Value = "",
    expected: Value = "",
    sheet: str = "",
    cell: str = "",
    field: str = "",
    row_key: str = "",
    **facts: str,
) -> Finding:
    """A finding of that rule, with its German texts filled in; personal data that people typed are masked in them.

    Args:
        code: the rule's code.
        given: what stands there. Numbers and dates are written in the rule's format (in a date rule a number counts
            the days since 1970-01-01); texts are taken as they are.
        expected: what was expected, likewise.
        sheet: the sheet in the sender's file; the rule's own by default.
        cell: the cell there, where the finding concerns one.
        field: path of the field; the rule's own by default.
        row_key: the row within the section.
        facts: whatever else the rule's texts mention; they override what would be filled in by itself.

    Raises:
        RulesError: there is no such rule, or its texts mention a fact that is not given.
    """
    declared = rule(code)
    path = field or declared.field
    sheet, row_key = shielded(sheet), shielded(row_key)
    given_text, expected_text = shown(given, declared.format), shown(expected, declared.format)
    texts = {
        "label": label_of(path),
        "section": label_of(path.partition(".")[0]),
        "row": row_key,
        "in_row": _in_row(row_key),
        "difference": _difference(given, expected, declared.format),
        **{name: shielded(text) for name, text in facts.items()},
        "given": given_text,
        "expected": expected_text,
    }
    return Finding(
        code=code,
        severity=declared.severity,
        message=_filled(declared, declared.says, texts),
        advice=_filled(declared, declared.advice, texts),
        sheet=sheet or declared.sheet,
        cell=cell,
        field=path,
        row_key=row_key,
        given=given_text,
        expected=expected_text if isinstance(expected, str) else _SIGNS[declared.compare or "="] + expected_text,
        trial=declared.trial,
    )


def shown(value: Value, value_format: ValueFormat) -> str:
    """A value as a German message writes it; personal data are masked, long texts are cut to one short line."""
    if isinstance(value, str):
        line = " ".join(shielded(value).split())
        return line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1] + "…"
    if isinstance(value, date):
        return date_text(value)
    if value_format == "date":
        return date_text(_EPOCH + timedelta(days=int(value)))
    if value_format == "money":
        return number_text(value, 2)
    return number_text(value, 0) if value_format == "integer" else trimmed_number_text(value)


def placeholders(text: str) -> frozenset[str]:
    """The facts that a rule's text mentions."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def further_facts(rule: Rule) -> frozenset[str]:
    """The facts that a rule's texts mention beyond those that every finding knows."""
    return (placeholders(rule.says) | placeholders(rule.advice)) - _ALWAYS_KNOWN


def _filled(rule: Rule, text: str, facts: Mapping[str, str]) -> str:
    try:
        return text.format_map(facts)
    except KeyError as error:
        raise RulesError(f"{rule.code}: its text mentions {error}, which the finding does not give") from error


def _in_row(row_key: str) -> str:
    if not row_key:
        return ""
    return f" (Zeile {row_key})" if row_key.isdigit() else f" („{row_key}“)"


def _difference(given: Value, expected: Value, value_format: ValueFormat) -> str:
    if isinstance(given, date) and isinstance(expected, date):
        return _days(abs((given - expected).days))
    if isinstance(given, (str, date)) or isinstance(expected, (str, date)):
        return ""
    difference = abs(float(given) - float(expected))
    return _days(round(difference)) if value_format == "date" else shown(difference, value_format)


def _days(count: int) -> str:
    return "1 Tag" if count == 1 else f"{number_text(count, 0)} Tage"


def label_of(path: str) -> str:
    """The German label of a field or section, the newest year's; the path itself where no form has it."""
    return _labels().get(path, path)


@cache
def _labels() -> Mapping[str, str]:
    """Label by path of a field or name of a section over all years; the newest year's label wins."""
    labels: dict[str, str] = {}
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        for section in form_of(year).sections():
            labels |= {section.name: section.label, **{field.path: field.label for field in section.fields}}
    return labels

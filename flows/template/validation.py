"""What a cell takes: drop-downs, bounds and lengths with German messages and prompts.

Types and lists stop a wrong entry. Texts only warn, because people know better what they have to say. One custom
formula allows a number or „nicht erhoben“ where both are answers.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from openpyxl.worksheet.datavalidation import DataValidation

from expectations.form import Field, Section, takes_not_recorded
from expectations.german import trimmed_number_text
from expectations.layout import NOT_RECORDED, Place, column_letters
from expectations.markers import list_name
from expectations.wording import YEAR_UNIT, unit_text
from flows.template.page import Page
from flows.template.questionnaire import Questionnaire, answered_fields, answered_place, answered_rows, fitting_grants

_LONGEST_TITLE, _LONGEST_TEXT = 32, 255
_EARLIEST, _LATEST = "DATE(1990,1,1)", "DATE(2040,12,31)"
MAILBOX = "cover.contact_mailbox"
"""The one text field that holds an e-mail address; any other `@` is probably somebody's own address."""


@dataclass(frozen=True)
class _Check:
    """A validation without its texts: openpyxl's type and operator, formulas, and what an error says."""

    kind: Literal["list", "whole", "decimal", "date", "custom"]
    title: str
    says: str
    operator: Literal["between", "greaterThanOrEqual"] | None = None
    first: str | None = None
    second: str | None = None
    style: Literal["stop", "warning"] = "stop"


def add_validations(page: Page, q: Questionnaire, section: Section) -> None:
    """Validate every input cell of a section."""
    if answered_rows(q, section) == 0:
        return
    for field in answered_fields(q, section):
        place = answered_place(q, section, field)
        validation = _validation(q, section, field, _check(q, section, field, place))
        validation.add(cell_range(place))
        page.sheet.add_data_validation(validation)


def cell_range(place: Place) -> str:
    """A place as a range without its sheet: `C12:C19`."""
    if place.rows == 1:
        return place.first_cell
    return f"{place.first_cell}:{column_letters(place.column)}{place.row + place.rows - 1}"


def _validation(q: Questionnaire, section: Section, field: Field, check: _Check) -> DataValidation:
    validation = DataValidation(
        type=check.kind,
        operator=check.operator,
        formula1=check.first,
        formula2=check.second,
        allow_blank=True,
        showErrorMessage=True,
        showInputMessage=True,
        errorStyle=check.style,
    )
    validation.errorTitle = _cut(check.title, _LONGEST_TITLE)
    validation.error = _cut(check.says, _LONGEST_TEXT)
    validation.promptTitle = _cut(field.label, _LONGEST_TITLE)
    validation.prompt = _cut(_prompt(q, section, field), _LONGEST_TEXT)
    return validation


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _prompt(q: Questionnaire, section: Section, field: Field) -> str:
    hint = f"Zahl oder „{NOT_RECORDED}“." if takes_not_recorded(section, field) else ""
    parts = (field.help, unit_text(section, field, q.period).replace("\n", ", "), hint)
    return "\n".join(part for part in parts if part)


def _check(q: Questionnaire, section: Section, field: Field, place: Place) -> _Check:
    if field.choices == "grants" and not q.prefill.grants:
        return _text_check(field, place)
    if field.choices:
        return _list_check(q, section, field)
    if field.is_number:
        return _number_check(section, field, place)
    return _date_check() if field.type == "date" else _text_check(field, place)


def _list_check(q: Questionnaire, section: Section, field: Field) -> _Check:
    says = "Bitte wählen Sie einen Eintrag aus der Liste. Sie öffnen sie mit Alt + Pfeil nach unten."
    return _Check("list", "Nicht in der Liste", says, first=drop_down(q, section, field))


def drop_down(q: Questionnaire, section: Section, field: Field) -> str:
    """The defined name of a field's drop-down."""
    narrowed = field.choices == "grants" and fitting_grants(q, section) != q.prefill.grant_numbers
    return list_name(field.choices, section.name if narrowed else "")


def _date_check() -> _Check:
    says = "Bitte geben Sie ein Datum als TT.MM.JJJJ ein, zum Beispiel 31.12.2026."
    return _Check("date", "Kein Datum", says, operator="between", first=_EARLIEST, second=_LATEST)


def _text_check(field: Field, place: Place) -> _Check:
    cell = place.first_cell
    if field.path == MAILBOX:
        formula = f'AND(LEN({cell})<={field.max_length},ISNUMBER(FIND("@",{cell})))'
        says = "Bitte geben Sie die Adresse eines gemeinsamen Postfachs an, keine persönliche Adresse."
        return _Check("custom", "Postfach?", says, first=formula, style="warning")
    formula = f'AND(LEN({cell})<={field.max_length},ISERROR(FIND("@",{cell})))'
    says = (
        f"Bitte höchstens {field.max_length} Zeichen, und keine personenbezogenen Angaben wie Namen, "
        "E-Mail-Adressen oder Telefonnummern."
    )
    return _Check("custom", "Bitte prüfen", says, first=formula, style="warning")


def _number_check(section: Section, field: Field, place: Place) -> _Check:
    title, says = _number_title(field), _number_says(section, field)
    if takes_not_recorded(section, field):
        cell = place.first_cell
        formula = f'IF(ISNUMBER({cell}),AND({_bounds(field, cell)}),TRIM({cell})="{NOT_RECORDED}")'
        return _Check("custom", title, says, first=formula)
    kind: Literal["decimal", "whole"] = "decimal" if field.decimals else "whole"
    if field.maximum is None:
        return _Check(kind, title, says, operator="greaterThanOrEqual", first=_plain(field.minimum or Decimal(0)))
    bounds = _plain(field.minimum or Decimal(0)), _plain(field.maximum)
    return _Check(kind, title, says, operator="between", first=bounds[0], second=bounds[1])


def _bounds(field: Field, cell: str) -> str:
    """Conditions on a number; amounts may be rounded to their decimals, a fraction of a person may not be entered."""
    conditions = [f"ROUND({cell},{field.decimals})={cell}"]
    if field.minimum is not None:
        conditions.append(f"{cell}>={_plain(field.minimum)}")
    if field.maximum is not None:
        conditions.append(f"{cell}<={_plain(field.maximum)}")
    return ",".join(conditions)


def _plain(bound: Decimal) -> str:
    return f"{bound.normalize():f}"


def _number_title(field: Field) -> str:
    if field.unit == YEAR_UNIT:
        return "Kein Jahr"
    return "Keine ganze Zahl" if field.decimals == 0 else "Keine passende Zahl"


def _number_says(section: Section, field: Field) -> str:
    kind = "eine ganze Zahl" if field.decimals == 0 else f"eine Zahl mit höchstens {field.decimals} Nachkommastellen"
    if field.decimals == 1:
        kind = "eine Zahl mit höchstens einer Nachkommastelle"
    low, high = field.minimum, field.maximum
    span = f" ab {_german(low, field)}" if low is not None and high is None else ""
    if low is not None and high is not None:
        span = f" von {_german(low, field)} bis {_german(high, field)}"
    answer = f"Bitte geben Sie {kind}{span} ein"
    if takes_not_recorded(section, field):
        return f"{answer}, oder „{NOT_RECORDED}“, wenn Sie diese Zahl nicht erfassen."
    return f"{answer}."


def _german(bound: Decimal, field: Field) -> str:
    return _plain(bound) if field.unit == YEAR_UNIT else trimmed_number_text(bound)

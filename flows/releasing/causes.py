"""Why a figure differs, in German: for the data team with bodies and submissions, for the public without."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from expectations.german import date_text

Cause = Mapping[str, Any]
"""A row of `sql/changes/causes.sql`."""

CAUSES_DE: Mapping[str, str] = {
    "first_report": "Bericht kam hinzu",
    "resubmission": "neue Einreichung",
    "acceptance": "nachträglich angenommen",
    "recheck": "erneute Prüfung",
    "voiding": "Bericht aufgehoben",
    "erasure": "Bericht gelöscht",
    "duty": "Berichtspflicht geändert",
    "recognition": "Anerkennung durch das Ministerium",
    "review": "Bearbeitung im Ministerium",
    "reference": "Stammdaten geändert",
    "definition": "Definition geändert",
    "disclosure": "Geheimhaltung",
    "computation": "Berechnung geändert",
    "new_period": "Zeitraum kam hinzu",
}
"""Codes of causes, which stay, in the order in which they are told."""
_ORDER = {code: place for place, code in enumerate(CAUSES_DE)}
_REGISTERS_DE = {
    "intake.obligations": "Berichtspflichten",
    "intake.recognitions": "Anerkennungen",
    "intake.steps": "Bearbeitung",
    "reference.drawdowns": "Auszahlungen",
    "reference.grants": "Bescheidregister",
    "reference.holidays": "Feiertage",
    "reference.municipalities": "Verzeichnis der Kommunen",
    "reference.parameters": "Parameter",
    "reference.population": "Einwohnerzahlen",
    "reference.targets": "Zielvereinbarungen",
}


def in_order(codes: Iterable[str]) -> list[str]:
    """Codes of causes once each, in the order in which they are told."""
    return sorted(set(codes), key=lambda code: _ORDER[code])


def cause_de(cause: Cause, names: Mapping[str, str]) -> str:
    """A cause as the data team reads it, with the body, the submissions and the row.

    Args:
        cause: the row.
        names: AGS → name of the body.
    """
    ags = cause["ags"]
    whose = f"{names.get(ags, ags)} ({ags}): " if ags else ""
    return f"{whose}{CAUSES_DE[cause['cause']]}{_by_which(cause)}"


def _by_which(cause: Cause) -> str:
    if cause["register"]:
        place = f", {_register_de(cause['register'])}, Zeile „{cause['row_key']}“"
        return f"{place} ({cause['detail']})" if cause["detail"] else place
    if cause["submission_before"] is None and cause["submission_after"] is None:
        return f" ({cause['detail']})" if cause["detail"] else ""
    return _submissions_de(cause)


def _submissions_de(cause: Cause) -> str:
    """The submissions before and after, each with the day on which it came."""
    before = _submission_de(cause["submission_before"], cause["received_before"])
    after = _submission_de(cause["submission_after"], cause["received_after"])
    if before == after or not before:
        detail = f"; anders: {cause['detail']}" if cause["detail"] else ""
        return f", {after}{detail}"
    return f", {after} statt {before}" if after else f", bisher {before}"


def _submission_de(submission_id: int | None, received_on: date | None) -> str:
    if submission_id is None:
        return ""
    return f"Einreichung {submission_id}" + (f" vom {date_text(received_on)}" if received_on else "")


def public_cause_de(causes: Sequence[Cause], *, of_one_body: bool) -> str:
    """Why a published figure was corrected, as one sentence without submissions, rows and names.

    A total says how many bodies it was: whose figures they are stands in the bodies' own lines, as far as those are
    public.

    Args:
        causes: all causes of the figure.
        of_one_body: whether the figure is a body's own.
    """
    told = []
    for code in in_order(cause["cause"] for cause in causes):
        mine = [cause for cause in causes if cause["cause"] == code]
        told.append(CAUSES_DE[code] + (_when_de(mine) if of_one_body else _how_many_de(mine)) + _what_de(mine))
    sentence = "; ".join(told)
    return sentence[:1].upper() + sentence[1:]


def _how_many_de(causes: Sequence[Cause]) -> str:
    bodies = {cause["ags"] for cause in causes if cause["ags"]}
    return f" ({len(bodies)} Kommune{'n' if len(bodies) > 1 else ''})" if bodies else ""


def _when_de(causes: Sequence[Cause]) -> str:
    days = sorted({cause["received_after"] for cause in causes if cause["received_after"] is not None})
    return f" vom {date_text(days[-1])}" if days else ""


def _what_de(causes: Sequence[Cause]) -> str:
    """Which data sets or parts of a definition, without their rows."""
    registers = {_register_de(cause["register"]) for cause in causes if cause["register"]}
    details = {cause["detail"] for cause in causes if not cause["register"] and cause["detail"]}
    said = ", ".join(sorted(registers | details))
    return f": {said}" if said else ""


def _register_de(register: str) -> str:
    return _REGISTERS_DE.get(register, register)

"""What goes wrong with reports on their way: in what was typed, and with the file itself.

Each takes a right report (or its bytes) and spoils it the way municipalities do. They are plain functions at the top of
the module, so that another process can be told which one to use.
"""

import io
from decimal import Decimal
from hashlib import sha256

from expectations.german import date_text, number_text
from flows.demo.money import OTHER_SOURCES
from flows.demo.register import COORDINATION, MATERIAL
from flows.demo.work import Cell, Report, Row, day, money

UNSPENT_EUR = Decimal("1840.00")
"""What was drawn and neither used nor paid back, where the story wants it."""


def _with_row(report: Report, section: str, index: int, **cells: Cell) -> Report:
    rows = [row | cells if position == index else row for position, row in enumerate(report[section])]
    return report | {section: rows}


def _changed(report: Report, section: str, **cells: Cell) -> Report:
    """With other cells in a section's first row."""
    return _with_row(report, section, 0, **cells)


def _finance(report: Report, cost_type: str) -> tuple[int, Row]:
    return next((index, row) for index, row in enumerate(report["finances"]) if row["cost_type"] == cost_type)


def _number(cell: Cell) -> int:
    if not isinstance(cell, int):
        raise TypeError(f"{cell!r} is no count")
    return cell


def _explained(report: Report, code: str, text: str) -> Report:
    return report | {"explanations": [{"finding_code": code, "cell": "", "explanation": text}]}


# --- sums that do not match ------------------------------------------------------------------------------------------


def quarters_do_not_add_up(report: Report) -> Report:
    """The second quarter was counted with the first one in it."""
    first, second = (_number(row["enquiries"]) for row in report["quarters"][:2])
    return _with_row(report, "quarters", 1, enquiries=first + second)


def sources_do_not_add_up(report: Report) -> Report:
    """Two digits of the expenditure changed places."""
    index, row = _finance(report, COORDINATION)
    return _with_row(report, "finances", index, expenditure_eur=money(row["expenditure_eur"]) + 1_350)


def more_than_granted(report: Report) -> Report:
    """The whole cost of a post was charged to the Land."""
    post = report["posts"][0]
    extra_eur = money(post["staff_cost_eur"]) - money(post["state_funds_eur"])
    index, row = _finance(report, COORDINATION)
    spoiled = _changed(report, "posts", state_funds_eur=post["staff_cost_eur"])
    return _with_row(
        spoiled,
        "finances",
        index,
        state_funds_eur=money(row["state_funds_eur"]) + extra_eur,
        expenditure_eur=money(row["expenditure_eur"]) + extra_eur,
    )


def overwritten_grant(report: Report) -> Report:
    """The protection was taken off and the granted amount „corrected“."""
    index, _ = _finance(report, MATERIAL)
    return _with_row(report, "finances", index, granted_eur=Decimal("20000.00"))


def more_women_than_people(report: Report) -> Report:
    """Women and total stand in each other's column."""
    index, row = next((n, row) for n, row in enumerate(report["labour_market_measures"]) if "participants_total" in row)
    swapped = {"participants_women": row["participants_total"], "participants_total": row["participants_women"]}
    return _with_row(report, "labour_market_measures", index, **swapped)


def less_than_half_year(report: Report) -> Report:
    """Only the second half was reported, though figures are cumulative since 1 January."""
    rows = [row | {"meetings": _number(row["meetings"]) // 4} for row in report["meetings"]]
    return report | {"meetings": rows}


# --- answers that are none, or that look different -------------------------------------------------------------------


def numbers_as_text(report: Report) -> Report:
    """Amounts and days were pasted as text, some with a trailing non-breaking space."""
    return report | {"drawdowns": [row | _as_typed(row) for row in report["drawdowns"]]}


def _as_typed(row: Row) -> Row:
    paid_on, amount_eur = day(row["drawn_on"]), money(row["amount_eur"])
    return {"drawn_on": date_text(paid_on), "amount_eur": f"{number_text(amount_eur, 2)}\u00a0"}


def not_recorded_in_other_words(report: Report) -> Report:
    """„k. A.“ and its kin instead of „nicht erhoben“."""
    spoiled = _changed(report, "counselling", consultations_with_interpreting="k. A.", discrimination_referred="n. v.")
    return _with_row(spoiled, "partners", 4, partners="o.A.")


def lone_dash(report: Report) -> Report:
    """A dash where a number belongs: nothing, or not recorded?"""
    return _with_row(report, "partners", 4, partners="–")


def left_open(report: Report) -> Report:
    """Some numbers were forgotten."""
    spoiled = _changed(report, "counselling", consultations=None, consultations_with_interpreting=None)
    return _with_row(spoiled, "topics", 10, enquiries=None)


def not_confirmed(report: Report) -> Report:
    """The books are not closed yet, so nobody confirms that everything is complete."""
    return _changed(report, "cover", confirmed_complete="Nein")


# --- what has to be explained ----------------------------------------------------------------------------------------


def meeting_without_people(report: Report) -> Report:
    """Somebody forgot the participants of the steering group."""
    return _changed(report, "meetings", meetings=2, participants=0)


def topics_not_kept(report: Report) -> Report:
    """Topics were only noted from April on."""
    rows = [row | {"enquiries": _number(row["enquiries"]) // 2} for row in report["topics"]]
    return report | {"topics": rows}


def topics_not_kept_explained(report: Report) -> Report:
    """The same, with a word on it."""
    text = "Die Themen der Anfragen werden erst seit April erfasst. Ab dem nächsten Bericht liegen sie vollständig vor."
    return _explained(topics_not_kept(report), "R-ANL-02", text)


def unspent(report: Report) -> Report:
    """Drawn money was neither used nor paid back."""
    index, row = _finance(report, MATERIAL)
    return _with_row(
        report,
        "finances",
        index,
        state_funds_eur=money(row["state_funds_eur"]) - UNSPENT_EUR,
        expenditure_eur=money(row["expenditure_eur"]) - UNSPENT_EUR,
    )


def unspent_explained(report: Report) -> Report:
    """The same, with a word on it."""
    text = "Eine bestellte Veranstaltungstechnik wurde erst im Januar geliefert. Die Rückzahlung ist veranlasst."
    return _explained(unspent(report), "R-FIN-17", text)


def other_state_funds(report: Report) -> Report:
    """A part of the own funds came from another programme of the Land."""
    index, row = _finance(report, COORDINATION)
    other_eur = (money(row["own_funds_eur"]) / 4).quantize(Decimal(1))
    cells = {OTHER_SOURCES[0]: other_eur, "own_funds_eur": money(row["own_funds_eur"]) - other_eur}
    return _with_row(report, "finances", index, **cells)


def telephone_number(report: Report) -> Report:
    """A remark holds a telephone number (one that is reserved for films)."""
    return _changed(report, "posts", remark="Rückfragen bitte an 069 90009-123")


# --- the file itself -------------------------------------------------------------------------------------------------


def cut_off(workbook: bytes) -> bytes:
    """The transfer broke off."""
    return workbook[: len(workbook) * 3 // 5]


def web_page(workbook: bytes) -> bytes:
    """Instead of the file, a portal's log-in page was saved under its name."""
    return (
        '<!DOCTYPE html>\n<html lang="de"><head><meta charset="utf-8"><title>Anmeldung</title></head>'
        "<body><h1>Ihre Sitzung ist abgelaufen</h1><p>Bitte melden Sie sich erneut an.</p>"
        f"<p>Vorgang {sha256(workbook).hexdigest()[:12]}</p></body></html>\n"
    ).encode()


def other_workbook(_workbook: bytes) -> bytes:
    """A workbook that has nothing to do with the form."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    if sheet is not None:
        sheet.title = "Raumplan"
        for row in (("Raum", "Plätze"), ("Sitzungssaal", 40), ("Besprechung 2", 12)):
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()

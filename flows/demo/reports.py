"""One body's right report of one period: every value agrees with every other and with the registers."""

from collections.abc import Iterable
from datetime import date, timedelta

from expectations.form import Form, Section, form_of, is_asked
from expectations.layout import NOT_RECORDED
from expectations.period import Period, ReportKind
from flows.demo import centre, money, volunteers
from flows.demo.work import HALVES, Report, Row, Work

_ROLES = (
    "Leitung WIR-Vielfaltszentrum",
    "Fachdienstleitung Integration",
    "Leitung Büro für Vielfalt und Teilhabe",
    "Fachbereichsleitung Soziales",
)
_SELDOM_RECORDED: tuple[tuple[str, str, str], ...] = (
    ("counselling", "", "consultations_with_interpreting"),
    ("counselling", "", "discrimination_referred"),
    ("meetings", "Sonstige", "participants"),
    ("partners", "Sonstige", "partners"),
    ("institutions_reached", "Sonstige", "institutions"),
    ("interpreters", "", "active_women"),
)
"""Section, printed key of the row, field: what some bodies do not record."""
_SHARE_NOT_RECORDED = 0.12


def right_report(work: Work, period: Period, prepared_on: date) -> Report:
    """Everything the form asks of a body in a period.

    Args:
        work: the body's year.
        period: a half-year or year of that year.
        prepared_on: the day on which the report is finished.

    Returns:
        Sections that apply to the body, with the fields that this kind of report asks for.
    """
    halves = HALVES if period.kind is ReportKind.YEAR else HALVES[:1]
    report = {
        "cover": _cover(work, prepared_on),
        "posts": money.posts(work, period.closing_day),
        "drawdowns": money.drawdowns(work, period.closing_day),
        "repayments": money.repayments(work, period.closing_day),
        "meetings": centre.meetings(work, halves),
        "partners": centre.partners(work, halves),
        "labour_market_measures": centre.labour_market_measures(work, halves),
        "enquiries": centre.enquiries(work, halves),
        "quarters": centre.quarters(work, halves),
        "topics": centre.topics(work, halves),
        "counselling": centre.counselling(work, halves),
        "guides": volunteers.guides(work, halves),
        "languages": volunteers.languages(work, halves),
        "assignments": volunteers.assignments(work, halves),
        "interpreter_training": volunteers.interpreter_training(work, period.closing_day),
    }
    if period.kind is ReportKind.YEAR:
        report |= _yearly(work, prepared_on)
    return _not_recorded(work, _asked(report, work, form_of(period.year), period.kind))


def _yearly(work: Work, prepared_on: date) -> Report:
    return {
        "proof": _proof(work, prepared_on),
        "finances": money.finances(work),
        "strategy": centre.strategy(work),
        "opening_measures": centre.opening_measures(work),
        "institutions_reached": centre.institutions_reached(work),
        "guide_training": volunteers.guide_training(work),
        "interpreters": volunteers.interpreters(work),
        "forwarded_funds": money.forwarded_funds(work),
        "targets": centre.targets(work),
    }


def _cover(work: Work, prepared_on: date) -> list[Row]:
    confirmed = ("confirmed_complete", "confirmed_necessary_and_economical", "confirmed_no_personal_data")
    return [
        {
            "prepared_on": prepared_on,
            "signatory_role": work.draw("role").choice(_ROLES),
            "contact_mailbox": work.body.mailbox,
            **dict.fromkeys(confirmed, "Ja"),
        }
    ]


def _proof(work: Work, prepared_on: date) -> list[Row]:
    draw = work.draw("proof")
    sent_on = prepared_on - timedelta(days=draw.randint(0, 6))
    certified = draw.choice(("Ja", "nicht verlangt", "nicht verlangt"))
    return [
        {
            "narrative_sent_on": sent_on,
            "signed_proof_sent_on": sent_on,
            "auditor_certified": certified,
            "auditor_certified_on": sent_on if certified == "Ja" else None,
            "annual_talk_on": date(work.year, draw.randint(9, 12), draw.randint(2, 20)),
        }
    ]


# --- what is asked, and what is not recorded -------------------------------------------------------------------------


def _asked(report: Report, work: Work, form: Form, kind: ReportKind) -> Report:
    return {
        section.name: [_asked_of_row(section, row, kind) for row in report[section.name]]
        for section in _asked_sections(form, kind, {grant.cost_type for grant in work.grants})
        if section.name in report
    }


def _asked_sections(form: Form, kind: ReportKind, held: set[str]) -> Iterable[Section]:
    for section in form.sections():
        if is_asked(section, kind) and (not section.applies_with or held.intersection(section.applies_with)):
            yield section


def _asked_of_row(section: Section, row: Row, kind: ReportKind) -> Row:
    return {field.name: row[field.name] for field in section.fields if field.name in row and is_asked(field, kind)}


def _not_recorded(work: Work, report: Report) -> Report:
    for section, key, field in _SELDOM_RECORDED:
        for row in report.get(section, []):
            is_row = not key or key in row.values()
            if is_row and field in row and work.draw("records", section, field).random() < _SHARE_NOT_RECORDED:
                row[field] = NOT_RECORDED
    return report

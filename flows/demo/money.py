"""Sheets 02, 03 and 09: posts, spending, payments, and what was passed on; and the register of payments.

Everything is derived from what was spent, so that sheets agree with each other and with the register.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from flows.demo import volunteers
from flows.demo.chance import cents
from flows.demo.register import (
    ASSISTANCE,
    ASSISTANT_EUR,
    COORDINATION,
    GUIDE_TRAINING,
    GUIDE_WORK,
    INTERPRETER_TRAINING,
    INTERPRETER_WORK,
    MATERIAL,
    POST_EUR,
)
from flows.demo.work import HALVES, Row, Work, day, money, total

COORDINATOR, ASSISTANT = "WIR-Koordinationskraft", "WIR-Mitarbeitsstelle"
_FUNCTION = {COORDINATION: COORDINATOR, ASSISTANCE: ASSISTANT}
OTHER_SOURCES = ("other_state_funds_eur", "federal_eu_funds_eur", "other_municipal_funds_eur", "private_funds_eur")


@dataclass(frozen=True)
class Payment:
    """One row of the register of payments."""

    drawdown_number: str
    grant_number: str
    ags: str
    budget_year: int
    paid_on: date
    amount_eur: Decimal


# --- 02 Personal -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Post:
    number: str
    cost_type: str
    fte_granted: Decimal
    cost_eur: float
    """Usual yearly cost of a full-time post."""
    funds_eur: Decimal
    """What the Land pays at most for this post as granted, in a full year."""


def posts(work: Work, closing_day: date) -> list[Row]:
    """A row an occupancy, as far as it has begun by the closing day."""
    rows = [row for post in _posts(work) for row in _occupancies(work, post)]
    return [row if _ended(row, closing_day) else row | {"filled_to": None} for row in _begun(rows, closing_day)]


def _posts(work: Work) -> list[_Post]:
    fte = work.granted(COORDINATION) / POST_EUR
    parts = [Decimal(1)] * int(fte) + ([fte % 1] if fte % 1 else [])
    granted = [_Post(f"K{n}", COORDINATION, part, 72_000, POST_EUR * part) for n, part in enumerate(parts, start=1)]
    if work.granted(ASSISTANCE):
        granted.append(_Post("M1", ASSISTANCE, Decimal("0.50"), 50_000, ASSISTANT_EUR))
    return granted


def _occupancies(work: Work, post: _Post) -> list[Row]:
    draw = work.draw("post", post.number)
    is_second = post.number == "K2"
    carrier = "Träger" if is_second and draw.random() < 0.35 else "Kommune"
    changes = is_second and draw.random() < 0.25
    left_after = draw.randint(2, 4)
    began_on = date(work.year - draw.randint(1, 6), draw.randint(1, 12), 1)
    if changes:
        spans: list[tuple[date, date | None]] = [
            (began_on, _last_day(work.year, left_after)),
            (date(work.year, left_after + draw.randint(2, 3), 1), None),
        ]
    else:
        spans = [(began_on if draw.random() < 0.8 else date(work.year, 1, 1), None)]
    return [_occupancy(work, post, draw, span) | {"employer": carrier} for span in spans]


def _occupancy(work: Work, post: _Post, draw: Random, span: tuple[date, date | None]) -> Row:
    filled_from, filled_to = span
    first = 1 if filled_from.year < work.year else filled_from.month
    months = (filled_to.month if filled_to else 12) - first + 1
    part = draw.choice((Decimal(1), Decimal(1), Decimal(1), Decimal("0.9"), Decimal("0.8")))
    fte = (post.fte_granted * part).quantize(Decimal("0.01"))
    cost_eur = cents(float(fte) * post.cost_eur * draw.uniform(0.94, 1.06) * months / 12)
    use = Decimal(draw.choice((1, 1, draw.uniform(0.96, 0.99)))) if months == 12 else Decimal("0.97")
    return {
        "post_number": post.number,
        "grant": work.grant_number(post.cost_type),
        "function": _FUNCTION[post.cost_type],
        "fte_granted": post.fte_granted,
        "fte_filled": fte,
        "filled_from": filled_from,
        "filled_to": filled_to,
        "in_one_unit": draw.choice(("Ja", "Ja", "Ja", "Nein")),
        "staff_cost_eur": cost_eur,
        "state_funds_eur": min(cost_eur, cents(post.funds_eur * part * months / 12 * use)),
    }


def _begun(rows: Sequence[Row], closing_day: date) -> list[Row]:
    return [row for row in rows if day(row["filled_from"]) <= closing_day]


def _ended(row: Row, closing_day: date) -> bool:
    return row["filled_to"] is not None and day(row["filled_to"]) <= closing_day


def _last_day(year: int, month: int) -> date:
    return date(year, month + 1, 1) - timedelta(days=1)


# --- 03 Finanzen -----------------------------------------------------------------------------------------------------


def finances(work: Work) -> list[Row]:
    """A row a granted cost type; expenditure is always the sum of its sources."""
    return [_financed(work, grant.cost_type) | {"grant": grant.grant_number} for grant in work.grants]


def _financed(work: Work, cost_type: str) -> Row:
    state_eur, spent_eur = spending(work)[cost_type]
    own_eur = spent_eur - state_eur
    others = dict.fromkeys(OTHER_SOURCES, Decimal(0))
    draw = work.draw("sources", cost_type)
    if own_eur > 1_000 and draw.random() < 0.5:
        source = draw.choice(OTHER_SOURCES[1:])
        others[source] = cents(float(own_eur) * draw.uniform(0.1, 0.4))
    return {
        "cost_type": cost_type,
        "expenditure_eur": spent_eur,
        "state_funds_eur": state_eur,
        "own_funds_eur": own_eur - sum(others.values()),
        **others,
    }


def spending(work: Work) -> dict[str, tuple[Decimal, Decimal]]:
    """By cost type: what was used of the Land's money this year, and what was spent altogether."""
    held = {grant.cost_type for grant in work.grants}
    occupied = posts(work, date(work.year, 12, 31))
    spent = {
        cost_type: (total(rows, "state_funds_eur"), total(rows, "staff_cost_eur"))
        for cost_type, function in _FUNCTION.items()
        if (rows := [row for row in occupied if row["function"] == function])
    }
    spent[MATERIAL] = _with_own_funds(
        work, MATERIAL, cents(float(work.granted(MATERIAL)) * work.draw(MATERIAL).uniform(0.86, 1))
    )
    if GUIDE_WORK in held:
        integration = volunteers.guides(work, HALVES)[0]
        spent[GUIDE_WORK] = money(integration["state_funds_eur"]), money(integration["allowance_eur"])
        spent[GUIDE_TRAINING] = _training(work, GUIDE_TRAINING, volunteers.guide_training(work))
    if INTERPRETER_WORK in held:
        paid_eur = total(volunteers.interpreters(work), "state_funds_eur")
        spent[INTERPRETER_WORK] = _with_own_funds(work, INTERPRETER_WORK, paid_eur)
        courses = volunteers.interpreter_training(work, date(work.year, 12, 31))
        spent[INTERPRETER_TRAINING] = _training(work, INTERPRETER_TRAINING, courses)
    return spent


def _training(work: Work, cost_type: str, courses: list[Row]) -> tuple[Decimal, Decimal]:
    return _with_own_funds(work, cost_type, total(courses, "state_funds_eur"))


def _with_own_funds(work: Work, cost_type: str, state_eur: Decimal) -> tuple[Decimal, Decimal]:
    draw = work.draw("own funds", cost_type)
    return state_eur, cents(float(state_eur) * draw.choice((1, 1, draw.uniform(1.05, 1.3))))


# --- payments --------------------------------------------------------------------------------------------------------


def payments(work: Work) -> list[Payment]:
    """What the Land paid this year, in instalments, as the register of payments has it."""
    return [payment for number in _notices(work) for payment in _payments(work, number)]


def drawdowns(work: Work, closing_day: date) -> list[Row]:
    """The same payments as the body reports them, in the order of the days."""
    rows: list[Row] = [
        {
            "drawn_on": payment.paid_on,
            "grant": payment.grant_number,
            "budget_year": payment.budget_year,
            "amount_eur": payment.amount_eur,
        }
        for payment in sorted(payments(work), key=lambda payment: (payment.paid_on, payment.grant_number))
    ]
    return [row for row in rows if day(row["drawn_on"]) <= closing_day]


def repayments(work: Work, closing_day: date) -> list[Row]:
    """What was drawn and not used goes back in December."""
    rows: list[Row] = []
    for number in _notices(work):
        left_eur = sum((payment.amount_eur for payment in _payments(work, number)), Decimal(0)) - _used(work, number)
        repaid_on = date(work.year, 12, work.draw("repaid", number).randint(14, 18))
        if left_eur > 0 and repaid_on <= closing_day:
            rows.append({"repaid_on": repaid_on, "grant": number, "budget_year": work.year, "amount_eur": left_eur})
    return rows


def _notices(work: Work) -> list[str]:
    return sorted({grant.grant_number for grant in work.grants})


def _used(work: Work, number: str) -> Decimal:
    spent = spending(work)
    return sum((spent[grant.cost_type][0] for grant in work.grants if grant.grant_number == number), Decimal(0))


def _payments(work: Work, number: str) -> list[Payment]:
    """Round instalments; the last one pays what is still missing, or, at every fifth notice, the whole rest."""
    draw = work.draw("payments", number)
    granted_eur = sum((grant.granted_eur for grant in work.grants if grant.grant_number == number), Decimal(0))
    months = (3, 6, 9, 11) if granted_eur > 40_000 else (4, 10)
    days = [date(work.year, month, draw.randint(8, 24)) for month in months]
    instalment_eur = Decimal(round(float(granted_eur) / len(days) * 0.95 / 100) * 100)
    before_eur = instalment_eur * (len(days) - 1)
    last_eur = granted_eur - before_eur if draw.random() < 0.2 else max(Decimal(0), _used(work, number) - before_eur)
    amounts = [*[instalment_eur] * (len(days) - 1), last_eur]
    return [
        Payment(f"{number}-{work.year}-{n}", number, work.body.ags, work.year, paid_on, amount_eur)
        for n, (paid_on, amount_eur) in enumerate(zip(days, amounts, strict=True), start=1)
        if amount_eur
    ]


# --- 09 Weiterleitung ------------------------------------------------------------------------------------------------

_PURPOSES = {
    COORDINATION: ("Personalstelle", "Koordination"),
    GUIDE_WORK: ("Lotsen", "Begleitung im Alltag"),
    INTERPRETER_WORK: ("Laiendolmetschen", "Sprachmittlung"),
}


def forwarded_funds(work: Work) -> list[Row]:
    """Posts at a carrier are paid by passing funds on; some bodies also pass on guides' allowances."""
    draw = work.draw("forwarded")
    rows: list[Row] = []
    carried = [row for row in posts(work, date(work.year, 12, 31)) if row["employer"] == "Träger"]
    if carried:
        amount_eur = total(carried, "state_funds_eur")
        rows.append(_forwarded(work, COORDINATION, amount_eur) | {"carrier_type": "Wohlfahrtsverband"})
    for cost_type in (GUIDE_WORK, INTERPRETER_WORK):
        if work.granted(cost_type) and draw.random() < 0.4:
            amount_eur = cents(float(spending(work)[cost_type][0]) * draw.uniform(0.3, 0.7))
            rows.append(_forwarded(work, cost_type, amount_eur))
    return [{"project_number": f"{work.year}-{n:02d}", **row} for n, row in enumerate(rows, start=1)]


def _forwarded(work: Work, cost_type: str, amount_eur: Decimal) -> Row:
    draw = work.draw("forwarded", cost_type)
    purpose, topic = _PURPOSES[cost_type]
    row: Row = {
        "grant": work.grant_number(cost_type),
        "purpose": purpose,
        "carrier_type": draw.choice(("Migrantenorganisation", "Verein")),
        "target_group": draw.choice(("alle", "alle", "Frauen", "Geflüchtete")),
        "topic": topic,
        "forwarded_on": date(work.year, draw.randint(2, 5), draw.randint(3, 26)),
        "amount_eur": amount_eur,
    }
    if draw.random() < 0.4:
        received_on = date(work.year, 12, draw.randint(1, 9))
        checked_on = received_on + timedelta(days=draw.randint(3, 12))
        row |= {"proof_received_on": received_on, "proof_checked_on": checked_on, "checked_eur": amount_eur}
    return row

"""The ministry's register of notices that claim money, as the demo invents it: one repayment, one for late use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flows.demo.mishaps import UNSPENT_EUR
from flows.demo.money import payments
from flows.demo.register import COORDINATION
from flows.demo.work import Work

REPAYING, LATE = "06415", "06414"
"""Who did not use what was paid, and said so in its report; and who used an instalment late."""


@dataclass(frozen=True)
class Claim:
    """One row of the register of claims."""

    notice_number: str
    ags: str
    grant_number: str
    budget_year: int
    notice_on: date
    kind: str
    amount_eur: Decimal
    interest_from: date
    interest_to: date | None
    paid_on: date | None = None
    paid_eur: Decimal | None = None
    limitation_on: date | None = None


def claims(works: Mapping[str, Work], notice_on: date) -> list[Claim]:
    """Two notices of one day: what was never used, from the last payment on; and half an instalment, used late."""
    repaying, late = works[REPAYING], works[LATE]
    paid = {
        work.body.ags: [one for one in payments(work) if one.grant_number == work.grant_number(COORDINATION)]
        for work in (repaying, late)
    }
    first, last = paid[LATE][0], paid[REPAYING][-1]
    half_eur = (first.amount_eur / 2).quantize(Decimal("0.01"))
    repayment, interest = _notice(repaying, "R", notice_on), _notice(late, "Z", notice_on)
    return [
        Claim(**repayment, kind="Rückforderung", amount_eur=UNSPENT_EUR, interest_from=last.paid_on, interest_to=None),
        Claim(
            **interest,
            kind="Zinsen",
            amount_eur=half_eur,
            interest_from=first.paid_on,
            interest_to=date(late.year, 9, 30),
        ),
    ]


def _notice(work: Work, letter: str, notice_on: date) -> dict[str, Any]:
    """What every notice says."""
    return {
        "notice_number": f"{letter}-{work.body.ags}-{work.year}",
        "ags": work.body.ags,
        "grant_number": work.grant_number(COORDINATION),
        "budget_year": work.year,
        "notice_on": notice_on,
    }

"""The ministry's registers as the demo invents them: grants and agreed targets.

Every body holds a five-year notice for its centre (funding line 2.1); some hold one for Integrationslotsen (2.3) or
Laiendolmetschende (2.4) beside it. Over five years that makes about 22 million EUR, as the programme says. How the
sum falls upon the bodies is invented: only three of the 33 amounts are public.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from expectations.period import LAST_YEAR
from flows.demo.bodies import Body
from flows.demo.chance import chance

POST_EUR = Decimal(60_000)
ASSISTANT_EUR = Decimal(20_000)
"""State funds per full-time post and year (Richtlinie 2021–2025, see the parameters' table)."""
COORDINATION, ASSISTANCE, MATERIAL = "Koordination", "Mitarbeitsstelle", "Sachkosten"
GUIDE_TRAINING, GUIDE_WORK = "Lotsen Qualifizierung", "Lotsen Einsatz"
INTERPRETER_TRAINING, INTERPRETER_WORK = "Laiendolmetschen Qualifizierung", "Laiendolmetschen Einsatz"
CENTRE, GUIDES, INTERPRETERS = "2.1", "2.3", "2.4"
"""Funding lines of the Richtlinie."""
_BODIES_WITH_GUIDES, _BODIES_WITH_INTERPRETERS = 20, 15


@dataclass(frozen=True)
class Grant:
    """One row of the register of grants: a notice's amount for one cost type and budget year."""

    grant_number: str
    ags: str
    funding_line: str
    cost_type: str
    budget_year: int
    granted_eur: Decimal
    financing_kind: str
    valid_from: date
    valid_to: date
    proof_kind: str
    due_on: date
    duty_basis: str
    amended_on: date | None
    granted_fte: Decimal | None


@dataclass(frozen=True)
class Target:
    """One agreed target."""

    ags: str
    target_number: str
    field_of_action: str
    target_text: str
    year_from: int
    year_to: int
    baseline: Decimal
    target: Decimal
    unit: str
    direction: str


# --- grants ----------------------------------------------------------------------------------------------------------


def grants(seed: int, bodies: Sequence[Body], first_year: int) -> list[Grant]:
    """The register of grants from the first year to the programme's last.

    Args:
        seed: the demo's seed.
        bodies: all bodies that exist then.
        first_year: the year in which the notices begin.
    """
    keys = [body.ags for body in bodies]
    with_guides = set(chance(seed, GUIDES).sample(keys, _BODIES_WITH_GUIDES))
    with_interpreters = set(chance(seed, INTERPRETERS).sample(keys, _BODIES_WITH_INTERPRETERS))
    return [
        grant
        for body in bodies
        for line, amounts in (
            (CENTRE, _centre(body, chance(seed, body.ags, CENTRE))),
            (GUIDES, _guides(body, chance(seed, body.ags, GUIDES)) if body.ags in with_guides else {}),
            (INTERPRETERS, _interpreters(body, chance(seed, body.ags)) if body.ags in with_interpreters else {}),
        )
        for grant in _notice(body, line, amounts, first_year)
    ]


def posts_of(body: Body) -> Decimal:
    """Granted coordination posts in FTE: two, or fewer in the smaller towns."""
    if body.population >= 95_000:
        return Decimal("2.00")
    return Decimal("1.50") if body.population >= 60_000 else Decimal("1.00")


def _centre(body: Body, draw: Random) -> dict[str, Decimal]:
    amounts = {COORDINATION: posts_of(body) * POST_EUR}
    if draw.random() < 0.35:
        amounts[ASSISTANCE] = ASSISTANT_EUR
    return amounts | {MATERIAL: _hundreds(min(15_000, max(5_000, 8_500 * body.size * draw.uniform(0.8, 1.2))))}


def _guides(body: Body, draw: Random) -> dict[str, Decimal]:
    scale = min(1.6, max(0.6, body.size)) * draw.uniform(0.8, 1.2)
    return {GUIDE_TRAINING: _hundreds(3_500 * scale), GUIDE_WORK: _hundreds(7_000 * scale)}


def _interpreters(body: Body, draw: Random) -> dict[str, Decimal]:
    scale = min(1.6, max(0.6, body.size)) * draw.uniform(0.8, 1.2)
    return {INTERPRETER_TRAINING: _hundreds(3_000 * scale), INTERPRETER_WORK: _hundreds(6_500 * scale)}


def _hundreds(amount: float) -> Decimal:
    return Decimal(round(amount / 100) * 100)


def _notice(body: Body, line: str, amounts: dict[str, Decimal], first_year: int) -> Iterable[Grant]:
    for budget_year in range(first_year, LAST_YEAR + 1):
        for cost_type, granted_eur in amounts.items():
            yield Grant(
                grant_number=f"WIR-{body.ags}-{line}-{first_year}",
                ags=body.ags,
                funding_line=line,
                cost_type=cost_type,
                budget_year=budget_year,
                granted_eur=granted_eur,
                financing_kind="Festbetrag" if line == CENTRE else "Anteil",
                valid_from=date(first_year, 1, 1),
                valid_to=date(LAST_YEAR, 12, 31),
                proof_kind="Verwendungsnachweis" if budget_year == LAST_YEAR else "Zwischennachweis",
                due_on=date(budget_year + 1, 3, 31),
                duty_basis="Bescheid",
                amended_on=None,
                granted_fte=_granted_fte(body, cost_type),
            )


def _granted_fte(body: Body, cost_type: str) -> Decimal | None:
    if cost_type == COORDINATION:
        return posts_of(body)
    return Decimal("0.50") if cost_type == ASSISTANCE else None


# --- agreed targets --------------------------------------------------------------------------------------------------

RISING, FALLING = "steigend", "sinkend"
_IDEAS: tuple[tuple[str, str, str, float, float, str], ...] = (
    ("Anlaufstelle", "Mehr Menschen finden mit ihrer Frage zur Anlaufstelle.", "Anfragen", 400, 1.25, RISING),
    ("Anlaufstelle", "Ein Beratungstermin kommt schneller zustande.", "Tage", 16, 0.5, FALLING),
    ("Öffnung", "Beschäftigte der Verwaltung sind zu Vielfalt fortgebildet.", "Teilnahmen", 60, 2.0, RISING),
    ("Öffnung", "Formulare der Verwaltung liegen in einfacher Sprache vor.", "Formulare", 6, 4.0, RISING),
    ("Arbeitsmarkt", "Menschen werden in Arbeit oder Ausbildung begleitet.", "Personen", 20, 1.8, RISING),
    ("Beteiligung", "Migrantenorganisationen arbeiten im Netzwerk mit.", "Organisationen", 8, 1.75, RISING),
    ("Ehrenamt", "Integrationslotsinnen und -lotsen sind neu qualifiziert.", "Personen", 10, 2.2, RISING),
    ("Strategie", "Kreisangehörige Kommunen oder Stadtteile wirken an der Strategie mit.", "Orte", 3, 3.0, RISING),
)


def targets(seed: int, bodies: Sequence[Body], first_year: int) -> list[Target]:
    """Two to four agreed targets per body; some are due in the first year already."""
    return [target for body in bodies for target in _targets(body, chance(seed, body.ags, "targets"), first_year)]


def _targets(body: Body, draw: Random, first_year: int) -> Iterable[Target]:
    for number, idea in enumerate(draw.sample(_IDEAS, draw.randint(2, 4)), start=1):
        field_of_action, text, unit, usual, factor, direction = idea
        baseline = max(2, round(usual * (1 if direction == FALLING else body.size) * draw.uniform(0.8, 1.2)))
        yield Target(
            ags=body.ags,
            target_number=f"Z{number}",
            field_of_action=field_of_action,
            target_text=text,
            year_from=first_year,
            year_to=min(LAST_YEAR, first_year + draw.choice((0, 1, 2, 4))),
            baseline=Decimal(baseline),
            target=Decimal(max(1, round(baseline * factor))),
            unit=unit,
            direction=direction,
        )


# --- as files --------------------------------------------------------------------------------------------------------


def as_csv(rows: Sequence[Any]) -> str:
    """Rows of one register as the ministry's CSV; at least one row, all of the same dataclass."""
    text = io.StringIO()
    records = [asdict(row) for row in rows]
    writer = csv.DictWriter(text, fieldnames=list(records[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue()

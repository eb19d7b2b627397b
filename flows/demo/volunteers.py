"""Sheets 07 and 08: guides, interpreters, their training and what it costs the Land."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from random import Random

from flows.demo.chance import added, cents, split
from flows.demo.register import GUIDE_TRAINING, GUIDE_WORK, INTERPRETER_TRAINING, INTERPRETER_WORK
from flows.demo.work import HALVES, Row, Work, day, money

ALLOWANCE_EUR_PER_HOUR = 5
TRAINING_EUR_PER_UNIT = Decimal("12.50")
_EUR_PER_ASSIGNMENT = 25
_LANGUAGES = (
    "Arabisch", "Dari", "Farsi/Persisch", "Türkisch", "Ukrainisch", "Russisch", "Kurmandschi", "Tigrinya", "Englisch",
    "Somali", "Rumänisch", "Bulgarisch", "Paschtu", "Polnisch", "Französisch", "Spanisch", "Albanisch", "Amharisch",
    "Serbisch", "Urdu", "Italienisch", "Panjabi", "Sorani", "Vietnamesisch", "Aserbaidschanisch", "Armenisch",
)  # fmt: skip
"""Often asked for first: a pool holds the first ones and some of the others."""
_FIELDS = ("Kita", "Schule", "Behörde", "Gesundheit", "Beratung", "Sonstige")
_MODES = ("on_site", "telephone", "video")


# --- 07 Integrationslotsen -------------------------------------------------------------------------------------------


def guides(work: Work, halves: Sequence[int]) -> list[Row]:
    """Guides of both types; the Land pays those for integration, health insurers the others."""
    draw = work.draw("guides")
    granted_eur = work.granted(GUIDE_WORK)
    integration = _guides(draw, "Integration", float(granted_eur) * draw.uniform(0.8, 1.04) / 5, halves)
    integration["state_funds_eur"] = min(money(integration["allowance_eur"]), granted_eur)
    health = _guides(draw, "Gesundheit", draw.choice((0, 0, draw.uniform(60, 220))), halves)
    return [integration, health | {"state_funds_eur": Decimal(0)}]


def _guides(draw: Random, guide_type: str, yearly_hours: float, halves: Sequence[int]) -> Row:
    first_half = draw.uniform(0.4, 0.5)
    coordinating_share = draw.uniform(0.08, 0.18) if guide_type == "Integration" else 0
    active = max(3, round(yearly_hours / draw.uniform(70, 130))) if yearly_hours else 0
    hours = yearly_hours * (1 if 2 in halves else first_half)
    return {
        "guide_type": guide_type,
        "active_women": round(active * draw.uniform(0.5, 0.8)),
        "active_total": active,
        "coordinating": (1 + active // 12) if coordinating_share else 0,
        "hours": _tenths(hours),
        "coordinating_hours": _tenths(hours * coordinating_share),
        "allowance_eur": cents(_tenths(hours) * ALLOWANCE_EUR_PER_HOUR),
    }


def guide_training(work: Work) -> list[Row]:
    """One basic course, and a seminar where money is left."""
    draw = work.draw("guide_training")
    left_eur = cents(float(work.granted(GUIDE_TRAINING)) * draw.uniform(0.75, 1))
    courses: list[Row] = []
    for training_type, units, months in (
        ("Basisqualifizierung", draw.choice((20, 24, 28, 30, 36)), (2, 3, 4, 9)),
        ("Vertiefungsseminar", draw.choice((6, 8, 12)), (5, 10, 11)),
    ):
        if left_eur > 150:
            course = _course(work, GUIDE_TRAINING, units, date(work.year, draw.choice(months), 5), left_eur)
            courses.append({"training_type": training_type, **course})
            left_eur -= money(course["state_funds_eur"])
    return courses


# --- 08 Laiendolmetschende -------------------------------------------------------------------------------------------


def interpreter_training(work: Work, closing_day: date) -> list[Row]:
    """One or two courses of 24 units; in the half-year those that have begun."""
    draw = work.draw("interpreter_training")
    left_eur = cents(float(work.granted(INTERPRETER_TRAINING)) * draw.uniform(0.75, 1))
    courses: list[Row] = []
    for month in (draw.choice((2, 3, 4)), draw.choice((9, 10))):
        if left_eur > 150:
            courses.append(_course(work, INTERPRETER_TRAINING, 24, date(work.year, month, 12), left_eur))
            left_eur -= money(courses[-1]["state_funds_eur"])
    return [course for course in courses if day(course["started_on"]) <= closing_day]


def interpreters(work: Work) -> list[Row]:
    """The pool, and what the Land pays for assignments."""
    draw = work.draw("interpreters")
    persons = sum(_persons(work).values())
    pool = max(6, round(persons * draw.uniform(0.75, 0.95)))
    active = round(pool * draw.uniform(0.7, 0.95))
    done = sum(_assignments(work, HALVES).values())
    return [
        {
            "pool_persons": pool,
            "active_women": round(active * draw.uniform(0.6, 0.85)),
            "active_total": active,
            "state_funds_eur": min(work.granted(INTERPRETER_WORK), cents(done * _EUR_PER_ASSIGNMENT)),
        }
    ]


def languages(work: Work, halves: Sequence[int]) -> list[Row]:
    """A row a language; some bodies do not record requests."""
    done = _assignments(work, halves)
    records_requests = work.draw("requests").random() < 0.8
    return [
        {
            "language": language,
            "persons": persons,
            "requests": done[language] + _unmet(work, language, halves) if records_requests else None,
            "assignments": done[language],
        }
        for language, persons in _persons(work).items()
    ]


def assignments(work: Work, halves: Sequence[int]) -> list[Row]:
    """The same assignments by field and mode."""
    pairs = [(field, mode) for field in _FIELDS for mode in _MODES]
    weights = [field * mode for field in (2, 4, 4, 3, 3, 1) for mode in (7, 2, 1)]
    counted = added(
        split(work.draw("modes", half), sum(_assignments(work, [half]).values()), pairs, weights) for half in halves
    )
    return [{"field": field, **{mode: counted[field, mode] for mode in _MODES}} for field in _FIELDS]


def _persons(work: Work) -> dict[str, int]:
    """Persons in the pool by language."""
    draw = work.draw("pool")
    often, seldom = _LANGUAGES[:6], _LANGUAGES[6:]
    spoken = [*often, *draw.sample(seldom, round(min(20, max(2, 8 * work.body.size))))]
    return {language: draw.randint(1, 4) if language in often else draw.randint(1, 2) for language in spoken}


def _assignments(work: Work, halves: Sequence[int]) -> Counter[str]:
    """Assignments by language: as many as the granted money pays, more or less."""
    persons = _persons(work)
    weights = [count * (30 - _LANGUAGES.index(language)) for language, count in persons.items()]
    yearly = float(work.granted(INTERPRETER_WORK)) / _EUR_PER_ASSIGNMENT
    return added(
        split(draw, round(yearly / 2 * draw.uniform(0.75, 1.05)), list(persons), weights)
        for draw in (work.draw("assignments", half) for half in halves)
    )


def _unmet(work: Work, language: str, halves: Sequence[int]) -> int:
    return sum(work.draw("unmet", language, half).choice((0, 0, 1, 1, 2, 4)) for half in halves)


# --- shared ----------------------------------------------------------------------------------------------------------


def _course(work: Work, cost_type: str, units: int, started_on: date, left_eur: Decimal) -> Row:
    draw = work.draw("course", cost_type, started_on)
    participants = draw.randint(8, 15)
    completed = participants - draw.choice((0, 0, 1, 2))
    most_eur = participants * units * TRAINING_EUR_PER_UNIT
    return {
        "grant": work.grant_number(cost_type),
        "started_on": started_on,
        "teaching_units": units,
        "participants": participants,
        "completed_women": round(completed * draw.uniform(0.5, 0.8)),
        "completed_total": completed,
        "state_funds_eur": min(cents(most_eur), left_eur),
    }


def _tenths(hours: float) -> Decimal:
    return Decimal(hours).quantize(Decimal("0.1"))

"""The indicators read a second time, by hand and from their definitions: what follows from the traced cells of a body.

Nothing here knows the SQL. A reading takes the rows of one body that `audit.trace` lists for a figure, each with the
values of its cells, and says numerator and denominator.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from expectations.period import Period, ReportKind, parse_period

ACCEPTED = ("accepted", "accepted_with_warnings")
ZERO = Decimal(0)


@dataclass(frozen=True)
class Row:
    """A row of a section or register, as far as a figure reads it: field → value."""

    section: str
    row_key: str
    cells: Mapping[str, str | None]

    def number(self, field: str) -> Decimal:
        """A number; a figure that exists rests on none that is missing."""
        value = self.cells[field]
        if value is None:
            raise ValueError(f"{self.section} {self.row_key}: {field} is not recorded")
        return Decimal(value)

    def day(self, field: str) -> date | None:
        """A date, None where the cell is blank."""
        value = self.cells.get(field)
        return date.fromisoformat(value) if value else None


@dataclass(frozen=True)
class Asked:
    """One figure: its breakdown as name and value, and its period."""

    name: str
    value: str
    period: Period


Reading = Callable[[Sequence[Row], Asked], tuple[Decimal, Decimal]]
"""Numerator and denominator of a body; the denominator of a sum is 0."""


def of(rows: Iterable[Row], section: str) -> list[Row]:
    return [row for row in rows if row.section == section]


def total(rows: Iterable[Row], section: str, *fields: str) -> Decimal:
    return sum((row.number(field) for row in of(rows, section) for field in fields), ZERO)


def summed(section: str, *fields: str) -> Reading:
    return lambda rows, _: (total(rows, section, *fields), ZERO)


def share(above: tuple[str, str], below: tuple[str, str]) -> Reading:
    """A field of one section over a field of another or the same."""
    return lambda rows, _: (total(rows, *above), total(rows, *below))


def by_breakdown(**readings: Reading) -> Reading:
    """By the breakdown's name, or by name and value (`gender_Frauen`); `gesamt` is what no other one is."""

    def read(rows: Sequence[Row], asked: Asked) -> tuple[Decimal, Decimal]:
        exact = f"{asked.name}_{asked.value}".replace(" ", "_")
        return readings.get(exact, readings.get(asked.name, readings["gesamt"]))(rows, asked)

    return read


def where(section: str, field: str, wanted: str, *fields: str) -> Reading:
    """The sum over the rows that say so."""
    return lambda rows, _: (
        sum((row.number(name) for row in of(rows, section) if row.cells[field] == wanted for name in fields), ZERO),
        ZERO,
    )


def less(section: str, field: str, taken: str) -> Reading:
    return lambda rows, _: (total(rows, section, field) - total(rows, section, taken), ZERO)


# --- what needs more than a sum --------------------------------------------------------------------------------------


def strategy_is_current(rows: Sequence[Row], asked: Asked) -> tuple[Decimal, Decimal]:
    years = int(of(rows, "reference.parameters")[0].number("number"))
    (row,) = of(rows, "strategy")
    decided = row.day("updated_on") or row.day("adopted_on")
    is_current = row.cells["status"] == "beschlossen" and decided is not None
    if is_current and decided is not None:
        is_current = decided.replace(year=decided.year + years) >= asked.period.closing_day
    return Decimal(is_current), Decimal(1)


def meetings_attended(rows: Sequence[Row], asked: Asked) -> tuple[Decimal, Decimal]:
    offered = total(rows, "reference.parameters", "number") * years_of(asked.period)
    return total(rows, "strategy", "state_meetings_attended"), offered


def targets_reached(rows: Sequence[Row], asked: Asked) -> tuple[Decimal, Decimal]:
    worth = {"erreicht": Decimal(1), "teilweise erreicht": Decimal("0.5"), "nicht erreicht": ZERO, "noch offen": ZERO}
    said = [str(row.cells["status"]) for row in of(rows, "targets")]
    if asked.period.kind is ReportKind.HALF_YEAR:
        said = [status for status in said if status != "noch offen"]
    return sum((worth[status] for status in said), ZERO), Decimal(len(said))


def basic_courses(rows: Sequence[Row], asked: Asked) -> tuple[Decimal, Decimal]:
    field = "completed_women" if asked.name == "gender" else "completed_total"
    courses = of(rows, "interpreter_training")
    needed = [row.number("number") for row in of(rows, "reference.parameters")]
    return sum((row.number(field) for row in courses if row.number("teaching_units") >= needed[0]), ZERO), ZERO


def hours_allowed(rows: Sequence[Row], asked: Asked) -> tuple[Decimal, Decimal]:
    limits = {row.row_key.split(" · ")[0]: row.number("number") for row in of(rows, "reference.parameters")}
    simple, coordinating = limits["guide_hours_per_year"], limits["coordinating_guide_hours_per_year"]
    allowed = [
        simple * (row.number("active_total") - row.number("coordinating")) + coordinating * row.number("coordinating")
        for row in of(rows, "guides")
    ]
    return total(rows, "guides", "hours"), sum(allowed, ZERO) * years_of(asked.period)


def met_requests(rows: Sequence[Row], _: Asked) -> tuple[Decimal, Decimal]:
    recorded = [row for row in of(rows, "languages") if row.cells["requests"] is not None]
    return total(recorded, "languages", "assignments"), total(recorded, "languages", "requests")


def unmet_requests(rows: Sequence[Row], asked: Asked) -> tuple[Decimal, Decimal]:
    met, requested = met_requests(rows, asked)
    return requested - met, ZERO


def languages(rows: Sequence[Row], _: Asked) -> tuple[Decimal, Decimal]:
    return Decimal(len({row.row_key for row in of(rows, "languages") if row.number("persons") > 0})), ZERO


def forwarded(rows: Iterable[Row], period: Period) -> list[Row]:
    """What was passed on within the period."""
    dated = [(row, row.day("forwarded_on")) for row in of(rows, "forwarded_funds")]
    return [row for row, day in dated if day is not None and period.first_day <= day <= period.closing_day]


def micro_projects(rows: Sequence[Row], asked: Asked) -> tuple[Decimal, Decimal]:
    return Decimal(sum(row.cells["purpose"] == "Mikroprojekt" for row in forwarded(rows, asked.period))), ZERO


def passed_on(rows: Sequence[Row], asked: Asked) -> tuple[Decimal, Decimal]:
    return total(forwarded(rows, asked.period), "forwarded_funds", "amount_eur"), ZERO


def proven(rows: Sequence[Row], asked: Asked) -> tuple[Decimal, Decimal]:
    """Of what was passed on in the year – or, as a cohort, in the year before – what was checked by the closing day."""
    year = Period(asked.period.year - 1, asked.period.kind) if asked.name == "cohort" else asked.period
    of_year = forwarded(rows, year)
    checked = [row for row in of_year if (row.day("proof_checked_on") or date.max) <= asked.period.closing_day]
    return total(checked, "forwarded_funds", "checked_eur"), total(of_year, "forwarded_funds", "amount_eur")


def unspent(rows: Sequence[Row], _: Asked) -> tuple[Decimal, Decimal]:
    """Grant by grant what was paid out and neither used nor paid back, never less than nothing."""
    left: dict[str | None, Decimal] = {}
    signs = {
        "reference.drawdowns": ("grant_number", 1, "amount_eur"),
        "finances": ("grant", -1, "state_funds_eur"),
        "repayments": ("grant", -1, "amount_eur"),
    }
    for row in rows:
        grant, sign, field = signs[row.section]
        left[row.cells[grant]] = left.get(row.cells[grant], ZERO) + sign * row.number(field)
    return sum((max(ZERO, eur) for eur in left.values()), ZERO), ZERO


def cofinanced(rows: Sequence[Row], asked: Asked) -> tuple[Decimal, Decimal]:
    own, public = ("own_funds_eur",), ("federal_eu_funds_eur", "other_municipal_funds_eur")
    private = ("private_funds_eur",)
    sources = {"Eigenmittel": own, "andere öffentliche Mittel": public, "private Mittel": private}
    fields = sources.get(asked.value, (*own, *public, *private))
    return total(rows, "finances", *fields), total(rows, "finances", "expenditure_eur")


def days_filled(row: Row, period: Period) -> Decimal:
    begin = max(row.day("filled_from") or period.first_day, period.first_day)
    end = min(row.day("filled_to") or period.closing_day, period.closing_day)
    return Decimal(max(0, (end - begin).days + 1))


def years_of(period: Period) -> Decimal:
    return Decimal(period.year - period.first_day.year + 1)


def days_of(period: Period) -> Decimal:
    return Decimal((period.closing_day - period.first_day).days + 1)


def posts_filled(rows: Sequence[Row], asked: Asked) -> tuple[Decimal, Decimal]:
    posts = of(rows, "posts")
    days = sum((row.number("fte_filled") * days_filled(row, asked.period) for row in posts), ZERO)
    return days / days_of(asked.period), ZERO


def fill_rate(rows: Sequence[Row], asked: Asked) -> tuple[Decimal, Decimal]:
    """Days filled over days granted; a post counts once, with its first row."""
    posts = of(rows, "posts")
    filled = sum((row.number("fte_filled") * days_filled(row, asked.period) for row in posts), ZERO)
    firsts = {(row.cells["grant"], row.cells["post_number"]): row for row in reversed(posts)}
    notices = {row.cells["grant_number"]: row for row in of(rows, "reference.grants")}
    granted = ZERO
    for (grant, _), row in firsts.items():
        notice = notices.get(grant)
        begin = max((notice and notice.day("valid_from")) or asked.period.first_day, asked.period.first_day)
        end = min((notice and notice.day("valid_to")) or asked.period.closing_day, asked.period.closing_day)
        granted += row.number("fte_granted") * max(0, (end - begin).days + 1)
    return filled, granted


def staff_cost(rows: Sequence[Row], asked: Asked) -> tuple[Decimal, Decimal]:
    posts, days = of(rows, "posts"), days_of(asked.period)
    filled = sum((row.number("fte_filled") * days_filled(row, asked.period) for row in posts), ZERO)
    return total(rows, "posts", "staff_cost_eur") * days, filled * years_of(asked.period)


def in_time(rows: Sequence[Row], asked: Asked) -> tuple[Decimal, Decimal]:
    (duty,) = of(rows, "intake.obligations")
    due_on = duty.day("due_on") or date.max
    last = max(due_on, duty.day("extended_to") or due_on) if asked.name == "deadline" else due_on
    first = of(rows, "intake.submissions")
    return Decimal(sum((row.day("received_on") or date.max) <= last for row in first)), Decimal(1)


def hidden_cells(rows: Sequence[Row], _: Asked) -> tuple[Decimal, Decimal]:
    """What a release says of each of its tables: cells hidden for whatever reason, and cells with a value."""
    counted = of(rows, "publication.suppressed")
    return total(counted, "publication.suppressed", "primary", "secondary", "policy"), total(
        counted, "publication.suppressed", "cells"
    )


def first_pass(rows: Sequence[Row], _: Asked) -> tuple[Decimal, Decimal]:
    first = of(rows, "intake.submissions")
    return Decimal(sum(row.cells["verdict"] in ACCEPTED for row in first)), Decimal(len(first))


GRANTED = ("reference.grants", "granted_eur")
READINGS: Mapping[str, Reading] = {
    "ANL-01": by_breakdown(
        gesamt=summed("enquiries", "persons", "organisations", "authorities"),
        enquirer_Personen=summed("enquiries", "persons"),
        enquirer_Organisationen=summed("enquiries", "organisations"),
        enquirer_Behörden=summed("enquiries", "authorities"),
        quarter=summed("quarters", "enquiries"),
    ),
    "ANL-02": share(("topics", "enquiries"), ("enquiries", "persons")),
    "ANL-03": share(("counselling", "enquiries_referred"), ("enquiries", "persons")),
    "ANL-04": share(("counselling", "consultations_with_interpreting"), ("counselling", "consultations")),
    "BER-01": in_time,
    "BER-03": first_pass,
    "BER-05": hidden_cells,
    "DOL-01": by_breakdown(
        gesamt=summed("interpreters", "active_total"),
        gender=summed("interpreters", "active_women"),
        membership=summed("interpreters", "pool_persons"),
    ),
    "DOL-02": by_breakdown(
        gesamt=summed("assignments", "on_site", "telephone", "video"),
        mode_vor_Ort=summed("assignments", "on_site"),
        mode_Telefon=summed("assignments", "telephone"),
        mode_Video=summed("assignments", "video"),
        language=summed("languages", "assignments"),
    ),
    "DOL-03": met_requests,
    "DOL-04": languages,
    "DOL-05": basic_courses,
    "DOL-06": unmet_requests,
    "KOO-01": strategy_is_current,
    "KOO-02": summed("meetings", "meetings"),
    "KOO-03": summed("partners", "partners"),
    "KOO-04": meetings_attended,
    "KOO-05": targets_reached,
    "KOO-06": summed("labour_market_measures", "measures"),
    "KOO-07": by_breakdown(
        gesamt=summed("labour_market_measures", "participants_total"),
        gender=summed("labour_market_measures", "participants_women"),
    ),
    "KOO-08": by_breakdown(
        gesamt=summed("labour_market_measures", "into_work", "into_training", "recognitions"),
        transition_Arbeit=summed("labour_market_measures", "into_work"),
        transition_Ausbildung=summed("labour_market_measures", "into_training"),
        transition_Anerkennung=summed("labour_market_measures", "recognitions"),
    ),
    "LOT-01": by_breakdown(
        gesamt=summed("guides", "active_total"),
        gender=summed("guides", "active_women"),
        role_koordinierend=summed("guides", "coordinating"),
        role_einfach=less("guides", "active_total", "coordinating"),
    ),
    "LOT-02": by_breakdown(
        gesamt=where("guide_training", "training_type", "Basisqualifizierung", "completed_total"),
        gender=where("guide_training", "training_type", "Basisqualifizierung", "completed_women"),
    ),
    "LOT-03": by_breakdown(
        gesamt=summed("guides", "hours"),
        role_koordinierend=summed("guides", "coordinating_hours"),
        role_einfach=less("guides", "hours", "coordinating_hours"),
    ),
    "LOT-04": hours_allowed,
    "MIK-01": micro_projects,
    "MIK-02": passed_on,
    "MIK-03": proven,
    "MIK-04": passed_on,
    "MIT-01": summed(*GRANTED),
    "MIT-02": share(("reference.drawdowns", "amount_eur"), GRANTED),
    "MIT-03": share(("finances", "state_funds_eur"), GRANTED),
    "MIT-04": unspent,
    "MIT-05": cofinanced,
    "MIT-06": share(GRANTED, ("reference.population", "population")),
    "MIT-07": by_breakdown(
        gesamt=share(("intake.recognitions", "recognised_eur"), GRANTED),
        outcome=share(("intake.recognitions", "cut_eur"), GRANTED),
    ),
    "MIT-08": share(("finances", "state_funds_eur"), GRANTED),
    "OEF-01": summed("opening_measures", "measures"),
    "OEF-02": by_breakdown(
        gesamt=where("opening_measures", "measure_type", "Fortbildung", "participants_total"),
        gender=where("opening_measures", "measure_type", "Fortbildung", "participants_women"),
    ),
    "OEF-03": summed("institutions_reached", "institutions"),
    "OEF-04": summed("topics", "enquiries"),
    "OEF-05": share(("counselling", "discrimination_referred"), ("topics", "enquiries")),
    "PER-01": posts_filled,
    "PER-02": fill_rate,
    "PER-03": staff_cost,
}
FROM_THE_JOURNAL: Mapping[str, str] = {
    "BER-02": "its terms count cells of a whole file: read from the ledger and the cells of first uploads",
    "BER-04": "its terms are days between two entries of the ledger: read from there",
}
"""Indicators that `journal_readings` reads instead, and why their traced cells alone are not enough."""


def asked_of(breakdown: str, period: str) -> Asked:
    """A breakdown `name=value`, or `gesamt`."""
    name, _, value = breakdown.partition("=")
    return Asked(name, value, parse_period(period))

"""Sheets 04, 05, 06 and 10: what a centre does, half-year by half-year.

A year is its first half plus its second, drawn apart: so no cumulative figure can shrink from half-year to year.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from math import ceil
from random import Random

from expectations.form import form_of
from flows.demo.chance import added, near, split
from flows.demo.register import FALLING, Target
from flows.demo.work import Row, Work

_MEETINGS = {"Steuerung": 2.0, "Fachnetzwerk": 5.0, "Ehrenamt": 3.0, "Ausländerbeirat": 2.0, "Sonstige": 2.0}
_PARTNERS = {
    "Verwaltung": 6.0,
    "Migrantenorganisation": 5.0,
    "Verein": 6.0,
    "Wohlfahrtsverband": 3.0,
    "Wirtschaft": 2.0,
    "Schule/Kita": 6.0,
    "Jobcenter/Arbeitsagentur": 1.0,
    "Sonstige": 2.0,
}
_ENQUIRIES = {
    ("persönlich", "persons"): 70.0,
    ("persönlich", "organisations"): 9.0,
    ("persönlich", "authorities"): 5.0,
    ("Telefon", "persons"): 80.0,
    ("Telefon", "organisations"): 18.0,
    ("Telefon", "authorities"): 16.0,
    ("E-Mail/Online", "persons"): 60.0,
    ("E-Mail/Online", "organisations"): 30.0,
    ("E-Mail/Online", "authorities"): 22.0,
    ("aufsuchend", "persons"): 18.0,
    ("aufsuchend", "organisations"): 4.0,
    ("aufsuchend", "authorities"): 0.6,
}
"""Usual numbers of half a year in a body of size 1."""
_CHANNELS = ("persönlich", "Telefon", "E-Mail/Online", "aufsuchend")
_TOPICS = {
    "Aufenthalt": 16,
    "Sprache": 20,
    "Arbeit/Ausbildung": 17,
    "Anerkennung": 8,
    "Wohnen": 12,
    "Schule/Kita": 10,
    "Gesundheit": 6,
    "Familie": 6,
    "Existenzsicherung": 7,
    "Ehrenamt": 5,
    "Diskriminierung": 3,
    "Einbürgerung": 12,
    "Gewaltschutz": 2,
    "Sonstiges": 5,
}
_LABOUR = ("Beratung", "Vermittlung", "Qualifizierung", "Arbeitgeberansprache", "Anerkennung", "Sonstige")
_OPENING = ("Fortbildung", "Leitbild", "Personalgewinnung", "Mehrsprachigkeit", "Sonstige")
_INSTITUTIONS = ("Verwaltung", "Schule/Kita", "Gesundheit", "Verein/Verband", "Wirtschaft", "Sonstige")


# --- 04 Koordination -------------------------------------------------------------------------------------------------


def strategy(work: Work) -> list[Row]:
    """Two of three bodies have adopted a strategy, none of these more than five years ago."""
    draw = work.draw("strategy")
    status = draw.choice(("beschlossen", "beschlossen", "in Erarbeitung", "in Erarbeitung", "beschlossen", "keine"))
    adopted_on = date(work.year - draw.randint(1, 3), draw.randint(2, 12), draw.randint(1, 28))
    is_adopted = status == "beschlossen"
    updated_on = date(work.year, draw.randint(2, 11), draw.randint(1, 28)) if draw.random() < 0.3 else None
    return [
        {
            "status": status,
            "adopted_on": adopted_on if is_adopted else None,
            "updated_on": updated_on if is_adopted else None,
            "state_meetings_attended": draw.choice((2, 3, 3, 4, 4)),
        }
    ]


def meetings(work: Work, halves: Sequence[int]) -> list[Row]:
    """Meetings by type; where there was one, somebody came."""
    counted = added(_meetings(work.draw("meetings", half), work.body.size) for half in halves)
    return [{"type": kind, "meetings": counted[kind, "n"], "participants": counted[kind, "p"]} for kind in _MEETINGS]


def _meetings(draw: Random, size: float) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for kind, usual in _MEETINGS.items():
        held = near(draw, usual * size**0.5, spread=0.6)
        counts[kind, "n"] += held
        counts[kind, "p"] += sum(draw.randint(6, 24) for _ in range(held))
    return counts


def partners(work: Work, halves: Sequence[int]) -> list[Row]:
    """Partners by type: the second half only adds new ones."""
    counted = added(
        Counter(
            {
                kind: near(work.draw("partners", half, kind), usual * work.body.size**0.5 * (1 if half == 1 else 0.3))
                for kind, usual in _PARTNERS.items()
            }
        )
        for half in halves
    )
    return [{"type": kind, "partners": counted[kind]} for kind in _PARTNERS]


def labour_market_measures(work: Work, halves: Sequence[int]) -> list[Row]:
    """Two to four types of measures; approaching employers has no participants."""
    draw = work.draw("labour_market_measures")
    kinds = sorted(draw.sample(_LABOUR, draw.randint(2, 4)), key=_LABOUR.index)
    with_job_centre = {kind: draw.choice(("Ja", "Ja", "Nein")) for kind in kinds}
    counted = {kind: added(_labour(work.draw("labour", kind, half), kind) for half in halves) for kind in kinds}
    return [
        {"measure_type": kind, **dict(sorted(counts.items())), "with_job_centre": with_job_centre[kind]}
        for kind, counts in counted.items()
    ]


def _labour(draw: Random, kind: str) -> Counter[str]:
    measures = draw.randint(1, 4)
    if kind == "Arbeitgeberansprache":
        return Counter({"measures": measures * 3})
    participants = sum(draw.randint(5, 14) for _ in range(measures))
    into_work = draw.randint(0, participants // 5)
    return Counter(
        {
            "measures": measures,
            "participants_total": participants,
            "participants_women": round(participants * draw.uniform(0.4, 0.7)),
            "into_work": into_work,
            "into_training": draw.randint(0, participants // 5),
            "recognitions": draw.randint(0, participants // 6) if kind == "Anerkennung" else 0,
        }
    )


# --- 05 Anlaufstelle -------------------------------------------------------------------------------------------------


def enquiries(work: Work, halves: Sequence[int]) -> list[Row]:
    """Enquiries by channel and by who asks."""
    counted = added(_enquiries(work, half) for half in halves)
    askers = ("persons", "organisations", "authorities")
    return [{"channel": channel, **{asker: counted[channel, asker] for asker in askers}} for channel in _CHANNELS]


def quarters(work: Work, halves: Sequence[int]) -> list[Row]:
    """The same enquiries by quarter."""
    rows: list[Row] = []
    for half in halves:
        all_of_them = sum(_enquiries(work, half).values())
        first = round(all_of_them * work.draw("quarters", half).uniform(0.42, 0.58))
        rows.append({"quarter": f"Q{2 * half - 1}", "enquiries": first})
        rows.append({"quarter": f"Q{2 * half}", "enquiries": all_of_them - first})
    return rows


def topics(work: Work, halves: Sequence[int]) -> list[Row]:
    """Topics of persons' enquiries: at least one each, sometimes two."""
    counted = added(_topics(work, half) for half in halves)
    return [{"topic": topic, "enquiries": counted[topic]} for topic in _asked_topics(work)]


def counselling(work: Work, halves: Sequence[int]) -> list[Row]:
    """Referrals and talks, as shares of persons' enquiries."""
    counted = added(_counselling(work, half) for half in halves)
    return [{**counted, "anti_discrimination_office": work.draw("office").choice(("Ja", "Nein"))}]


def _enquiries(work: Work, half: int) -> Counter[tuple[str, str]]:
    draw = work.draw("enquiries", half)
    return Counter({key: near(draw, usual * work.body.size) for key, usual in _ENQUIRIES.items()})


def _persons_enquiries(work: Work, half: int) -> int:
    return sum(number for (_, asker), number in _enquiries(work, half).items() if asker == "persons")


def _topics(work: Work, half: int) -> Counter[str]:
    draw = work.draw("topics", half)
    named = ceil(_persons_enquiries(work, half) * draw.uniform(1.1, 1.4))
    asked = _asked_topics(work)
    return split(draw, named, list(asked), list(asked.values()))


def _asked_topics(work: Work) -> dict[str, int]:
    """The topics that the year's form asks for, with how often they come up."""
    labels = form_of(work.year).labels("topics")
    return {topic: weight for topic, weight in _TOPICS.items() if topic in labels}


def _counselling(work: Work, half: int) -> Counter[str]:
    draw = work.draw("counselling", half)
    persons = _persons_enquiries(work, half)
    consultations = round(persons * draw.uniform(0.35, 0.55))
    discrimination = _topics(work, half)["Diskriminierung"]
    return Counter(
        {
            "enquiries_referred": round(persons * draw.uniform(0.35, 0.6)),
            "discrimination_referred": round(discrimination * draw.uniform(0.3, 0.8)),
            "consultations": consultations,
            "consultations_with_interpreting": round(consultations * draw.uniform(0.15, 0.35)),
            "consultations_by_video": round(consultations * draw.uniform(0.02, 0.12)),
        }
    )


# --- 06 Öffnung ------------------------------------------------------------------------------------------------------


def opening_measures(work: Work) -> list[Row]:
    """Three to six measures; only trainings have participants, and not everybody counts women."""
    draw = work.draw("opening_measures")
    pairs = [(kind, institution) for kind in _OPENING for institution in _INSTITUTIONS[:-1]]
    chosen = {("Fortbildung", "Verwaltung"), *draw.sample(pairs, draw.randint(2, 5))}
    counts_women = draw.random() < 0.85
    return [_opening_measure(draw, *pair, counts_women=counts_women) for pair in sorted(chosen, key=pairs.index)]


def _opening_measure(draw: Random, kind: str, institution: str, *, counts_women: bool) -> Row:
    measures = draw.randint(1, 5)
    row: Row = {"measure_type": kind, "institution_type": institution, "measures": measures}
    if kind != "Fortbildung":
        return row
    participants = sum(draw.randint(8, 20) for _ in range(measures))
    women = round(participants * draw.uniform(0.55, 0.8)) if counts_women else None
    return row | {"participants_total": participants, "participants_women": women}


def institutions_reached(work: Work) -> list[Row]:
    """At least one institution of every type that a measure names."""
    draw = work.draw("institutions_reached")
    named = {row["institution_type"] for row in opening_measures(work)}
    return [
        {"institution_type": kind, "institutions": near(draw, 3 * work.body.size**0.5) + 1 if kind in named else 0}
        for kind in _INSTITUTIONS
    ]


# --- 10 Zielvereinbarung ---------------------------------------------------------------------------------------------


def targets(work: Work) -> list[Row]:
    """How far each agreed target is; „erreicht“ only where the value says so too."""
    agreed = [target for target in work.targets if target.year_from <= work.year <= target.year_to]
    return [_target(work.draw("target", target.target_number), target, work.year) for target in agreed]


def _target(draw: Random, target: Target, year: int) -> Row:
    years = target.year_to - target.year_from + 1
    progress = draw.uniform(0.7, 1.3) * (year - target.year_from + 1) / years
    actual = _towards(target, progress)
    reached = actual <= target.target if target.direction == FALLING else actual >= target.target
    is_due = year >= target.year_to
    if reached:
        status = "erreicht"
    elif not is_due:
        status = "noch offen"
    else:
        status = "teilweise erreicht" if progress > 0.8 else "nicht erreicht"
    return {"target_number": target.target_number, "actual_value": actual, "status": status}


def _towards(target: Target, progress: float) -> Decimal:
    actual = float(target.baseline) + float(target.target - target.baseline) * progress
    return Decimal(max(0, round(actual)))

"""The state of reporting: who had to report, and what came of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from expectations.german import date_text
from expectations.period import Period, parse_period
from flows.publication.report.edition import Body, Edition
from flows.publication.report.grids import Grid, Part, Row
from flows.publication.report.wording import NO_SIGN, period_head, period_name


@dataclass(frozen=True)
class Standing:
    """What a duty's state is called, and how its tile looks.

    Attributes:
        short: for a tile and the head of a column.
        tone: name of a tone of the palette.
    """

    name: str
    short: str
    tone: str
    meaning: str


STANDINGS: Mapping[str, Standing] = {
    "accepted": Standing(
        "fristgerecht angenommen", "in\u00a0Frist", "good", "Ein Bericht ist in Kraft; er kam rechtzeitig."
    ),
    "accepted_late": Standing("verspätet angenommen", "verspätet", "late", "Ein Bericht ist in Kraft; er kam zu spät."),
    "received": Standing("in Prüfung", "in\u00a0Prüfung", "open", "Ein Bericht ist da, aber noch nicht geprüft."),
    "awaiting_explanation": Standing(
        "Erläuterung steht aus", "Erläuterung", "open", "Ein Bericht ist da; er zählt, sobald er erläutert ist."
    ),
    "returned": Standing("zurückgegeben", "zurück", "returned", "Der letzte Bericht muss berichtigt werden."),
    "missing": Standing("fehlt", "fehlt", "missing", "Die Frist ist vorbei, und nichts ist eingegangen."),
    "extended": Standing("Frist verlängert", "verlängert", "off", "Noch nichts eingegangen; die Verlängerung läuft."),
    "not_yet_due": Standing(
        "noch nicht fällig", "nicht\u00a0fällig", "off", "Noch nichts eingegangen; die Frist läuft."
    ),
    "exempt": Standing("befreit", "befreit", "off", "Für diesen Zeitraum muss nicht berichtet werden."),
    "voluntary": Standing("freiwillig", "freiwillig", "off", "Ein Bericht ist möglich, aber keine Pflicht."),
}
_UNKNOWN = Standing("ohne Angabe", NO_SIGN, "off", "")
_EXTENDED_HEAD = "mit verlän\u00adgerter Frist"


@dataclass(frozen=True)
class Duty:
    """A body's duty to report for a period."""

    ags: str
    name: str
    period: Period
    due_on: date | None
    extended_to: date | None
    received_on: date | None
    days_late: int | None
    state: str

    @property
    def standing(self) -> Standing:
        """What its state is called."""
        return STANDINGS.get(self.state, _UNKNOWN)


def duties_of(reporting: pl.DataFrame) -> tuple[Duty, ...]:
    """The rows of the published state of reporting, in order of time and key."""
    duties = (
        Duty(
            ags=row["ags"],
            name=row["name"],
            period=parse_period(row["period"]),
            due_on=row["due_on"],
            extended_to=row["extended_to"],
            received_on=row["received_on"],
            days_late=row["days_late"],
            state=row["state"],
        )
        for row in reporting.iter_rows(named=True)
    )
    return tuple(sorted(duties, key=lambda duty: (duty.period.closing_day, duty.period.months, duty.ags)))


def newest_due(duties: Iterable[Duty], released_on: date) -> tuple[Duty, ...]:
    """The duties of the newest period that anybody already had to report on; none where nothing was due yet."""
    due = [duty for duty in duties if duty.due_on is not None and duty.due_on <= released_on]
    if not due:
        return ()
    return tuple(duty for duty in duties if duty.period == due[-1].period)


# --- tables ----------------------------------------------------------------------------------------------------------


def area_grid(edition: Edition, duties: Sequence[Duty]) -> Grid:
    """How many bodies are in which state: the Land, each Regierungsbezirk and each type."""
    states = _states(duties)
    rows = (
        Row(area.name, _counts([duty for duty in duties if duty.ags in area.members], states))
        for area in edition.totals
    )
    return Grid(
        caption=f"Stand der Berichte, {period_name(duties[0].period)}: Zahl der Kommunen",
        corner="Gebiet",
        heads=_count_heads(states),
        parts=(Part("", tuple(rows)),),
    )


def period_grid(duties: Sequence[Duty]) -> Grid:
    """How many bodies are in which state, period by period."""
    states = _states(duties)
    periods = dict.fromkeys(duty.period for duty in duties)
    rows = (
        Row(period_head(period), _counts([duty for duty in duties if duty.period == period], states))
        for period in periods
    )
    return Grid(
        "Stand der Berichte aller Zeiträume: Zahl der Kommunen",
        "Zeitraum",
        _count_heads(states),
        (Part("", tuple(rows)),),
    )


def body_grid(edition: Edition, duties: Sequence[Duty]) -> Grid:
    """Every body with its dates."""
    by_ags = {duty.ags: duty for duty in duties}
    districts = dict.fromkeys(body.regierungsbezirk for body in edition.bodies)
    parts = (
        Part(
            f"Regierungsbezirk {district}",
            tuple(_body_row(body, by_ags[body.ags]) for body in edition.bodies if _is_in(body, district, by_ags)),
        )
        for district in districts
    )
    return Grid(
        caption=f"Stand der Berichte je Kommune, {period_name(duties[0].period)}",
        corner="Kommune",
        heads=("Stand", "Frist", "verlängert bis", "eingegangen", "Tage zu spät"),
        parts=tuple(part for part in parts if part.rows),
        words=frozenset({0}),
    )


def _is_in(body: Body, district: str, by_ags: Mapping[str, Duty]) -> bool:
    return body.regierungsbezirk == district and body.ags in by_ags


def _body_row(body: Body, duty: Duty) -> Row:
    late = NO_SIGN if duty.days_late is None else str(duty.days_late)
    days = (duty.due_on, duty.extended_to, duty.received_on)
    dates = (date_text(day) if day else NO_SIGN for day in days)
    return Row(body.name, (duty.standing.name, *dates, late))


def _states(duties: Iterable[Duty]) -> tuple[str, ...]:
    """The states that occur, and those that everybody looks for."""
    found = {duty.state for duty in duties} | {"accepted", "accepted_late", "missing"}
    return tuple(state for state in STANDINGS if state in found)


def _count_heads(states: Sequence[str]) -> tuple[str, ...]:
    return ("zusammen", *(STANDINGS[state].short for state in states), _EXTENDED_HEAD)


def _counts(duties: Sequence[Duty], states: Sequence[str]) -> tuple[str, ...]:
    counted = Counter(duty.state for duty in duties)
    extended = sum(duty.extended_to is not None for duty in duties)
    return tuple(str(number) for number in (len(duties), *(counted[state] for state in states), extended))

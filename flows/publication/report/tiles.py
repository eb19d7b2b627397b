"""Tile maps of the 33 bodies: each a square of the same size, about where it lies in Hessen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from expectations.german import number_text
from flows.publication.report import palette
from flows.publication.report.duties import STANDINGS, Duty
from flows.publication.report.edition import Body, Edition, Figure, Indicator
from flows.publication.report.grids import Grid, Part, Row
from flows.publication.report.palette import Tone
from flows.publication.report.wording import (
    NO_SIGN,
    SHORT_STATES_DE,
    STATES_DE,
    figure_text,
    period_head,
    period_name,
    unit_name,
)

WIDTH, TILE_WIDTH, TILE_HEIGHT, GAP = 340, 82, 42, 4
MAPPED = ("MIT-02", "PER-02", "ANL-01")
"""Two rates, which say the same of a large body and a small one, and a count; never money by inhabitants (MIT-06)."""
_LIMITS = (Decimal(50), Decimal(80), Decimal(95))
"""Where the steps of a rate begin, in per cent; fixed, so that maps of two releases can be compared."""

_UNSTEPPED = "Ohne Farbstufen: Die Zahl hängt von der Größe der Kommune ab und ist keine Rangfolge."
_MEANINGS = {**STATES_DE, "hidden": "geheim gehalten", "missing_report": "kein Bericht"}


@dataclass(frozen=True)
class Tile:
    """One body on a map; `pattern` names a pattern of the page, `""` for none."""

    x: int
    y: int
    short: str
    text: str
    tone: Tone
    pattern: str = ""


@dataclass(frozen=True)
class Key:
    """An entry of a map's legend."""

    name: str
    tone: Tone
    pattern: str = ""
    meaning: str = ""


@dataclass(frozen=True)
class TileMap:
    """A map with what it is called, what it says to those who do not see it, and its legend."""

    caption: str
    alternative: str
    tiles: tuple[Tile, ...]
    legend: tuple[Key, ...]
    note: str = ""

    @property
    def height(self) -> int:
        """Of the drawing, in its own units."""
        return max((tile.y for tile in self.tiles), default=0) + TILE_HEIGHT


def reporting_map(edition: Edition, duties: Sequence[Duty]) -> TileMap:
    """The state of reporting of one period."""
    by_ags = {duty.ags: duty for duty in duties}
    tiles = []
    for body in edition.bodies:
        duty = by_ags.get(body.ags)
        if duty:
            standing = duty.standing
            tiles.append(_tile(body, standing.short, palette.STATES[standing.tone], _pattern(standing.tone)))
    counted = {name: sum(duty.state == name for duty in duties) for name in STANDINGS}
    found = {STANDINGS[name]: count for name, count in counted.items() if count}
    words = ", ".join(f"{standing.name}: {count}" for standing, count in found.items())
    return TileMap(
        caption=f"Stand der Berichte, {period_name(duties[0].period)}",
        alternative=f"Kachelkarte der Kommunen: Stand der Berichte. {words}. Jede Kommune steht in der Tabelle.",
        tiles=tuple(tiles),
        legend=tuple(
            Key(f"{standing.name}: {count}", palette.STATES[standing.tone], _pattern(standing.tone), standing.meaning)
            for standing, count in found.items()
        ),
    )


def _pattern(tone: str) -> str:
    return tone if tone in ("late", "returned", "missing") else ""


# --- indicators ------------------------------------------------------------------------------------------------------


def indicator_maps(edition: Edition) -> list[TileMap]:
    """The maps of the few indicators that bear one."""
    found = (_indicator_map(edition, indicator) for indicator in _mapped(edition))
    return [each for each in found if each]


def map_grid(edition: Edition) -> Grid | None:
    """What the maps show, as a table; None where there is no map."""
    shown = [(each, period) for each in _mapped(edition) if (period := edition.newest(each))]
    if not shown:
        return None
    districts = dict.fromkeys(body.regierungsbezirk for body in edition.bodies)
    parts = []
    for district in districts:
        bodies = [body for body in edition.bodies if body.regierungsbezirk == district]
        rows = tuple(
            Row(
                body.name,
                tuple(figure_text(each, edition.figure(each.id, period, body.ags)) for each, period in shown),
            )
            for body in bodies
        )
        parts.append(Part(f"Regierungsbezirk {district}", rows))
    return Grid(
        caption="Werte der Kommunen, wie die Karten sie zeigen",
        corner="Kommune",
        heads=tuple(_head(each, period_head(period)) for each, period in shown),
        parts=tuple(parts),
    )


def _mapped(edition: Edition) -> list[Indicator]:
    by_id = {indicator.id: indicator for indicator in edition.indicators}
    return [by_id[each] for each in MAPPED if each in by_id]


def _head(indicator: Indicator, period: str) -> str:
    unit = "" if indicator.unit == "count" else f" in {unit_name(indicator.unit)}"
    return f"{indicator.name}{unit}, {period}"


def _indicator_map(edition: Edition, indicator: Indicator) -> TileMap | None:
    period = edition.newest(indicator)
    if period is None:
        return None
    figures = {body: edition.figure(indicator.id, period, body.ags) for body in edition.bodies}
    if not any(figure.is_ok for figure in figures.values()):
        return None
    is_stepped = indicator.unit == "%" and indicator.direction != "neutral"
    caption = _head(indicator, period_name(period))
    return TileMap(
        caption=caption,
        alternative=f"Kachelkarte der Kommunen: {caption}. Jede Kommune steht mit ihrem Wert in der Tabelle.",
        tiles=tuple(_figure_tile(indicator, body, figure, is_stepped=is_stepped) for body, figure in figures.items()),
        legend=(*(_steps() if is_stepped else ()), *_signs(figures.values())),
        note=""
        if is_stepped
        else "Ohne Farbstufen: Die Zahl hängt von der Größe der Kommune ab und ist keine Rangfolge.",
    )


def _figure_tile(indicator: Indicator, body: Body, figure: Figure, *, is_stepped: bool) -> Tile:
    if figure.value is None or not figure.is_ok:
        pattern = "missing" if figure.state == "missing_report" else ""
        return _tile(body, SHORT_STATES_DE.get(figure.state, NO_SIGN), palette.STATES["off"], pattern)
    text = number_text(figure.value, indicator.decimals)
    tone = palette.STEPS[sum(figure.value >= limit for limit in _LIMITS)] if is_stepped else palette.NO_STEP
    return _tile(body, text, tone)


def _tile(body: Body, text: str, tone: Tone, pattern: str = "") -> Tile:
    return Tile(
        x=body.column * (TILE_WIDTH + GAP),
        y=body.row * (TILE_HEIGHT + GAP),
        short=body.short,
        text=text,
        tone=tone,
        pattern=pattern,
    )


def _steps() -> tuple[Key, ...]:
    first, second, third = (number_text(limit, 0) for limit in _LIMITS)
    names = (f"unter {first} %", f"{first} bis unter {second} %", f"{second} bis unter {third} %", f"ab {third} %")
    return tuple(Key(name, tone) for name, tone in zip(names, palette.STEPS, strict=True))


def _signs(figures: Iterable[Figure]) -> tuple[Key, ...]:
    """The states that occur, with the signs that stand for them."""
    found = {figure.state for figure in figures}
    off = palette.STATES["off"]
    return tuple(
        Key(f"{sign} = {_MEANINGS[state]}", off, "missing" if state == "missing_report" else "")
        for state, sign in SHORT_STATES_DE.items()
        if state in found
    )

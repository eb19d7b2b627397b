"""Colours of the report: told apart with every kind of colour vision, and never alone (words and patterns go along).

Blue and vermillion are those of Okabe and Ito (Color Universal Design, 2008). A test computes the contrasts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

INK = "#1a1a1a"
QUIET = "#555555"
PAPER = "#ffffff"
PALE = "#f4f6f9"
RULE = "#8a919c"
BLUE = "#0072b2"
VERMILLION = "#c44f00"
"""A shade darker than the original, so that it stands out on white as 4.5 : 1."""
ACCENT = "#00519e"

AREA = BLUE
LAND = "#333333"
HALF_YEAR = VERMILLION


@dataclass(frozen=True)
class Tone:
    """How a tile looks: its ground, what is written on it, and its edge."""

    ground: str
    ink: str
    edge: str


STEPS: tuple[Tone, ...] = (
    Tone("#e9f1f9", INK, RULE),
    Tone("#b5d0e9", INK, "#5f86ab"),
    Tone("#2f6fab", PAPER, "#2f6fab"),
    Tone("#0b3868", PAPER, "#0b3868"),
)
"""From little to much, by lightness, so that the steps survive a black-and-white printer."""
NO_STEP = Tone(PAPER, INK, RULE)
STATES: Mapping[str, Tone] = {
    "good": Tone("#dcebf7", INK, BLUE),
    "late": Tone("#fff0c7", INK, "#8a6100"),
    "open": Tone("#ece7f4", INK, "#5b4a86"),
    "returned": Tone("#fbe2d5", INK, VERMILLION),
    "missing": Tone(PAPER, INK, INK),
    "off": Tone("#f1f1f1", INK, "#767676"),
}

"""Where findings stand, in words that a clerk finds in the workbook."""

from collections.abc import Sequence

from expectations.finding import Finding
from expectations.places import merged
from flows.feedback.texts import WHOLE_FILE, WHOLE_SHEET


def place_text(finding: Finding) -> str:
    """The place within its sheet: `Zelle F12`, `Zellen A1 bis B2`; `""` where it is the whole file."""
    if not finding.cell:
        return WHOLE_SHEET if finding.sheet else ""
    return f"Zellen {_spoken(finding.cell)}" if ":" in finding.cell else f"Zelle {finding.cell}"


def sheet_text(sheet: str) -> str:
    """`Blatt 03 Finanzen`, or the whole file where no sheet is named."""
    return f"Blatt {sheet}" if sheet else WHOLE_FILE


def spans(places: Sequence[str]) -> list[str]:
    """Places in few words, such as `F13 bis F20`."""
    return [_spoken(place) for place in merged(places)]


def _spoken(place: str) -> str:
    return place.replace(":", " bis ")

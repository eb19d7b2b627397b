"""What the ministry decided about a report that was handed in, as its sender is told."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from expectations.german import date_text


@dataclass(frozen=True)
class Ruling:
    """A decision that takes the place of the verdict in what is said first.

    Attributes:
        entry: the ledger entry that says so.
        act: what was decided.
        on: the day.
        why: the ministry's reason; `""` where it was erased.
        instead: the submission that counts in place of a voided one; None where none does.
    """

    entry: int
    act: Literal["approve", "return", "void"]
    on: date
    why: str = ""
    instead: int | None = None

    @property
    def tone(self) -> str:
        """How the page sets it: `good` or `bad`."""
        return "good" if self.act == "approve" else "bad"


def ruling_text(ruling: Ruling) -> str:
    """What became of the report, in one sentence, and why."""
    on, why = date_text(ruling.on), f": „{ruling.why}“" if ruling.why else "."
    if ruling.act == "approve":
        return f"Ihr Bericht ist angenommen; das Ministerium hat ihn am {on} freigegeben."
    if ruling.act == "return":
        return f"Das Ministerium hat Ihren Bericht am {on} zurückgegeben{why}"
    return f"Das Ministerium hat diese Einreichung am {on} aufgehoben; sie zählt nicht mehr{why}"


def ruling_step(ruling: Ruling) -> str:
    """The one thing to do now."""
    if ruling.act == "approve":
        return "Sie brauchen nichts weiter zu tun. Vielen Dank."
    if ruling.act == "return":
        return (
            "Bitte berichtigen Sie den Bericht und senden Sie ihn erneut. Bis dahin gelten seine Zahlen weiter, "
            "freigegeben sind sie nicht."
        )
    if ruling.instead is not None:
        return f"Es gilt Ihre Einreichung {ruling.instead}. Stimmt sie nicht, senden Sie bitte einen neuen Bericht."
    return "Bitte senden Sie einen neuen Bericht."

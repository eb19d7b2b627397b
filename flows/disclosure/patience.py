"""How long is searched: counted in questions, so that every machine chooses the same, however busy it is.

The clock is an emergency brake only. It never changes a choice: whoever releases gets none, and is told.
"""

from dataclasses import dataclass, field
from time import monotonic

from expectations.errors import StatedError


class UndecidedError(StatedError):
    """It could not be decided what a release hides."""


@dataclass(frozen=True)
class Brake:
    """The emergency brake.

    Attributes:
        seconds: after so many the search is given up …
        start: … from this moment of the monotonic clock.
    """

    seconds: float
    start: float = field(default_factory=monotonic)

    @property
    def seconds_left(self) -> float:
        """How long may still be searched; never less than nothing."""
        return max(0.0, self.start + self.seconds - monotonic())

    def check(self) -> None:
        """Give up if it takes too long.

        Raises:
            UndecidedError: it does.
        """
        if self.seconds_left <= 0:
            raise UndecidedError(
                f"Nach {self.seconds:.0f} Sekunden stand noch nicht fest, was geheim bleiben muss; veröffentlicht ist "
                "nichts. Bitte wiederholen Sie den Befehl, wenn der Rechner weniger zu tun hat. Geschieht es wieder, "
                "melden Sie es bitte der Entwicklung."
            )


@dataclass
class Patience:
    """How many questions may be asked about one set of numbers, and how many have been.

    Attributes:
        questions: after so many the search for something better ends; what must be asked to be safe is asked anyway.
        brake: ends it in any case.
        asked: so far.
    """

    questions: int
    brake: Brake
    asked: int = 0

    @property
    def is_over(self) -> bool:
        """Whether it is at its end."""
        return self.asked >= self.questions

    def count(self, questions: int) -> None:
        """Count what was asked.

        Raises:
            UndecidedError: the search takes far too long.
        """
        self.asked += questions
        self.brake.check()

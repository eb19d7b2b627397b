"""One body's year as the demo imagines it, and the plain rows that reports are made of."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from flows.demo.bodies import Body
from flows.demo.chance import chance
from flows.demo.register import Grant, Target

Cell = str | int | Decimal | date | None
"""What somebody types into a cell; None leaves it blank."""
Row = dict[str, Cell]
"""Field name → cell. Rows of fixed sections bear their printed key too."""
Report = dict[str, list[Row]]
"""Section → rows from the first on; a values section has one row."""
HALVES = (1, 2)


@dataclass(frozen=True)
class Work:
    """One body in one year.

    Attributes:
        grants: its rows of the register for that budget year.
        targets: its agreed targets.
    """

    seed: int
    body: Body
    year: int
    grants: tuple[Grant, ...]
    targets: tuple[Target, ...]

    def draw(self, *about: object) -> Random:
        """Chance for one matter of this body and year."""
        return chance(self.seed, self.body.ags, self.year, *about)

    def granted(self, cost_type: str) -> Decimal:
        """What is granted for a cost type this year, 0 where nothing is."""
        return sum((grant.granted_eur for grant in self.grants if grant.cost_type == cost_type), Decimal(0))

    def grant_number(self, cost_type: str) -> str:
        """The notice that grants a cost type.

        Raises:
            StopIteration: none does.
        """
        return next(grant.grant_number for grant in self.grants if grant.cost_type == cost_type)


def total(rows: list[Row], field: str) -> Decimal:
    """The sum of a field over rows; blank cells count nothing."""
    return sum((value for row in rows if isinstance(value := row.get(field), Decimal)), Decimal(0))


def money(cell: Cell) -> Decimal:
    """A cell that holds an amount.

    Raises:
        TypeError: it holds something else.
    """
    if not isinstance(cell, Decimal):
        raise TypeError(f"{cell!r} is no amount")
    return cell


def day(cell: Cell) -> date:
    """A cell that holds a day.

    Raises:
        TypeError: it holds something else.
    """
    if not isinstance(cell, date):
        raise TypeError(f"{cell!r} is no day")
    return cell

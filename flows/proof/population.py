"""The populations from which samples are drawn: stated by a SELECT each, and written down as text with its hash."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from typing import Any

import duckdb

from expectations.errors import StatedError
from flows.resources import sql_files

BY_COUNT, BY_AMOUNT = "figures", "state_funds"
"""What is drawn from unless another population is named."""

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class PopulationError(StatedError):
    """There is no such population, or nothing in it; the message says which there are."""

    exit_code = 64


@dataclass(frozen=True)
class Item:
    """One thing that can be drawn: a figure, or a row of a report or register with its amount.

    Attributes:
        item: names it; unique in its population, one line.
        indicator_id, breakdown: of a figure, else None.
        area_key: of a figure its area, else the body's AGS.
        submission_id, section, row_key: of a row, else None; a register's row is in no submission.
        amount_eur: None where the population has no amounts, or it was not recorded.
    """

    item: str
    indicator_id: str | None
    area_key: str
    period: str
    breakdown: str | None
    submission_id: int | None
    section: str | None
    row_key: str | None
    amount_eur: Decimal | None

    @property
    def cents(self) -> int:
        """The amount in cents, 0 where there is none."""
        return int((self.amount_eur or Decimal(0)) * 100)


@dataclass(frozen=True)
class Population:
    """A population, in the order of its items' bytes.

    Attributes:
        select: the SELECT that states it.
        period: the period that it was limited to, `""` for all.
    """

    name: str
    select: str
    period: str
    items: Mapping[str, Item]

    @property
    def has_amounts(self) -> bool:
        """Whether a sample can be drawn by amount."""
        return any(one.cents > 0 for one in self.items.values())

    @cached_property
    def text(self) -> str:
        """As it is written down: a line an item with its amount, if it has one, behind a tab."""
        return "".join(
            f"{item}\t{'' if one.amount_eur is None else one.amount_eur}\n" for item, one in self.items.items()
        )

    @property
    def sha256(self) -> str:
        """SHA-256 of the text."""
        return sha256(self.text.encode()).hexdigest()


def population_of(connection: duckdb.DuckDBPyConnection, name: str, period: str = "") -> Population:
    """A population as a database has it.

    Args:
        connection: to the database.
        name: of the SELECT in `sql/populations`.
        period: only items of that period; `""` for all.

    Raises:
        PopulationError: there is none of that name, or nothing is in it.
    """
    selects = sql_files("populations")
    if name not in selects:
        raise PopulationError(f"Eine Grundgesamtheit „{name}“ gibt es nicht; es gibt: {', '.join(sorted(selects))}.")
    result = connection.execute(selects[name])
    names = [column[0] for column in result.description or []]
    items = [_item(dict(zip(names, row, strict=True))) for row in result.fetchall()]
    wanted = sorted((one for one in items if period in ("", one.period)), key=lambda one: one.item.encode())
    if not wanted:
        raise PopulationError(f"In der Grundgesamtheit „{name}“ ist nichts{f' zu {period}' if period else ''}.")
    if len({one.item for one in wanted}) < len(wanted):
        raise ValueError(f"sql/populations/{name}.sql names two items alike")
    return Population(name, selects[name], period, {one.item: one for one in wanted})


def _item(row: dict[str, Any]) -> Item:
    """An item; what people typed into its name cannot break the line that it stands in, nor name two items alike."""
    return Item(**{**row, "item": str(row["item"]).translate(_ESCAPES)})

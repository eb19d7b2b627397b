"""The 33 bodies as the demo sees them: who they are, and how much work their size brings."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

_USUAL_POPULATION = 200_000
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True)
class Body:
    """One of the 33 bodies.

    Attributes:
        type: Landkreis, Kreisfreie Stadt or Sonderstatusstadt.
        population: as packaged; only the invented numbers' order of magnitude follows from it.
    """

    ags: str
    name: str
    type: str
    population: int

    @property
    def size(self) -> float:
        """About 1 for a usual Landkreis, below 0.5 for the smallest town, above 2 for Frankfurt."""
        return float((self.population / _USUAL_POPULATION) ** 0.6)

    @property
    def short_name(self) -> str:
        """The name without its title, a Landkreis told apart from the city of the same name."""
        name = self.name.partition(",")[0]
        return f"Kreis {name}" if self.type == "Landkreis" and "kreis" not in name.lower() else name

    @property
    def mailbox(self) -> str:
        """A functional mailbox under a domain that nobody can own."""
        words = self.short_name.lower().translate(_UMLAUTS)
        plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
        return f"wir@{'-'.join(plain.replace('.', ' ').split())}.example"


def bodies_on(day: date, reference: Mapping[str, pl.DataFrame]) -> list[Body]:
    """The reporting bodies of a day, in the order of their keys.

    Args:
        day: bodies are dated: Hanau has its own key since 1 January 2026.
        reference: frames `municipalities` and `population`.
    """
    exists = (pl.col("valid_from") <= day) & (pl.col("valid_to") >= day)
    people = reference["population"].sort("valid_from").group_by("ags").agg(pl.col("population").last())
    joined = reference["municipalities"].filter(exists).join(people, on="ags", how="left").sort("ags")
    columns = ("ags", "name", "type", "population")
    return [Body(*row) for row in joined.select(columns).iter_rows()]

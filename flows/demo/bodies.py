"""The 33 bodies as the demo sees them: who they are, and how much work their size brings."""

import unicodedata
from dataclasses import dataclass

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

"""What a proof says: plain values, with German sentences for people and English words for programs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from flows.records import Entry

Part = Literal["ledger", "heads", "archive", "documents", "warehouse", "releases"]
Kind = Literal["altered", "missing", "added", "exchanged", "unknown", "unreadable", "differs"]

PARTS_DE: dict[Part, str] = {
    "ledger": "Journal",
    "heads": "Aufbewahrte Stände",
    "archive": "Archiv",
    "documents": "Unterlagen zum Journal",
    "warehouse": "Datenbank",
    "releases": "Veröffentlichungen",
}
PROVES_DE = (
    "Bewiesen ist, dass seit dem Stand des Journals, der zuletzt an anderer Stelle aufbewahrt wurde (Eingangs"
    "bestätigungen, Nachrichten an die Rechnungsprüfung, Veröffentlichungen; wir verify --head), nichts verändert "
    "wurde. Nicht bewiesen ist, dass richtig ist, was die Kommunen gemeldet haben."
)
TEXTS_DE = (
    "Dateinamen, Absender und Begründungen liegen neben der Kette, damit sie gelöscht werden können. Ihr Wortlaut ist "
    "durch keine Prüfsumme belegt."
)
DERIVED_DE = (
    "Nicht geprüft sind Eingangsordner und Rückmeldungen (inbox/, feedback/): Keine Kennzahl wird aus ihnen gerechnet."
)
_EXAMPLES = 20


@dataclass(frozen=True)
class Deviation:
    """Something that is not as the ledger says.

    Attributes:
        subject: what it is about: an entry's number, a file below the data folder, a table.
        message: a German sentence.
    """

    part: Part
    kind: Kind
    subject: str
    message: str


@dataclass(frozen=True)
class Erased:
    """A submission whose bytes were erased by a recorded act.

    Attributes:
        basis: the legal basis as it was stated.
    """

    submission_id: int
    sha256: str
    entry: Entry
    basis: str


@dataclass(frozen=True)
class Proof:
    """What was proved.

    Attributes:
        head: the last entry of the ledger, None if it has none or cannot be read.
        checked: what was looked at, part by part: `entries`, `files`, `documents`, `tables`, … → how many.
        deviations: everything that is not as the ledger says, in the order of the parts.
        erased: submissions that are gone by a recorded act.
        notes: German sentences that explain and accuse nobody.
        seconds: how long each part took.
    """

    head: Entry | None
    is_demo: bool
    checked: dict[str, int]
    deviations: tuple[Deviation, ...]
    erased: tuple[Erased, ...]
    notes: tuple[str, ...]
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.deviations


def shortened(deviations: Sequence[Deviation]) -> list[Deviation]:
    """No more than a few of the same part and kind, and a sentence that counts the others."""
    return [one for group in _groups(deviations) for one in _some(group)]


def _groups(deviations: Iterable[Deviation]) -> Iterator[list[Deviation]]:
    groups: dict[tuple[str, str], list[Deviation]] = {}
    for one in deviations:
        groups.setdefault((one.part, one.kind), []).append(one)
    yield from groups.values()


def _some(group: list[Deviation]) -> list[Deviation]:
    more = len(group) - _EXAMPLES
    if more <= 0:
        return group
    return [*group[:_EXAMPLES], Deviation(group[0].part, group[0].kind, "", f"… und {more} weitere dieser Art.")]

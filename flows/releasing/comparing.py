"""`wir changes`: two releases, or a release and the published database, compared by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows import ledger as journal
from flows.house import is_demo, open_house
from flows.ledger import Ledger
from flows.releasing.causes import cause_de
from flows.releasing.changes import Differences, differences
from flows.releasing.corrections import by_figure, key_of
from flows.releasing.places import DATABASE, RELEASE, REWRITTEN, ReleaseError, is_as_recorded, recorded
from flows.settings import DataFolder

NOW = "now"
"""Stands for the published database where a release could be named."""


@dataclass(frozen=True)
class Comparison:
    """What differs between two releases.

    Attributes:
        before, after: their names.
        changes: figure by figure, with all causes; see `document`.
        is_demo: whether the data are invented.
    """

    before: str
    after: str
    changes: Sequence[Mapping[str, Any]]
    is_demo: bool

    def document(self) -> dict[str, Any]:
        """As `wir changes --json` prints it."""
        return {"demo": self.is_demo, "before": self.before, "after": self.after, "changes": list(self.changes)}


def compare(folder: DataFolder, before: str, after: str) -> Comparison:
    """Compare two releases.

    Args:
        folder: the data folder.
        before: name of a release, or `now`.
        after: likewise.

    Raises:
        ReleaseError: there is no such release, or its database was altered.
    """
    if not folder.ledger_file.is_file():
        raise ReleaseError(f"In {folder.root} liegt kein Journal. Bitte nennen Sie den Datenordner in WIR_DATA.")
    ledger = open_house(folder)
    found = differences(_database(folder, ledger, before), _database(folder, ledger, after))
    return Comparison(before, after, _changes(found), is_demo(ledger))


def _database(folder: DataFolder, ledger: Ledger, name: str) -> Path:
    if name == NOW:
        if not folder.database.exists():
            raise ReleaseError("Es gibt noch keine Datenbank. Bitte lassen Sie zuerst eine Nacht laufen (wir nightly).")
        return folder.database.resolve()
    releases = {one.name: one for one in recorded(folder, journal.entries(ledger, RELEASE, REWRITTEN))}
    if name not in releases:
        known = ", ".join(releases) or "noch keine"
        raise ReleaseError(
            f"Eine Veröffentlichung „{name}“ gibt es nicht. Es gibt: {known}; „{NOW}“ ist der Stand jetzt."
        )
    database = releases[name].folder / DATABASE
    if not is_as_recorded(database, releases[name].database_sha256):
        raise ReleaseError(f"Die Datenbank der Veröffentlichung „{name}“ fehlt oder wurde verändert ({database}).")
    return database


def _changes(found: Differences) -> list[dict[str, Any]]:
    causes = by_figure(found.causes)
    return [
        {
            **{name: figure[name] for name in ("indicator_id", "area_kind", "area_key", "area", "period", "breakdown")},
            "before": _side(figure, "before"),
            "after": _side(figure, "after"),
            "causes": [_cause(cause, found.names) for cause in causes[key_of(figure)]],
        }
        for figure in found.figures.iter_rows(named=True)
    ]


def _side(figure: Mapping[str, Any], side: str) -> dict[str, Any]:
    parts = {name: figure[f"{name}_{side}"] for name in ("state", "value", "numerator", "denominator")}
    return {**parts, "hidden": figure[f"is_hidden_{side}"]}


def _cause(cause: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """A cause with what it names, without what it does not."""
    told = ("ags", "submission_before", "submission_after", "received_before", "received_after", "register", "row_key")
    facts = {name: cause[name] for name in (*told, "detail") if cause[name] not in (None, "")}
    return {"cause": cause["cause"], "cause_de": cause_de(cause, names), **facts}

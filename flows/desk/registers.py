"""Registers as the desk needs them: those of an opened folder, or what is packaged; and taking new ones in."""

from pathlib import Path

from expectations.errors import StatedError
from flows import reference
from flows.house import clock, open_house
from flows.ledger import Ledger
from flows.records import ReferenceData
from flows.settings import DataFolder


class DeskError(StatedError):
    """Something that was asked for cannot be done; the message says why."""


def registers(folder: DataFolder | None) -> tuple[ReferenceData, Ledger | None]:
    """Reference data of an opened folder; without one, what is packaged."""
    if folder is None or not folder.ledger_file.is_file():
        return reference.packaged(), None
    ledger = open_house(folder)
    return reference.in_force(folder, ledger), ledger


def opened(folder: DataFolder) -> Ledger:
    """The ledger of a data folder that is in use; nothing is begun by asking.

    Raises:
        DeskError: there is none.
    """
    if not folder.ledger_file.is_file():
        raise DeskError(f"In {folder.root} liegt kein Journal. Bitte nennen Sie den Datenordner in WIR_DATA.")
    return open_house(folder)


def import_reference(folder: DataFolder, file: Path) -> str:
    """Take in a file of reference data; a German sentence says what it was.

    Raises:
        StatedError: the file is not one of the data sets, or wrong; the message names line and column.
    """
    ledger = open_house(folder)
    entry = reference.import_file(folder, ledger, file, now=clock(ledger))
    return f"{file.name}: als „{entry.body['dataset']}“ übernommen ({entry.body['sha256'][:12]}…)."

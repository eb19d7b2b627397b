"""Golden workbooks under `tests/workbooks`: what `notes.yml` says of each, and its bytes."""

import gzip
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import yaml

from expectations.reading import BLANK, STATE_NOT_RECORDED, Reading
from tests.workbooks import habits, programs, shapes

FOLDER = Path(__file__).parents[1] / "workbooks"
MAKERS: Mapping[str, ModuleType] = {"shapes": shapes, "programs": programs, "habits": habits}
_LONG = 100


@dataclass(frozen=True)
class Note:
    """What is said of a golden workbook.

    Attributes:
        group: how it is made: by a function of one of the modules here, or `saved` by another program.
        odd: what is odd about it.
        findings: code and place of each finding, in their order.
        values: answers that differ from the filled form's; None where a cell is gone. Blank cells in further rows
            are not listed.
    """

    group: str
    odd: str
    findings: tuple[str, ...] = ()
    values: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def is_refused(self) -> bool:
        """Whether it is not read at all."""
        return any(found.startswith("R-DAT") for found in self.findings)


def notes() -> dict[str, Note]:
    """All notes by the workbook's name."""
    written = yaml.safe_load((FOLDER / "notes.yml").read_text(encoding="utf-8"))
    return {
        name: Note(group, note["odd"], tuple(note.get("findings", ())), note.get("values", {}))
        for group, listed in written.items()
        for name, note in listed.items()
    }


def names_by_group() -> dict[str, set[str]]:
    """The golden workbooks that there are: files beside the notes, and functions that take the filled form."""
    files = {path.name for path in FOLDER.iterdir() if path.suffix not in {".py", ".yml", ".bas"} and path.is_file()}
    made = {
        group: {name for name, one in inspect.getmembers(module, inspect.isfunction) if _is_maker(module, one)}
        for group, module in MAKERS.items()
    }
    return {"saved": files, **made}


def _is_maker(module: ModuleType, function: object) -> bool:
    is_own = inspect.isfunction(function) and function.__module__ == module.__name__
    return is_own and list(inspect.signature(function).parameters) == ["form"] and not function.__name__.startswith("_")


def bytes_of(name: str, note: Note, form: bytes) -> bytes:
    """A golden workbook: kept as it was saved, or made from the filled form."""
    if note.group == "saved":
        kept = (FOLDER / name).read_bytes()
        return gzip.decompress(kept) if name.endswith(".gz") else kept
    made: bytes = getattr(MAKERS[note.group], name)(form)
    return made


def answers_of(reading: Reading) -> dict[str, str]:
    """Field and row key → answer: its canonical value, „nicht erhoben“, `""` for blank, `?` where it was not read."""
    states = {BLANK: "", STATE_NOT_RECORDED: "nicht erhoben"}
    return {
        f"{row['field']} {row['row_key']}".rstrip(): states.get(row["state"], _shortened(row["value"] or "?"))
        for row in reading.cells.iter_rows(named=True)
    }


def _shortened(value: str) -> str:
    return value if len(value) <= _LONG else f"{value[:3]}… ({len(value)} signs)"


def findings_of(reading: Reading) -> tuple[str, ...]:
    """Code, sheet, cell and further cells of each finding."""
    return tuple(
        " ".join(filter(None, (found.code, f"{found.sheet}!{found.cell}" if found.cell else "", *found.also_at)))
        for found in reading.findings
    )

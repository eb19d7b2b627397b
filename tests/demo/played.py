"""The whole demo on real files, played once in a run of the tests."""

import io
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from flows.demo.plan import Sending
from flows.demo.run import DemoResult, run_demo
from flows.ledger import Ledger, open_ledger, texts
from flows.records import NightRow
from flows.settings import DataFolder
from tests.shared import made_once

_TOLD = "told.pickle"


@dataclass(frozen=True)
class Played:
    """The demo after it ran; all tests read the same folder.

    Attributes:
        printed: what was printed to the terminal.
    """

    folder: DataFolder
    result: DemoResult
    printed: str

    @cached_property
    def ledger(self) -> Ledger:
        return open_ledger(self.folder)

    def judged(self) -> Iterator[tuple[Sending, NightRow]]:
        """Every sending with what became of its first copy."""
        rows = {row.submission_id: row for night in self.result.nights for row in night.rows}
        submission = {name: seq for seq, name in texts(self.ledger, "file_name").items()}
        for act in self.result.story.acts:
            for sending in act.sendings:
                yield sending, rows[submission[sending.names[0]]]

    def published(self, query: str) -> list[tuple[object, ...]]:
        return asked(self.folder, query)


def asked(folder: DataFolder, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder.database), read_only=True) as connection:
        return connection.sql(query).fetchall()


def played_demo(factory: pytest.TempPathFactory) -> Played:
    root = made_once(factory, "demo", _play)
    result, printed = pickle.loads((root / _TOLD).read_bytes())
    return Played(DataFolder(root / "data"), result, printed)


def _play(root: Path) -> None:
    lines = io.StringIO()
    result = run_demo(DataFolder(root / "data"), plain=True, console=Console(file=lines, width=120))
    (root / _TOLD).write_bytes(pickle.dumps((result, lines.getvalue())))

"""Reading in a process of its own: whatever a file does to the libraries that parse it costs one finding."""

import json
from collections.abc import Sequence
from io import BytesIO

import polars as pl

from expectations.reading import Reading, no_cells
from expectations.rules import finding
from flows.cells import notes_of, reading_from
from flows.isolation import DEFAULT, Broken, Limits, Reason, run_isolated
from flows.workbook.read import read_workbook

READ_JOB = "flows.workbook.isolated:read"
_HEAD_BYTES = 8
_CODES: dict[Reason, str] = {"memory": "R-DAT-42", "time": "R-DAT-43", "aborted": "R-DAT-44"}


def read_isolated(files: Sequence[tuple[int, bytes]], *, limits: Limits = DEFAULT) -> list[Reading]:
    """Read municipalities' workbooks, each under limits of memory and time.

    Args:
        files: number of the submission, and the file's bytes, whatever they are.
        limits: what one file may take.

    Returns:
        A reading for each file, in their order. A file that breaks its reader has one fatal finding that says so.

    Raises:
        IsolationError: no process can be started at all.
    """
    payloads = [number.to_bytes(_HEAD_BYTES, "big", signed=True) + data for number, data in files]
    return [
        _broken(answer, limits) if isinstance(answer, Broken) else _reading(answer)
        for answer in run_isolated(READ_JOB, payloads, limits=limits)
    ]


def read(payload: bytes) -> bytes:
    """The job: number of the submission and bytes of the file → notes as JSON behind their length, cells as Arrow."""
    number = int.from_bytes(payload[:_HEAD_BYTES], "big", signed=True)
    reading = read_workbook(payload[_HEAD_BYTES:], number)
    notes = json.dumps(notes_of(reading), ensure_ascii=False).encode("utf-8", "surrogatepass")
    cells = BytesIO()
    reading.cells.write_ipc(cells)
    return len(notes).to_bytes(_HEAD_BYTES, "big") + notes + cells.getvalue()


def _reading(answer: bytes) -> Reading:
    begins = _HEAD_BYTES + int.from_bytes(answer[:_HEAD_BYTES], "big")
    notes = json.loads(answer[_HEAD_BYTES:begins].decode("utf-8", "surrogatepass"))
    return reading_from(notes, pl.read_ipc(BytesIO(answer[begins:])))


def _broken(broken: Broken, limits: Limits) -> Reading:
    allowed = {
        "memory": f"{limits.memory_mib:,} MiB".replace(",", "."),
        "time": f"{limits.seconds:g} Sekunden".replace(".", ","),
        "aborted": "",
    }
    found = finding(_CODES[broken.reason], given=broken.detail, expected=allowed[broken.reason])
    return Reading(None, no_cells(), (found,))

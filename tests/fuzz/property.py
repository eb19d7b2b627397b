"""What must hold of every file: a reading within the limits, with cells or with one fatal finding that helps."""

from expectations.finding import Severity
from expectations.reading import CELLS_SCHEMA, Reading
from flows.workbook import identify, read_workbook


def broken_promise(reading: Reading) -> str:
    """What a reading fails to keep; `""` where it keeps all."""
    if dict(reading.cells.schema) != CELLS_SCHEMA:
        return "the frame of cells has another schema"
    if any(not found.message.strip() or not found.advice.strip() for found in reading.findings):
        return "a finding without a sentence or advice"
    fatal = [found for found in reading.findings if found.severity is Severity.FATAL]
    if reading.identity is None:
        is_refusal = len(fatal) == len(reading.findings) == 1 and reading.cells.is_empty()
        return "" if is_refusal else "neither a report nor one refusal"
    return "a report with a fatal finding" if fatal else ""


def check(data: bytes) -> bytes:
    """The job of a fuzzing process: the code of the refusal, or what was read; it fails where a promise is broken.

    Raises:
        AssertionError: a promise is broken.
    """
    identify(data)
    reading = read_workbook(data, 7)
    promise = broken_promise(reading)
    if promise:
        raise AssertionError(promise)
    return b"read" if reading.identity else reading.findings[0].code.encode()

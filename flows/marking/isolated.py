"""Marking in a process of its own: the sender's file is patched under limits of memory and time."""

from collections.abc import Sequence

from flows.isolation import DEFAULT, Broken, Limits, run_isolated
from flows.marking.mark import mark
from flows.marking.order import Marked, Order, answered, framed, outcome_of, unframed

MARK_JOB = "flows.marking.isolated:job"
_BROKEN = "Beim Markieren wurde die Datei zu aufwendig; das Prüfprotokoll nennt alle Stellen."


def mark_isolated(orders: Sequence[tuple[bytes, Order]], *, limits: Limits = DEFAULT) -> list[Marked]:
    """Mark workbooks, each under limits of memory and time.

    Args:
        orders: files that came through the front door, each with what is to be marked.
        limits: what one file may take.

    Returns:
        What came of each, in their order.

    Raises:
        IsolationError: no process can be started at all.
    """
    answers = run_isolated(MARK_JOB, [framed(data, order) for data, order in orders], limits=limits)
    return [Marked(None, _BROKEN) if isinstance(answer, Broken) else outcome_of(answer) for answer in answers]


def job(payload: bytes) -> bytes:
    """The job: an order and a workbook → the marked workbook, or why there is none."""
    return answered(mark(*unframed(payload)))

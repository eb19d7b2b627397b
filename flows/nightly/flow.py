"""The flow: collect, read and judge, record, build, publish, report.

Imported only after `flows.nightly.server.environment` has been set: Prefect reads it at import. The steps hand their
values on inside this process; what Prefect keeps is names, times, states and two artifacts, never a cell or a file.
"""

import functools
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import State, StateType, TaskRun
from prefect.runtime import flow_run
from prefect.states import Completed, Crashed
from prefect.tasks import Task

from expectations.errors import StatedError
from flows import line
from flows.desk.erasing import finish_erasures
from flows.house import business_time, night_lock
from flows.nightly.report import as_markdown, as_table
from flows.records import NightReport
from flows.settings import DataFolder, berlin_date

P = ParamSpec("P")
R = TypeVar("R")

WITH_RETURNED_REPORTS = "CompletedWithReturnedReports"
OUR_PACKAGES = frozenset({"flows", "expectations"})


class StepFailedError(Exception):
    """A step failed; the text is fit for Prefect's records, the exception itself is in `__context__`."""


def told(error: Exception) -> str:
    """What Prefect's records may say of an error: our own sentences, of anything else its type and place only.

    The text of a foreign exception may quote a cell, and what lies in Prefect's records no `wir erase` would find.
    """
    if isinstance(error, StatedError):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if OUR_PACKAGES & set(Path(frame.filename).parts)]
    at = (ours or frames)[-1]
    return f"{type(error).__name__} at {Path(at.filename).name}:{at.lineno}; `wir nightly --plain` shows all of it"


def _as_task(work: Callable[P, R], *, retry_after: Sequence[float] = ()) -> Task[P, R]:
    @functools.wraps(work)
    def step(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return work(*args, **kwargs)
        except Exception as error:  # noqa: BLE001  whatever it is, `run_with_prefect` raises it again
            raise StepFailedError(told(error)) from None

    name = work.__name__.replace("_", " ")
    as_task = task(
        name=name,
        task_run_name=name,
        cache_policy=NO_CACHE,  # ours is by file hash and versions; INPUTS would take one night's result for another's
        persist_result=False,
        retries=len(retry_after),
        retry_delay_seconds=list(retry_after),
        retry_condition_fn=_outside_failed,
    )
    return as_task(step)


def _outside_failed(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    failure = state.result(raise_on_failure=False)
    error = failure.__context__ if isinstance(failure, StepFailedError) else None
    return isinstance(error, OSError) or (error is not None and isinstance(error.__cause__, OSError))


begin = _as_task(line.begin)
collect = _as_task(line.collect, retry_after=(2, 10))
read_and_judge = _as_task(line.read_and_judge)
record = _as_task(line.record)
build = _as_task(line.build)
publish = _as_task(line.publish)
report = _as_task(line.report)
STEPS = (begin, collect, read_and_judge, record, build, publish, report)


def _date_of_night() -> str:
    given = flow_run.get_parameters()
    try:
        at = business_time(DataFolder(Path(given["folder"])), given["business_at"])
    except StatedError:  # the first step meets it again, and there it is recorded
        at = datetime.now(UTC)
    return str(berlin_date(at))


@flow(name="nightly", flow_run_name=_date_of_night, persist_result=False)
def nightly(folder: str, business_at: datetime | None = None) -> State[NightReport]:
    """One night, from the inbox to the publication.

    Args:
        folder: path of the data folder.
        business_at: the moment that counts as now; without it, the data folder's own clock.

    Returns:
        A completed state that carries the night's report; its name says whether a report was returned or unreadable.

    Raises:
        BusyError: another night is at work on this folder.
        StepFailedError: a step failed; what was published before stays.
    """
    house = DataFolder(Path(folder))
    with night_lock(house):
        close_lost_runs()
        night = begin(house, business_at=business_at)
        collected = collect(night)
        record(night, read_and_judge(night))
        publish(night, build(night))
        outcome = report(night, collected)
        finish_erasures(house)
    return _shown(outcome)


def _shown(outcome: NightReport) -> State[NightReport]:
    create_markdown_artifact(as_markdown(outcome), key="nacht", description="Was einging und was daraus wurde")
    create_table_artifact(as_table(outcome), key="berichte", description="Jede Einreichung dieser Nacht")
    back = outcome.returned + outcome.unreadable
    message = f"{outcome.received} received, {back} of them returned"
    return Completed(name=WITH_RETURNED_REPORTS if back else None, message=message, data=outcome)


def close_lost_runs() -> None:
    """Mark as crashed what a killed process left running: who holds the night's lock knows that no other night runs."""
    running = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.RUNNING]))
    message = "Nobody wrote down how it ended: its process was killed. What it did is in the ledger."
    with get_client(sync_client=True) as client:
        for run in client.read_flow_runs(flow_run_filter=FlowRunFilter(state=running)):
            if str(run.id) != flow_run.id:
                client.set_flow_run_state(run.id, Crashed(message=message), force=True)

"""The flow: collect, read and judge, record, build, publish, report.

Imported only after `flows.nightly.server.environment` has been set: Prefect reads it at import. The steps hand their values on
inside this process; what Prefect keeps is names, times, states and the two artifacts, never a cell, a frame or a file.
"""

import functools
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.runtime import flow_run
from prefect.states import Completed
from prefect.tasks import Task

from expectations.errors import StatedError
from flows import line
from flows.nightly.report import as_markdown, as_table
from flows.settings import DataFolder, berlin_date

P = ParamSpec("P")
R = TypeVar("R")

WITH_RETURNED_REPORTS = "CompletedWithReturnedReports"


class StepFailedError(Exception):
    """A step failed; the text is fit for Prefect's records, the exception itself is in `__context__`."""


def told(error: Exception) -> str:
    """What Prefect's records may say of an error: our own sentences, of anything else its type and place only.

    The text of a foreign exception may quote a cell, and what lies in Prefect's records no `wir erase` would find.
    """
    if isinstance(error, StatedError):
        return str(error)
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(last.filename).name}:{last.lineno}; `wir nightly --plain` shows all of it"


def _as_task(work: Callable[P, R], **options: Any) -> Task[P, R]:
    @functools.wraps(work)
    def step(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return work(*args, **kwargs)
        except Exception as error:
            raise StepFailedError(told(error)) from None

    # NO_CACHE: what was parsed is cached by us, by file hash and versions; INPUTS would take one night's result for another's.
    return task(step, name=work.__name__.replace("_", " "), cache_policy=NO_CACHE, persist_result=False, **options)


def _outside_failed(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    error = state.result(raise_on_failure=False)
    return isinstance(error, StepFailedError) and isinstance(error.__context__, OSError)


begin = _as_task(line.begin)
collect = _as_task(line.collect, retries=2, retry_delay_seconds=[2, 10], retry_condition_fn=_outside_failed)
read_and_judge = _as_task(line.read_and_judge)
record = _as_task(line.record)
build = _as_task(line.build)
publish = _as_task(line.publish)
report = _as_task(line.report)


def _night_date() -> str:
    parameters = flow_run.get_parameters()
    return str(berlin_date(line.business_time(DataFolder(Path(parameters["folder"])), parameters["business_at"])))


@flow(name="nightly", flow_run_name=_night_date, persist_result=False)
def nightly(folder: str, business_at: datetime | None = None) -> State[line.NightReport]:
    """One night, from the inbox to the publication.

    Args:
        folder: path of the data folder.
        business_at: the moment that counts as now; without it, the data folder's own clock.

    Returns:
        A completed state that carries the night's report; its name says whether a report was returned or unreadable.

    Raises:
        StepFailedError: a step failed; what was published before stays.
    """
    night = begin(DataFolder(Path(folder)), business_at=business_at)
    collected = collect(night)
    judged = read_and_judge(night)
    recorded = record(night, judged)
    publish(night, build(night))
    outcome = report(night, collected, recorded)
    create_markdown_artifact(as_markdown(outcome), key="nacht", description="Was einging und was daraus wurde")
    create_table_artifact(as_table(outcome), key="berichte", description="Jede Einreichung dieser Nacht")
    returned = outcome.returned + outcome.unreadable
    name = WITH_RETURNED_REPORTS if returned else None
    return Completed(name=name, message=f"{outcome.received} received, {returned} returned", data=outcome)

"""One night through Prefect, in this process."""

import logging
import os
import time
from datetime import datetime
from importlib import import_module
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, cast
from uuid import UUID

from flows.nightly.server import LOG_BYTES, Server, environment, private_or_running_server, wait_until_ready
from flows.records import NightReport
from flows.settings import DataFolder

if TYPE_CHECKING:
    from prefect import State

OLD_LOGS = 2
RECORD_SECONDS = 10
RUN_LOGGERS = ("prefect.flow_runs", "prefect.task_runs")


def run_with_prefect(folder: DataFolder, *, business_at: datetime | None = None) -> NightReport:
    """Run one night as a flow: same functions and same result as `flows.line.run_night`, and Prefect's pages show it.

    Args:
        folder: the data folder.
        business_at: the moment that counts as now; without it, the data folder's own clock.

    Returns:
        The night's report, once Prefect's server has written down how the run ended.

    Raises:
        ServerError: no server could be had.
        Exception: whatever a step raised; the run is marked Failed, and what was published before stays.
    """
    with private_or_running_server(folder) as server:
        enter_prefect(folder, server.api_url)
        _import_meanwhile()
        wait_until_ready(server)
        try:
            state = _run(server, business_at)
        except KeyboardInterrupt:  # what waits to be told must be told while there is a server; Prefect would wait long
            _tell_the_server()
            raise
        _until_written_down(state)
    return _outcome(state)


def enter_prefect(folder: DataFolder, api_url: str) -> None:
    """Make this process a client of one server; its log lines go to the data folder, only warnings to the terminal."""
    settings = environment(folder, api_url)
    if not settings.items() <= os.environ.items():
        os.environ.update(settings)
        from prefect.context import refresh_global_settings_context

        refresh_global_settings_context()
    _log_to(folder)


def _import_meanwhile() -> None:
    """Import what the night needs anyway: a private server takes seconds to start, on a core of its own."""
    import_module("flows.nightly.flow")
    import_module("expectations.judge")


def _run(server: Server, business_at: datetime | None) -> "State[NightReport]":
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    from flows.nightly.flow import nightly

    # A private server does not watch for heartbeats, and their thread takes a second to end.
    own = {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None} if server.process else {}
    with temporary_settings(own):
        state = nightly(str(server.folder.root.resolve()), business_at, return_state=True)
    return cast("State[NightReport]", state)  # a state that a flow returns becomes the run's own


def _outcome(state: "State[NightReport]") -> NightReport:
    from flows.nightly.flow import StepFailedError

    try:
        return state.result()
    except StepFailedError as failure:
        raise failure.__context__ or failure from None


def _until_written_down(state: "State[NightReport]") -> None:
    """Wait until the server has written down every step: it takes them from a queue in memory, and may end next."""
    from prefect.logging.handlers import APILogWorker

    APILogWorker.drain_all(timeout=RECORD_SECONDS)
    latest = time.monotonic() + RECORD_SECONDS
    run_id = state.state_details.flow_run_id
    while run_id and time.monotonic() < latest and not _steps_ended(run_id, succeeded=state.is_completed()):
        time.sleep(0.05)
    _tell_the_server()


def _tell_the_server() -> None:
    """Send what waits in the queues of logs and events."""
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    APILogWorker.drain_all(timeout=RECORD_SECONDS)
    EventsWorker.drain_all(timeout=RECORD_SECONDS)


def _steps_ended(run_id: UUID, *, succeeded: bool) -> bool:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

    from flows.nightly.flow import STEPS

    with get_client(sync_client=True) as client:
        steps = client.read_task_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run_id])))
    ended = [step.state is not None and step.state.is_final() for step in steps]
    return all(ended) and (len(ended) == len(STEPS) or not succeeded)


def _log_to(folder: DataFolder) -> None:
    from prefect.logging.configuration import ensure_logging_setup

    ensure_logging_setup()
    logger = logging.getLogger("prefect")
    if any(isinstance(handler, RotatingFileHandler) for handler in logger.handlers):
        return
    log = folder.prefect_home / "nightly.log"
    handler = RotatingFileHandler(log, maxBytes=LOG_BYTES, backupCount=OLD_LOGS, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger.addHandler(handler)
    for name in RUN_LOGGERS:
        # What became of the night is ours to tell; Prefect's own troubles still reach the terminal.
        logging.getLogger(name).propagate = False
        logging.getLogger(name).addHandler(handler)
    logging.getLogger("EventsWorker").setLevel(logging.ERROR)  # it warns of every queue that is not empty at the end

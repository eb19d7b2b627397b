"""One night through Prefect, from a process of ours."""

import logging
import os
import time
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from flows.nightly.server import environment, private_or_running_server, wait_until_ready
from flows.settings import DataFolder

if TYPE_CHECKING:
    from flows.line import NightReport

LOG_BYTES, OLD_LOGS = 1_000_000, 2


def run_with_prefect(folder: DataFolder, *, business_at: datetime | None = None) -> "NightReport":
    with private_or_running_server(folder) as server:
        wait_until_ready(server)
        enter_prefect(folder, server.api_url)
        return _run(folder, business_at)


def enter_prefect(folder: DataFolder, api_url: str) -> None:
    """Make this process a client of one server, with its log lines in the data folder and only warnings on the terminal."""
    os.environ.update(environment(folder, api_url))
    from prefect.context import refresh_global_settings_context

    refresh_global_settings_context()
    import prefect.main  # noqa: F401  sets up Prefect's logging, which would undo ours later
    keep_log(folder)

def keep_log(folder):
    pass

def _run(folder: DataFolder, business_at: datetime | None) -> "NightReport":
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
    from flows.nightly.flow import StepFailedError, nightly

    t=time.time()
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        state = nightly(str(folder.root), business_at, return_state=True)
    print("flow", time.time()-t)
    t=time.time()
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker
    EventsWorker.drain_all(timeout=5); APILogWorker.drain_all(timeout=5)
    print("drain", time.time()-t)
    try:
        return state.result()
    except StepFailedError as failure:
        raise failure.__context__ or failure from None

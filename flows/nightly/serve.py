"""`wir serve`: Prefect's server with its pages, and the nights at 03:15."""

import asyncio
import os
import signal
import sys
import threading
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from flows.nightly.run import enter_prefect
from flows.nightly.server import (
    SERVED,
    Server,
    ServerError,
    log_file,
    page_url,
    place_of_serve,
    start,
    stop,
    wait_until_ready,
)
from flows.settings import DataFolder

if TYPE_CHECKING:
    from prefect.runner import Runner

# Outside 02–03 h, which the change of the clocks skips or repeats.
EVERY_NIGHT, TIME_ZONE = "15 3 * * *", "Europe/Berlin"
SILENCE = timedelta(seconds=90)
SILENT_RUNS = "Mark silent runs as crashed"
LATE_RUNS_AT_ONCE = 100


def serve(folder: DataFolder, *, host: str = "127.0.0.1", port: int = 4200) -> None:
    """Serve until SIGTERM or Ctrl-C, which end the server as well.

    The pages have no sign-in of their own: on any address but the loopback put a proxy with authentication before them.

    Args:
        folder: the data folder; runs of earlier nights on it are shown.
        host: address to listen at.
        port: port of Prefect's server and pages.

    Raises:
        ServerError: the port is taken, another `wir serve` works on this folder, or the server cannot be had.
    """
    with place_of_serve(folder) as place:
        server = start(folder, host=host, port=port, settings=SERVED)
        stopping = threading.Event()
        try:
            place.write(server.api_url)
            place.flush()
            wait_until_ready(server)
            threading.Thread(target=_end_with, args=(server, stopping), daemon=True).start()
            enter_prefect(folder, server.api_url)
            _tidy_up(folder)
            _watch_for_silence()
            asyncio.run(_serve_nights(server))
        finally:
            stopping.set()
            lost = server.process is not None and server.process.poll() is not None
            stop(server)
            if lost:
                raise ServerError(f"Prefect's server ended by itself: see {log_file(folder)}.")


def _tidy_up(folder: DataFolder) -> None:
    from flows.house import BusyError, night_lock
    from flows.nightly.flow import close_lost_runs

    with suppress(BusyError), night_lock(folder):
        close_lost_runs()


async def _serve_nights(server: Server) -> None:
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.runner import Runner
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.nightly.flow import nightly

    runner = Runner(name="nightly", pause_on_shutdown=False, limit=LATE_RUNS_AT_ONCE)
    await runner.aadd_flow(
        nightly,
        name="nightly",
        schedule=Cron(EVERY_NIGHT, timezone=TIME_ZONE),
        # After an outage all missed nights start at once: one of them does the work, CANCEL_NEW ends the others.
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        parameters={"folder": str(server.folder.root.resolve())},
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    sys.stderr.write(f"Prefect: {page_url(server.api_url)} · every night at 03:15 (Berlin) · Ctrl-C ends it\n")
    await _run_until_told_to_end(runner)


async def _run_until_told_to_end(runner: "Runner") -> None:
    told = asyncio.Event()
    running = asyncio.create_task(runner.start())
    await asyncio.sleep(0)  # the runner first sets its own SIGTERM handler, which forgets to await its end
    for ending in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(ending, told.set)
    await asyncio.wait({running, asyncio.create_task(told.wait())}, return_when=asyncio.FIRST_COMPLETED)
    if runner.started:
        await runner.astop()
    await running


def _watch_for_silence() -> None:
    """Have the server mark a run as crashed when its heartbeats stop: a `wir nightly` that is killed says no word."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.objects import StateType
    from prefect.events.actions import ChangeFlowRunState
    from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
    from prefect.events.schemas.events import ResourceSpecification

    heartbeat_missed = EventTrigger(
        posture=Posture.Proactive,
        match=ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]}),
        for_each={"prefect.resource.id"},
        after={"prefect.flow-run.heartbeat"},
        # Every event of the run, since the last one bears the name of its end state, and one of those is ours.
        expect={"prefect.flow-run.*"},
        within=SILENCE,
    )
    message = f"No heartbeat for {SILENCE.seconds} seconds: its process is gone."
    crashed = ChangeFlowRunState(name=None, state=StateType.CRASHED, message=message, force=False)
    with get_client(sync_client=True) as client:
        for known in client.read_automations_by_name(SILENT_RUNS):
            client.delete_automation(known.id)
        client.create_automation(AutomationCore(name=SILENT_RUNS, trigger=heartbeat_missed, actions=[crashed]))


def _end_with(server: Server, stopping: threading.Event) -> None:
    if server.process is not None:
        server.process.wait()
    if not stopping.is_set():
        os.kill(os.getpid(), signal.SIGTERM)

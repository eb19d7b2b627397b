"""Prefect's server: that of `wir serve` where it runs on this data folder, else a private one for as long as needed."""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from expectations.errors import StatedError
from flows.settings import DataFolder

START_SECONDS, SHUTDOWN_SECONDS = 120, 8  # a first start compiles and creates the database
LOG_BYTES = 1_000_000
SPARE_BYTES = 5_000_000  # less is too little for Prefect's database

# A private server only writes down the night: what schedules, watches and shows is the business of `wir serve`.
PRIVATE = {
    "PREFECT_SERVER_UI_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_FOREMAN_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
}

# On another port than 4200 the pages stay blank unless they are told to ask their own host; version 2 of them would ask
# a foreign one. Leases on disk: else a night cut off by a power failure would hold its place for ever.
SERVED = {
    "PREFECT_SERVER_UI_ENABLED": "true",
    "PREFECT_SERVER_UI_API_URL": "/api",
    "PREFECT_SERVER_UI_V2_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "flow_runs,events",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(2 * 366 * 24 * 3600),
}


class ServerError(StatedError):
    """Prefect's server cannot be had; the message names its log and the way round it."""


@dataclass(frozen=True)
class Server:
    """A server for one data folder: the address of its API, and its process where it is ours to stop."""

    folder: DataFolder
    api_url: str
    process: subprocess.Popen[bytes] | None = None


_CURRENT: ContextVar[Server | None] = ContextVar("current_server", default=None)


@contextmanager
def private_or_running_server(folder: DataFolder) -> Iterator[Server]:
    """The server for this data folder: that of `wir serve` if it runs, else a private one that ends with the block.

    A private server starts while the block goes on with something else: every night waits for it (`wait_until_ready`).
    Inside the block every further call, and so every night, is given the same server.

    Raises:
        ServerError: the private server could not be started.
    """
    current = _CURRENT.get()
    if current is not None and current.folder == folder:
        yield current
        return
    api_url = running_server(folder)
    server = Server(folder, api_url) if api_url else start(folder, host="127.0.0.1", port=0, settings=PRIVATE)
    token = _CURRENT.set(server)
    try:
        yield server
    finally:
        _CURRENT.reset(token)
        stop(server)


def start(folder: DataFolder, *, host: str, port: int, settings: dict[str, str]) -> Server:
    """Start a server process of our own; it ends with `stop`, and by itself when this process is gone.

    Args:
        folder: the data folder; Prefect's records and the server's log lie in its `prefect_home`.
        host: address to listen at.
        port: port to listen at; 0 for any free one.
        settings: Prefect's settings for this server beyond those of `environment`.

    Returns:
        The server, which does not answer yet.

    Raises:
        ServerError: the port is taken, or nothing can be written in the data folder.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
        except OSError as error:
            message = f"Nothing can listen on {host}:{port} ({error.strerror}): choose another port with --port."
            raise ServerError(message) from error
        api_url = _api_url(listener)
        try:
            return Server(folder, api_url, _process(folder, listener, environment(folder, api_url) | settings))
        except OSError as error:
            raise ServerError(_failed(folder, f"cannot be started ({error.strerror})")) from error


def wait_until_ready(server: Server) -> None:
    """Return when the server answers.

    Raises:
        ServerError: it ended, or did not answer within a minute.
    """
    latest = time.monotonic() + START_SECONDS
    while not _answers(server.api_url):
        if server.process is not None and server.process.poll() is not None:
            raise ServerError(_failed(server.folder, f"ended with code {server.process.returncode}"))
        if time.monotonic() > latest:
            raise ServerError(_failed(server.folder, f"has not answered for {START_SECONDS} seconds"))
        time.sleep(0.1)


def stop(server: Server) -> None:
    """End the server's process if it is ours; it first writes down what it has received."""
    if server.process is None or server.process.stdin is None:
        return
    server.process.stdin.close()
    try:
        server.process.wait(SHUTDOWN_SECONDS + 2)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()


def environment(folder: DataFolder, api_url: str) -> dict[str, str]:
    """What Prefect is told in our process and its children: where to keep records, whom to ask, to tell nobody else."""
    own_hosts = [os.environ.get("NO_PROXY", os.environ.get("no_proxy", "")), "127.0.0.1", "localhost", "::1"]
    no_proxy = ",".join(dict.fromkeys(name for hosts in own_hosts for name in hosts.split(",") if name))
    return {
        "WIR_DATA": str(folder.root.resolve()),
        "PREFECT_HOME": str(folder.prefect_home.resolve()),
        "PREFECT_API_URL": api_url,
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(folder.prefect_home.resolve() / "ui"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING",
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
    }


@contextmanager
def place_of_serve(folder: DataFolder) -> Iterator[IO[str]]:
    """Hold the one place of `wir serve` on a data folder; what is written into the file `running_server` reads.

    A locked file, not a process number that could outlive its process: whoever can lock it knows that nobody serves.

    Raises:
        ServerError: another `wir serve` works on this data folder, or nothing can be written there.
    """
    try:
        folder.prefect_home.mkdir(parents=True, exist_ok=True)
        place = _place(folder, "a+")
    except OSError as error:
        raise _no_access(folder, error) from error
    with place as file:
        if not _locked(file, fcntl.LOCK_EX):
            file.seek(0)
            raise ServerError(f"Another `wir serve` works on this data folder already: {page_url(file.read())}")
        file.truncate(0)
        yield file


def running_server(folder: DataFolder) -> str | None:
    """The address of the API of the `wir serve` that works on this data folder, else None.

    Raises:
        ServerError: the data folder cannot be read.
    """
    try:
        with _place(folder, "r") as file:
            return None if _locked(file, fcntl.LOCK_SH) else file.read() or None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _no_access(folder, error) from error


def _place(folder: DataFolder, mode: str) -> IO[str]:
    return (folder.prefect_home / "served.lock").open(mode, encoding="utf-8")


def _locked(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _process(folder: DataFolder, listener: socket.socket, settings: dict[str, str]) -> subprocess.Popen[bytes]:
    with _opened_log(folder) as log:
        return subprocess.Popen(  # noqa: S603  our own module
            [sys.executable, "-m", "flows.nightly.host", str(listener.fileno())],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env={**os.environ, **settings},
            cwd=folder.prefect_home,
            pass_fds=[listener.fileno()],
            start_new_session=True,
        )


def _opened_log(folder: DataFolder) -> IO[bytes]:
    log = log_file(folder)
    try:
        folder.prefect_home.mkdir(parents=True, exist_ok=True)
        if log.is_file() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".log.old"))
        return log.open("ab")
    except OSError as error:
        raise _no_access(folder, error) from error


def _answers(api_url: str) -> bool:
    address = urlsplit(api_url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=5)
    try:
        connection.request("GET", f"{address.path}/health")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _api_url(listener: socket.socket) -> str:
    address, port = listener.getsockname()[:2]
    ip = ip_address(address)
    if ip.is_unspecified:
        ip = ip_address("127.0.0.1" if ip.version == 4 else "::1")
    return f"http://{f'[{ip}]' if ip.version == 6 else ip}:{port}/api"


def page_url(api_url: str) -> str:
    """The address of the pages of the server with this API."""
    return api_url.removesuffix("/api")


def log_file(folder: DataFolder) -> Path:
    """Where the server of a data folder writes what goes wrong in it."""
    return folder.prefect_home / "server.log"


def _no_access(folder: DataFolder, error: OSError) -> ServerError:
    return ServerError(f"The data folder {folder.root} cannot be written: {error.strerror}.")


def _failed(folder: DataFolder, how: str) -> str:
    if shutil.disk_usage(folder.root).free < SPARE_BYTES:
        return f"Prefect's server {how}: the disk of {folder.root} is full. Free some space; nothing was lost."
    return f"Prefect's server {how}: see {log_file(folder)}. `wir nightly --plain` does the same work without it."

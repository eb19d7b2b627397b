"""Reading the auditors' database: one door for our own readers and for whoever offers it to several people.

`read_only` alone is no protection: such a connection still writes files with COPY TO and reads any file of the machine.
This one does neither, its settings can no longer be changed, and what it may take of the machine is bounded.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import duckdb

from expectations.errors import StatedError

_REPEAT_SECONDS = 0.05


class NoPublicationError(StatedError):
    """Nothing was published yet."""


class QueryTooLongError(StatedError):
    """A query took longer than it may and was interrupted; the connection can be used again."""


@dataclass(frozen=True)
class Limits:
    """What one connection may take of the machine. Nothing is ever spilled to disk."""

    memory_mib: int = 1024
    threads: int = 2


def open_for_reading(database: Path, limits: Limits | None = None) -> duckdb.DuckDBPyConnection:
    """Open a published database so that it can be read, and nothing else.

    Statements cannot write files or tables, read other files, attach other databases, load extensions or change a
    setting. All connections of one process to one file must be opened in the same way: DuckDB refuses others.

    Args:
        database: the published database, or a release's.
        limits: memory and threads of the connection; None takes the defaults.

    Returns:
        The connection; close it, so that a later one meets the next night's database.

    Raises:
        NoPublicationError: there is no database yet.
    """
    if not database.exists():
        raise NoPublicationError(f"{database} does not exist yet: run `wir nightly` first.")
    return duckdb.connect(str(database), read_only=True, config=_settings(limits or Limits()))


def _settings(limits: Limits) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "enable_external_access": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        # Names in a query are tables of the database, never variables of the program that asks.
        "python_enable_replacements": False,
        "memory_limit": f"{limits.memory_mib}MiB",
        "threads": limits.threads,
        "temp_directory": "",
        "lock_configuration": True,
    }


@contextmanager
def interrupted_after(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Interrupt what runs on a connection once the time is over, for as long as the block lasts.

    Args:
        connection: what the block asks; a cursor is a connection of its own.
        seconds: time for everything in the block.

    Raises:
        QueryTooLongError: the time was over and a query was interrupted.
    """
    finished = Event()
    watch = Thread(target=_interrupt, args=(connection, seconds, finished), daemon=True)
    watch.start()
    try:
        yield
    except duckdb.InterruptException as error:
        raise QueryTooLongError(
            f"The query was interrupted after {seconds:g} seconds: ask for less at once."
        ) from error
    finally:
        finished.set()
        watch.join()


def _interrupt(connection: duckdb.DuckDBPyConnection, seconds: float, finished: Event) -> None:
    """Once the time is over, interrupt again and again: an interrupt between two queries would hit neither."""
    over = finished.wait(seconds)
    while not over:
        connection.interrupt()
        over = finished.wait(_REPEAT_SECONDS)

"""Commands about the night: the demonstration, one night now, and the schedule."""

import os
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from expectations.errors import StatedError
from expectations.period import FIRST_YEAR
from flows.settings import DataFolder, data_folder, require_posix

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.records import NightReport


def demo(
    year: Annotated[int, typer.Option(help="Reporting year of the invented reports.")] = FIRST_YEAR,
    *,
    plain: Annotated[bool, typer.Option("--plain", help="Run the nights without Prefect.")] = False,
) -> None:
    """Fill a fresh data folder with invented reports of all 33 bodies and run nights on them."""
    require_posix()
    from flows.demo.run import run_demo

    run_demo(data_folder(), year=year, plain=plain, console=Console())


def nightly(
    *,
    plain: Annotated[bool, typer.Option("--plain", help="Without Prefect: same functions, same result.")] = False,
) -> None:
    """Run one night now: collect, read and judge, record, build, publish, report."""
    require_posix()
    from flows.feedback import print_night

    folder = data_folder()
    if plain:
        run = _run_plainly
    else:
        from flows.nightly import run_with_prefect as run
    print_night(_or_failed(run, folder), Console())


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of Prefect's server and pages.")] = 4200,
) -> None:
    """Run Prefect's server with its pages, and the schedule of the night (03:15 Europe/Berlin)."""
    require_posix()
    from flows.nightly import serve as serve_nights

    serve_nights(data_folder(), host=host, port=port)


def _run_plainly(folder: DataFolder) -> "NightReport":
    from flows.desk.erasing import finish_erasures
    from flows.house import night_lock
    from flows.line import run_night

    report = run_night(folder)
    with night_lock(folder):
        finish_erasures(folder)
    return report


def _or_failed(run: "Callable[[DataFolder], NightReport]", folder: DataFolder) -> "NightReport":
    """Run a night; whatever stops it, the command ends with 1 and one sentence."""
    try:
        return run(folder)
    except StatedError:
        raise
    except Exception as error:
        if os.environ.get("WIR_DEBUG"):
            raise
        raise StatedError(f"The night failed ({type(error).__name__}): {error}") from error

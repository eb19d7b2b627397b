"""The demo itself: invent, write, send, run the nights, decide, say what came of it."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console

from expectations.errors import StatedError
from expectations.german import date_text
from expectations.period import FIRST_YEAR, LAST_YEAR, Period
from flows import reference
from flows.demo.files import become_writer, drop, write_file
from flows.demo.folder import DemoError, fresh_ledger, record_made
from flows.demo.ministry import carry_out
from flows.demo.plan import Sending
from flows.demo.story import Act, Story, draft_of, story_of
from flows.demo.summary import Summary, print_summary, summarise
from flows.ledger import Ledger
from flows.records import NightReport
from flows.settings import DataFolder, berlin_date

SEED = 2026
_WRITERS = 2
"""Processes that write workbooks: more than two bring little, since the nights need their share."""

Night = Callable[..., NightReport]
"""Runs one night: `night(folder, business_at=…)`."""


class YearError(StatedError):
    """A reporting year outside the programme."""

    exit_code = 64


@dataclass(frozen=True)
class DemoResult:
    """What the demo did: its story, what each night reported, and how long everything took."""

    story: Story
    nights: tuple[NightReport, ...]
    summary: Summary
    seconds: float


def run_demo(
    folder: DataFolder, *, year: int = FIRST_YEAR, seed: int = SEED, plain: bool = False, console: Console
) -> DemoResult:
    """Fill a fresh data folder with invented reports of all bodies, run nights on them, and decide as a ministry would.

    Args:
        folder: the data folder; one that holds real submissions is refused.
        year: the reporting year.
        seed: decides every invented number; the same seed gives the same figures.
        plain: run the nights without Prefect.
        console: where progress and summary go.

    Raises:
        YearError: the programme does not run in that year.
        StatedError: the folder is not the demo's to use, or cannot be written.
    """
    began = time.monotonic()
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise YearError(f"The programme does not run in {year}: use --year {FIRST_YEAR} … {LAST_YEAR}.")
    story = story_of(seed, year)
    ledger = fresh_ledger(folder, seed, story.starts_at)
    night, server = _nights(plain=plain)
    with server(folder), _written(folder, story) as written:
        nights = []
        for act in story.acts:
            with _explained(folder):
                _import_registers(folder, ledger, act)
            if act.sendings:
                with console.status(f"{len(act.sendings)} Arbeitsmappen werden ausgefüllt …"), _explained(folder):
                    _send(folder, ledger, act, written)
            with console.status(f"Nacht zum {date_text(berlin_date(act.night_at))}: einsammeln, prüfen, auswerten …"):
                nights.append(night(folder, business_at=act.night_at))
            carry_out(folder, ledger, act.decisions)
    shutil.rmtree(_workshop(folder), ignore_errors=True)
    summary = summarise(folder, ledger, nights, _periods_by_name(story), _names(story))
    result = DemoResult(story, tuple(nights), summary, time.monotonic() - began)
    print_summary(folder, summary, nights, result.seconds, console)
    return result


def _periods_by_name(story: Story) -> dict[str, Period]:
    return {name: sending.period for act in story.acts for sending in act.sendings for name in sending.names}


def _names(story: Story) -> dict[str, str]:
    return {ags: work.body.short_name for ags, work in story.works.items()}


def _nights(*, plain: bool) -> tuple[Night, Callable[[DataFolder], AbstractContextManager[object]]]:
    """How a night is run, and what must run beside all nights."""
    if plain:
        from flows.line import run_night

        return run_night, nullcontext
    from flows.nightly import private_or_running_server, run_with_prefect

    return run_with_prefect, private_or_running_server


@contextmanager
def _explained(folder: DataFolder) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DemoError(f"The data folder {folder.root} cannot be written: {error.strerror}.") from error


# --- one act ---------------------------------------------------------------------------------------------------------

Written = dict[Sending, tuple[Path, Future[str]]]
"""Sending → its file and, once it is written, the file's SHA-256."""


def _send(folder: DataFolder, ledger: Ledger, act: Act, written: Written) -> None:
    """Put the act's files into the inbox as they arrived."""
    record_made(ledger, [written[sending][1].result() for sending in act.sendings], act.registers_at)
    folder.inbox.mkdir(parents=True, exist_ok=True)
    for sending in act.sendings:
        drop(written[sending][0], folder.inbox, sending.names, sending.arrives_at)


def _import_registers(folder: DataFolder, ledger: Ledger, act: Act) -> None:
    registers = _workshop(folder) / "registers"
    registers.mkdir(parents=True, exist_ok=True)
    for dataset, text in act.registers.items():
        file = registers / f"{dataset}.csv"
        file.write_text(text, encoding="utf-8")
        reference.import_file(folder, ledger, file, now=act.registers_at)


# --- writing workbooks beside everything else ------------------------------------------------------------------------


@contextmanager
def _written(folder: DataFolder, story: Story) -> Iterator[Written]:
    """All files, while other processes write them in the order in which they are needed.

    New processes, not forks: a fork would inherit the locks of threads that it does not have.
    """
    drafts = _workshop(folder) / "files"
    with _explained(folder):
        drafts.mkdir(parents=True, exist_ok=True)
    pool = ProcessPoolExecutor(min(_WRITERS, os.cpu_count() or 1), get_context("spawn"), become_writer)
    written: Written = {}
    try:
        for sending in (sending for act in story.acts for sending in act.sendings):
            draft = draft_of(story, sending, drafts / sending.names[0])
            written[sending] = draft.target, pool.submit(write_file, draft)
        yield written
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _workshop(folder: DataFolder) -> Path:
    return folder.cache / "demo"

"""What the commands share: options, periods, the data folder, and how they speak."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from expectations.errors import StatedError
from expectations.period import Period, parse_period
from flows.settings import DataFolder, data_folder

JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
FilesArgument = Annotated[list[Path], typer.Argument(metavar="FILE…", help="Workbooks.")]
PeriodOption = Annotated[str, typer.Option("--period", help="2026-H1, 2026 … 2030, or 2026-2030.")]


class UsageError(StatedError):
    """A wrong call; the message says what is right."""

    exit_code = 64


def data_folder_or_none() -> DataFolder | None:
    """The data folder if it has been opened already: `wir check` works without one."""
    try:
        folder = data_folder()
    except StatedError:
        return None
    return folder if folder.ledger_file.is_file() else None


def period_of(text: str) -> Period:
    """Read a period from the command line.

    Raises:
        UsageError: it is none of the programme.
    """
    try:
        return parse_period(text)
    except ValueError as error:
        raise UsageError(str(error)) from error


def say(sentence: str, *, error: bool = False) -> None:
    """Print a sentence as it is, but for signs that steer a terminal: names of files are other people's, too."""
    seen = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in sentence)
    Console(stderr=error, soft_wrap=True).print(seen, markup=False, highlight=False)


def print_json(document: object) -> None:
    """Print one JSON document on standard output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1, default=_plain) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return float(value) if hasattr(value, "as_tuple") else str(value)


def german_day(day: Any) -> str:
    """A day as 31.12.2026, or nothing."""
    return f"{day:%d.%m.%Y}" if day else ""

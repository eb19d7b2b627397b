"""`wir dictionary`: what every field, rule, indicator, table and column means."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from expectations.errors import StatedError
from flows.cli.shared import say
from flows.settings import data_folder


def dictionary(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write one Markdown file a part; else print all.")
    ] = None,
) -> None:
    """Write the data dictionary, from the form, the rules, the SQL and the reference data."""
    from flows.dictionary import as_one_text, dictionary, write_pages

    pages = dictionary(_published())
    if out is None:
        sys.stdout.write(as_one_text(pages))
        return
    files = write_pages(pages, out)
    say(f"{len(files)} Dateien geschrieben; beginnen Sie mit {files[0]}")


def _published() -> Path | None:
    """The published database; None where the program has no data folder: it can describe itself without one."""
    try:
        return data_folder().database
    except StatedError:
        return None

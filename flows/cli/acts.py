"""Commands of the ministry's data team: each is an entry in the ledger."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.shared import say
from flows.settings import data_folder


def reference_import(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="CSV files; the header tells which data set.")],
) -> None:
    """Take in reference data: archived by hash and recorded in the ledger."""
    from flows.desk import import_reference
    from flows.reference import in_order

    for file in in_order(files):
        say(import_reference(data_folder(), file))

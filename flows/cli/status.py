"""`wir status`: who owes which report, and how it stands."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from flows.cli.shared import JsonFlag, german_day, period_of, print_json
from flows.settings import data_folder

_STATES_DE = {
    "not_yet_due": "noch nicht fällig",
    "received": "eingegangen",
    "accepted": "angenommen",
    "accepted_late": "angenommen",
    "awaiting_explanation": "Erläuterung steht aus",
    "returned": "zurückgegeben",
    "missing": "fehlt",
    "extended": "Frist verlängert",
    "exempt": "befreit",
    "voluntary": "freiwillig",
}
_STATE_STYLES = {"missing": "bold red", "returned": "red", "accepted_late": "yellow", "awaiting_explanation": "yellow"}


def status(
    period: Annotated[str, typer.Option("--period", help="Only this period.")] = "",
    *,
    as_json: JsonFlag = False,
) -> None:
    """Show who is due, received, accepted, returned, late, extended or exempt."""
    from flows.desk import obligations_now

    is_demo, rows = obligations_now(data_folder(), period_of(period) if period else None)
    if as_json:
        print_json({"demo": is_demo, "obligations": rows})
    else:
        _print_status(rows, is_demo=is_demo)


def _print_status(rows: Sequence[dict[str, Any]], *, is_demo: bool) -> None:
    console = Console()
    if is_demo:
        from flows.feedback import WATERMARK

        console.print(WATERMARK, style="bold yellow")
    bearers = Counter(name for name, _ in {(row["name"], row["ags"]) for row in rows})
    for period in dict.fromkeys(row["period"] for row in rows):
        table = Table(
            title=f"Berichte {period}", title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0)
        )
        for heading in ("AGS", "Körperschaft", "fällig", "Eingang", "Stand"):
            table.add_column(heading, no_wrap=heading != "Körperschaft")
        for row in (row for row in rows if row["period"] == period):
            state = row["state"]
            table.add_row(
                row["ags"],
                f"{row['name']} ({row['type']})" if bearers[row["name"]] > 1 else row["name"],
                *(german_day(row[name]) for name in ("due_on", "received_on")),
                _STATES_DE.get(state, state) + _late(row["days_late"]),
                style=_STATE_STYLES.get(state),
            )
        console.print(table)


def _late(days: int | None) -> str:
    return f" (+{days} Tag{'e' if days > 1 else ''})" if days else ""

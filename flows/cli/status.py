"""`wir status`: who owes which report, and how it stands."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from flows.cli.shared import JsonFlag, german_day, period_of, print_json, say
from flows.settings import data_folder

_STATES_DE = {
    "not_yet_due": "noch nicht fällig",
    "received": "eingegangen",
    "accepted": "angenommen",
    "accepted_late": "angenommen",
    "awaiting_explanation": "Erläuterung steht aus",
    "returned": "zurückgegeben",
    "voided": "aufgehoben",
    "missing": "fehlt",
    "extended": "Frist verlängert",
    "exempt": "befreit",
    "voluntary": "freiwillig",
}
_STATE_STYLES = {
    "missing": "bold red",
    "returned": "red",
    "voided": "red",
    "accepted_late": "yellow",
    "awaiting_explanation": "yellow",
}
_COUNTED = {
    "accepted": ("angenommen", "angenommen"),
    "accepted_late": ("verspätet angenommen", "verspätet angenommen"),
    "missing": ("fehlt", "fehlen"),
    "extended": ("mit verlängerter Frist", "mit verlängerter Frist"),
    "exempt": ("befreit", "befreit"),
}
"""States that are told apart below each table: how one and how several are called."""
_WIDTHS = {"Körperschaft": 13, "Stand": len("freigegeben 31.12.2026")}
"""Columns that are never narrower, also on a terminal of 80 columns."""


def status(
    period: Annotated[str, typer.Option("--period", help="Only this period.")] = "",
    *,
    as_json: JsonFlag = False,
) -> None:
    """Show who is due, received, accepted, returned, late, extended or exempt."""
    from flows.desk import obligations_now
    from flows.desk.proposals import open_proposals

    folder, wanted = data_folder(), period_of(period) if period else None
    is_demo, rows = obligations_now(folder, wanted)
    proposals = open_proposals(folder, wanted)
    if as_json:
        print_json({"demo": is_demo, "obligations": rows, "proposals": proposals})
    else:
        _print_status(rows, is_demo=is_demo)
        _print_proposals(proposals)


def _print_status(rows: Sequence[dict[str, Any]], *, is_demo: bool) -> None:
    console = Console()
    if is_demo:
        from flows.feedback import WATERMARK

        console.print(WATERMARK, style="bold yellow")
    bearers = Counter(name for name, _ in {(row["name"], row["ags"]) for row in rows})
    for period in dict.fromkeys(row["period"] for row in rows):
        own = [row for row in rows if row["period"] == period]
        console.print(_table(period, own, {name for name, count in bearers.items() if count > 1}))
        console.print(f" {_counts(own)}\n", highlight=False)


def _print_proposals(proposals: Sequence[dict[str, Any]]) -> None:
    """What waits for a second person."""
    if proposals:
        say("Es wartet auf eine zweite Person:")
    for row in proposals:
        say(f"  wir {row['act']}: {_about(row)} (vorgeschlagen am {german_day(row['on'])} von {row['by']})")


def _about(proposal: dict[str, Any]) -> str:
    """What a second person must know to do the same."""
    number, until = proposal.get("submission_id"), proposal.get("until")
    parts = (
        f"Einreichung {number}" if number else "",
        *(proposal.get(name) or "" for name in ("ags", "period", "name")),
        f"bis {german_day(date.fromisoformat(until))}" if until else "",
        "mit nicht freigegebenen Berichten" if proposal.get("with_unapproved") else "",
    )
    return ", ".join(part for part in parts if part)


def _table(period: str, rows: Sequence[dict[str, Any]], shared_names: set[str]) -> Table:
    """One row per body.

    Args:
        period: the period.
        rows: what is owed for it.
        shared_names: names that two bodies bear; they are told apart by their type.
    """
    table = Table(
        title=f"Berichte {period}", title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    for heading in ("AGS", "Körperschaft", "fällig", "Eingang", "Stand"):
        is_short = heading in {"AGS", "fällig", "Eingang"}
        table.add_column(heading, no_wrap=is_short, overflow="fold", min_width=_WIDTHS.get(heading, 0))
    for row in rows:
        table.add_row(
            row["ags"],
            f"{row['name']} ({row['type']})" if row["name"] in shared_names else row["name"],
            german_day(row["due_on"]) + (f"\nbis {german_day(row['extended_to'])}" if row["extended_to"] else ""),
            german_day(row["received_on"]),
            "\n".join(_standing(row)),
            style=_STATE_STYLES.get(row["state"]),
        )
    return table


def _standing(row: dict[str, Any]) -> Iterator[str]:
    """How a report stands, and below it what the ministry decided, with the day."""
    yield _STATES_DE.get(row["state"], row["state"]) + _late(row["days_late"])
    acts = {
        "freigegeben": row["approved_on"],
        "zurückgegeben": row["sent_back_on"],
        "verlängert": row["extension_on"],
        "befreit": row["waived_on"],
    }
    yield from (f"{what} {german_day(on)}" for what, on in acts.items() if on)


def _counts(rows: Sequence[dict[str, Any]]) -> str:
    """How many bodies are late, missing, extended and exempt, each for itself."""
    states = Counter(row["state"] for row in rows)
    approved = sum(row["approved_on"] is not None for row in rows)
    counted = [f"{states[state]} {names[states[state] != 1]}" for state, names in _COUNTED.items() if states[state]]
    return " · ".join([*counted, *([f"{approved} freigegeben"] if approved else [])])


def _late(days: int | None) -> str:
    return f" (+{days} Tag{'e' if days > 1 else ''})" if days else ""

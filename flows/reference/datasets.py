"""What the data sets of reference data are: their columns, types, keys and closed lists."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from flows.resources import reference_folder


@dataclass(frozen=True)
class ColumnType:
    """How a column is read, its type in Polars, and what an empty cell means.

    `parse` takes the text and the decimal mark; its ValueError completes the sentence „… is …“.
    """

    parse: Callable[[str, str], Any]
    polars_type: pl.DataType
    empty: Any = None


@dataclass(frozen=True)
class Dataset:
    """One data set as its file must look.

    Attributes:
        key: the columns that together stand only once.
        columns: name → type (see `TYPES`); `!` = must not be empty.
        choices: column → the values it may have, or the name of a list of the form.
        optional: columns that a file may leave out.
        is_packaged: public facts, which come with the program; the rest is the ministry's and only imported.
    """

    key: tuple[str, ...]
    columns: Mapping[str, str]
    choices: Mapping[str, tuple[str, ...] | str] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    is_packaged: bool = False


CLAIM_KINDS = ("Rückforderung", "Zinsen")
"""Notices by § 49a HVwVfG: repayment with interest (1, 3), or interest alone because money was used late (4)."""
DATASETS: Mapping[str, Dataset] = {
    "municipalities": Dataset(
        key=("ags", "valid_from"),
        columns={"ags": "ags!", "name": "text!", "short": "text!", "type": "text!", "regierungsbezirk": "text!"}
        | {"kreis_ags": "ags", "valid_from": "from", "valid_to": "to", "tile_column": "whole!", "tile_row": "whole!"},
        choices={
            "type": ("Landkreis", "Kreisfreie Stadt", "Sonderstatusstadt"),
            "regierungsbezirk": ("Darmstadt", "Gießen", "Kassel"),
        },
        is_packaged=True,
    ),
    "population": Dataset(
        key=("ags", "valid_from"),
        columns={"ags": "ags!", "valid_from": "from", "population": "count!"}
        | {"population_date": "date!", "population_basis": "text!", "population_source": "text!"},
        is_packaged=True,
    ),
    "parameters": Dataset(
        key=("name", "valid_from"),
        columns={"name": "text!", "value": "value!", "unit": "text", "valid_from": "from", "valid_to": "to"}
        | {"certainty": "text!", "source": "text!", "note": "text"},
        choices={"certainty": ("C", "L", "U", "P")},
        is_packaged=True,
    ),
    "holidays": Dataset(key=("date",), columns={"date": "date!", "name": "text!"}, is_packaged=True),
    "base_rates": Dataset(
        key=("valid_from",),
        columns={"valid_from": "date!", "percent": "number!", "certainty": "text!", "source": "text!", "note": "text"},
        choices={"certainty": ("C", "L", "U", "P")},
        is_packaged=True,
    ),
    "grants": Dataset(
        key=("grant_number", "cost_type", "budget_year"),
        columns={"grant_number": "text!", "ags": "ags!", "funding_line": "text!", "cost_type": "text!"}
        | {"budget_year": "whole!", "granted_eur": "money!", "financing_kind": "text!"}
        | {"valid_from": "from", "valid_to": "to", "proof_kind": "text", "due_on": "date", "duty_basis": "text!"}
        | {"amended_on": "date", "granted_fte": "fte"},
        choices={
            "cost_type": "cost_types",
            "financing_kind": ("Festbetrag", "Anteil", "Fehlbedarf"),
            "duty_basis": ("Bescheid", "Richtlinie", "freiwillig"),
        },
        optional=frozenset({"granted_fte"}),
    ),
    "drawdowns": Dataset(
        key=("drawdown_number",),
        columns={"drawdown_number": "text!", "grant_number": "text!", "ags": "ags!", "budget_year": "whole!"}
        | {"paid_on": "date!", "amount_eur": "money!"},
    ),
    "targets": Dataset(
        key=("ags", "target_number"),
        columns={"ags": "ags!", "target_number": "text!", "field_of_action": "text!", "target_text": "text!"}
        | {"year_from": "whole!", "year_to": "whole!", "baseline": "number", "target": "number!", "unit": "text!"}
        | {"direction": "text!"},
        choices={"direction": "target_directions"},
    ),
    "claims": Dataset(
        key=("notice_number",),
        columns={"notice_number": "text!", "ags": "ags!", "grant_number": "text!", "budget_year": "whole!"}
        | {"notice_on": "date!", "kind": "text!", "amount_eur": "money!"}
        | {"interest_from": "date!", "interest_to": "date", "paid_on": "date", "paid_eur": "money"}
        | {"limitation_on": "date"},
        choices={"kind": CLAIM_KINDS},
        optional=frozenset({"limitation_on"}),
    ),
}
"""All data sets by name. `parameters` gets one more column, `number`: its value as a number where it is one."""


def packaged_file(name: str) -> bytes:
    """The file of a data set that comes with the program."""
    return (reference_folder() / f"{name}.csv").read_bytes()


# --- from text to a value --------------------------------------------------------------------------------------------


def _ags(text: str, _mark: str) -> str:
    key = text if text.startswith("0") else f"0{text}"
    if not re.fullmatch(r"06[0-9]{3}([0-9]{3})?", key):
        raise ValueError("no municipality key of Hessen: write 5 or 8 digits, such as 06431")
    return key


def _day(text: str, _mark: str) -> date:
    german = re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", text)
    iso = f"{german[3]}-{german[2]:0>2}-{german[1]:0>2}" if german else text
    try:
        return datetime.strptime(iso, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError as error:
        raise ValueError("no date: write 2026-12-31 or 31.12.2026") from error


def _number(text: str, mark: str) -> Decimal:
    """A number; thousands dots only where the decimal mark is a comma, and only where they belong."""
    pattern = r"-?([0-9]+|[0-9]{1,3}(\.[0-9]{3})+)(,[0-9]+)?" if mark == "," else r"-?[0-9]+(\.[0-9]+)?"
    if not re.fullmatch(pattern, text):
        raise ValueError(f"no number: write {'1.234,56' if mark == ',' else '1234.56'}")
    number = Decimal(text.replace(".", "").replace(",", ".") if mark == "," else text)
    if number != round(number, 2) or abs(number) >= Decimal(10) ** 12:
        raise ValueError("too long: at most 12 digits and two decimals")
    return number


def _amount(text: str, mark: str) -> Decimal:
    number = _number(text.removesuffix("€").strip(), mark)
    if number < 0:
        raise ValueError("negative: it must be 0 or more")
    return number


def _fte(text: str, mark: str) -> Decimal:
    number = _amount(text, mark)
    if number > 100:
        raise ValueError("too large for posts")
    return number


def _whole(text: str, mark: str) -> int:
    number = _amount(text, mark)
    if number != int(number) or number >= 2**31:
        raise ValueError("no whole number")
    return int(number)


def _parameter(text: str, mark: str) -> str:
    """A number in plain notation, or any other text as it stands."""
    try:
        return str(_number(text, mark))
    except ValueError:
        return text


TYPES: Mapping[str, ColumnType] = {
    "text": ColumnType(lambda text, _mark: text, pl.String()),
    "value": ColumnType(_parameter, pl.String()),
    "ags": ColumnType(_ags, pl.String()),
    "date": ColumnType(_day, pl.Date()),
    "from": ColumnType(_day, pl.Date(), date(1900, 1, 1)),
    "to": ColumnType(_day, pl.Date(), date(9999, 12, 31)),
    "whole": ColumnType(_whole, pl.Int32()),
    "count": ColumnType(_whole, pl.Int64()),
    "money": ColumnType(_amount, pl.Decimal(14, 2)),
    "number": ColumnType(_number, pl.Decimal(14, 2)),
    "fte": ColumnType(_fte, pl.Decimal(10, 2)),
}
"""All types of columns by name."""

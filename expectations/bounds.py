"""Cells against their own field: filled, readable, within bounds, in the list. One row a cell, all reports together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

import polars as pl

from expectations import languages
from expectations.comparison import COMPARISON_SCHEMA, Compare
from expectations.declared import FieldType
from expectations.finding import Finding
from expectations.form import Field, Section, form_of, must_be_filled, takes_not_recorded
from expectations.german import number_text
from expectations.layout import NOT_RECORDED
from expectations.period import ReportKind
from expectations.reading import BLANK, GIVEN, STATE_NOT_RECORDED, Identity
from expectations.rules import finding
from expectations.wording import YEAR_UNIT


@dataclass(frozen=True)
class Bound:
    """Something that every cell must satisfy: two columns of the bounds' frame, compared under a rule's code."""

    code: str
    compare: Compare
    given: str
    expected: str


BOUNDS = (
    Bound("R-FLD-01", ">=", "filled", "filled_min"),
    Bound("R-FLD-02", "=", "found_type", "type"),
    Bound("R-FLD-03", ">=", "number", "minimum"),
    Bound("R-FLD-04", "<=", "number", "maximum"),
    Bound("R-FLD-05", "=", "chosen", "entry"),
    Bound("R-FLD-06", "<=", "length", "max_length"),
    Bound("R-FLD-07", "<=", "part", "whole"),
    Bound("R-FLD-08", ">=", "answered", "answered_min"),
)

_LIKENESS = 0.6
_OR = "“ oder „"
_SHORT_LIST = 6
"""So many entries are named where nothing is like what was typed."""
_WITHOUT_UNIT = frozenset({YEAR_UNIT, "laut Zielvereinbarung"})
_TYPE_WORDS: Mapping[FieldType, str] = {
    "text": "ein Text",
    "choice": "ein Eintrag der Liste",
    "integer": "eine ganze Zahl",
    "money": "ein Betrag in Euro und Cent wie 1.234,56",
    "hours": "eine Zahl mit höchstens einer Nachkommastelle",
    "fte": "eine Zahl mit höchstens zwei Nachkommastellen wie 0,75",
    "number": "eine Zahl mit höchstens zwei Nachkommastellen",
    "date": "ein Datum wie 31.12.2026",
}
_HOW = "ohne Wörter, Zeichen oder überzählige Nachkommastellen"
_HOW_BY_TYPE: Mapping[FieldType, str] = {
    "choice": "wie er in der Liste der Zelle steht",
    "date": "als TT.MM.JJJJ ohne weitere Wörter; den Tag muss es im Kalender geben",
}
"""How a value is typed, where what stands there cannot be read as its type."""
_FIELD_SCHEMA: dict[str, pl.DataType] = {
    "year": pl.Int64(),
    "section": pl.String(),
    "kind": pl.String(),
    "field": pl.String(),
    "label": pl.String(),
    "type": pl.String(),
    "unit": pl.String(),
    "decimals": pl.Int64(),
    "measure": pl.String(),
    "locked": pl.Boolean(),
    "expects": pl.String(),
    "how": pl.String(),
    "or_blank": pl.String(),
    "filled_min": pl.Float64(),
    "answered_min": pl.Float64(),
    "minimum": pl.Float64(),
    "maximum": pl.Float64(),
    "max_length": pl.Float64(),
    "list": pl.String(),
    "at_most": pl.String(),
    "at_most_label": pl.String(),
}


@cache
def fields_frame(year: int) -> pl.DataFrame:
    """The fields of one year's form, a row a field, with the bounds that its cells must keep."""
    rows = [_field_row(year, section, field) for section in form_of(year).sections() for field in section.fields]
    return pl.DataFrame(rows, schema=_FIELD_SCHEMA, orient="row")


def _field_row(year: int, section: Section, field: Field) -> dict[str, object]:
    optional = field.is_number and not field.required
    return {
        "year": year,
        "section": section.name,
        "kind": section.kind,
        "field": field.path,
        "label": field.label,
        "type": field.type,
        "unit": field.unit,
        "decimals": field.decimals,
        "measure": field.measure,
        "locked": field.locked,
        "expects": _TYPE_WORDS[field.type] + (f" oder „{NOT_RECORDED}“" if takes_not_recorded(section, field) else ""),
        "how": _HOW_BY_TYPE.get(field.type, _HOW),
        "or_blank": "" if must_be_filled(section, field) else ", oder lassen Sie die Zelle leer",
        "filled_min": 1.0 if must_be_filled(section, field) else None,
        "answered_min": None if optional else 1.0,
        "minimum": None if field.minimum is None else float(field.minimum),
        "maximum": None if field.maximum is None else float(field.maximum),
        "max_length": float(field.max_length) if field.type == "text" else None,
        "list": field.choices or None,
        "at_most": f"{section.name}.{field.at_most}" if field.at_most else None,
        "at_most_label": section.field(field.at_most).label if field.at_most else None,
    }


def bounds_frame(cells: pl.DataFrame, identities: Mapping[int, Identity]) -> pl.DataFrame:
    """All input cells with what they are compared to; locked cells are the reader's affair.

    Args:
        cells: cells of all reports (`expectations.reading.CELLS_SCHEMA`).
        identities: what each report says of itself, by submission.

    Returns:
        The columns that `BOUNDS` names, and those that findings quote.
    """
    years = pl.DataFrame(
        [(number, identity.year) for number, identity in identities.items()],
        schema={"submission_id": pl.Int64(), "year": pl.Int64()},
        orient="row",
    )
    fields = pl.concat([fields_frame(year) for year in sorted({identity.year for identity in identities.values()})])
    numbers = cells.select("submission_id", "row_key", at_most="field", whole="number")
    return (
        cells.join(years, on="submission_id")
        .join(fields.drop("section"), on=["year", "field"])
        .filter(~pl.col("locked"))
        .with_columns(_compared())
        .join(_entries(cells, fields, identities), on=["submission_id", "list", "chosen"], how="left")
        .join(numbers, on=["submission_id", "row_key", "at_most"], how="left")
    )


def _compared() -> list[pl.Expr]:
    given = pl.col("state") == GIVEN
    readable = given & (pl.col("found_type") == pl.col("type"))
    return [
        (pl.col("state") != BLANK).cast(pl.Float64).alias("filled"),
        (pl.col("state") != STATE_NOT_RECORDED).cast(pl.Float64).alias("answered"),
        pl.when(given).then(pl.col("found_type")).alias("found_type"),
        pl.when(given).then(pl.col("number")).alias("number"),
        pl.when(readable & pl.col("list").is_not_null()).then(pl.col("value")).alias("chosen"),
        pl.when(readable).then(pl.col("value").str.len_chars().cast(pl.Float64)).alias("length"),
        pl.when(given & pl.col("at_most").is_not_null()).then(pl.col("number")).alias("part"),
    ]


def _entries(cells: pl.DataFrame, fields: pl.DataFrame, identities: Mapping[int, Identity]) -> pl.DataFrame:
    """For every choice that was made: the entry meant, which is the choice itself where the list has it.

    `entry` is `""` where nothing in a long list is like it; where several may be meant, it names them. A list that a
    body has no entries for allows any text.
    """
    lists = fields.filter(pl.col("list").is_not_null()).select("field", "list").unique()
    made = cells.filter(pl.col("value").is_not_null()).join(lists, on="field")
    rows = []
    for number, name, chosen in made.select("submission_id", "list", "value").unique().iter_rows():
        labels = _labels(identities[number], name)
        if labels:
            rows.append((number, name, chosen, _nearest(chosen, name, labels)))
    schema = {"submission_id": pl.Int64(), "list": pl.String(), "chosen": pl.String(), "entry": pl.String()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _labels(identity: Identity, name: str) -> tuple[str, ...]:
    if name == "grants":
        return identity.grants
    return _list_labels(identity.year, identity.form_version, name, identity.kind)


@cache
def _list_labels(year: int, version: str, name: str, kind: ReportKind) -> tuple[str, ...]:
    """The entries of the year's list, and those that a workbook of an older version still offers."""
    both = (*form_of(year).labels(name, kind), *form_of(year, version=version).labels(name, kind))
    return tuple(dict.fromkeys(both))


def _nearest(chosen: str, name: str, labels: Sequence[str]) -> str:
    if chosen in labels:
        return chosen
    if name == languages.LIST:
        return _OR.join(languages.nearest_language(chosen, labels))
    by_folded = {label.casefold(): label for label in labels}
    alike = get_close_matches(chosen.casefold(), by_folded, n=1, cutoff=_LIKENESS)
    if alike:
        return by_folded[alike[0]]
    return _OR.join(labels) if 1 < len(labels) <= _SHORT_LIST else ""


def bound_comparisons(cells: pl.DataFrame) -> pl.DataFrame:
    """What cells are compared with (`COMPARISON_SCHEMA`), where both sides are there; `place` is the cell's row.

    Args:
        cells: what `bounds_frame` gave.
    """
    keys = cells.select("submission_id", "field", "row_key").with_row_index("place")
    found = [
        keys.with_columns(pl.lit(bound.code).alias("code"), *_compared_numbers(cells, bound))
        .filter(pl.col("given").is_not_null() & pl.col("expected").is_not_null())
        .select(COMPARISON_SCHEMA.keys())
        for bound in BOUNDS
    ]
    return pl.concat(found)


def _compared_numbers(cells: pl.DataFrame, bound: Bound) -> tuple[pl.Series, pl.Series]:
    """Both sides of a bound as numbers; equal texts become the same number."""
    given, expected = cells[bound.given], cells[bound.expected]
    if given.dtype == pl.String():
        numbers = pl.concat([given.rename(""), expected.rename("")]).cast(pl.Categorical()).to_physical()
        given, expected = numbers.head(cells.height), numbers.tail(cells.height)
    return given.cast(pl.Float64()).alias("given"), expected.cast(pl.Float64()).alias("expected")


def bound_finding(cells: pl.DataFrame, comparison: Mapping[str, Any]) -> Finding:
    """The finding of a comparison that failed, a row of `bound_comparisons`."""
    return _finding(comparison["code"], cells.row(comparison["place"], named=True))


def _finding(code: str, cell: Mapping[str, Any]) -> Finding:
    given, expected = _quoted(code, cell)
    return finding(
        code,
        given=given,
        expected=expected,
        sheet=cell["sheet"],
        cell=cell["cell"],
        field=cell["field"],
        row_key=cell["row_key"],
        label=cell["label"],
        of_unit=_of_unit(cell["unit"]),
        how=cell["how"],
        or_blank=cell["or_blank"],
        other=cell["at_most_label"] or "",
        difference=_difference(cell),
    )


def _quoted(code: str, cell: Mapping[str, Any]) -> tuple[str, str]:
    """What stands in the cell and what was expected, as people read it."""
    match code:
        case "R-FLD-03":
            return _number(cell, "number"), f"mindestens {_number(cell, 'minimum')}"
        case "R-FLD-04":
            return _number(cell, "number"), f"höchstens {_number(cell, 'maximum')}"
        case "R-FLD-05":
            return cell["raw"], f"„{cell['entry']}“" if cell["entry"] else cell["expects"]
        case "R-FLD-06":
            return _number(cell, "length"), f"höchstens {_number(cell, 'max_length')}"
        case "R-FLD-07":
            return _number(cell, "part"), f"höchstens {_number(cell, 'whole')}"
        case _:
            return cell["raw"], cell["expects"]


def _number(cell: Mapping[str, Any], name: str) -> str:
    if cell["measure"] == "none":  # a calendar year or the length of a text
        return f"{cell[name]:.0f}"
    return number_text(cell[name], cell["decimals"])


def _of_unit(unit: str) -> str:
    """The unit behind a number; a year and a target's own measure need none."""
    return "" if unit in _WITHOUT_UNIT or not unit else f" {unit}"


def _difference(cell: Mapping[str, Any]) -> str:
    part, whole = cell["part"], cell["whole"]
    if part is None or whole is None:
        return ""
    return number_text(abs(part - whole), cell["decimals"])

"""From the bytes of a CSV file to a typed frame, strictly."""

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

import polars as pl

from expectations.errors import StatedError
from expectations.form import form_of
from expectations.period import FIRST_YEAR, LAST_YEAR
from flows.reference.datasets import DATASETS, TYPES, Dataset, packaged_file


class ReferenceDataError(StatedError):
    """Reference data cannot be taken in; the message names line and column and says what is expected there."""


def dataset_of(data: bytes) -> str:
    """The data set that a CSV file holds, by its header.

    Raises:
        ReferenceDataError: the header is none of ours; the message says what the nearest one lacks.
    """
    header = next(_lines(data), (1, []))[1]
    misfits = {name: _misfit(header, dataset) for name, dataset in DATASETS.items()}
    for name, misfit in misfits.items():
        if not misfit:
            return name
    nearest = min(DATASETS, key=lambda name: len({*header} ^ {*DATASETS[name].columns}))
    raise ReferenceDataError(
        f"Line 1: the header belongs to none of {', '.join(DATASETS)}. For {nearest}: {'; '.join(misfits[nearest])}."
    )


def load(
    data: bytes,
    dataset: str,
    *,
    known_ags: Collection[str] | None = None,
    known_grants: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """Read a data set strictly.

    Takes CSV as programs write it (comma, decimal point) and as German Excel saves it (semicolon, decimal comma, UTF-8
    with or without a mark, or Windows-1252; a leading zero of an AGS that Excel dropped is put back). Empty
    `valid_from` and `valid_to` mean always.

    Args:
        data: the file.
        dataset: one of `DATASETS`.
        known_ags: the keys of all bodies there have ever been; by default the packaged ones.
        known_grants: number of each grant → key of its body, to compare payments and claims with; None compares them
            with nothing.

    Raises:
        ReferenceDataError: a wrong header, type, choice, key or period; the message names line and column.
    """
    rows = _rows(data, dataset)
    bodies = {row["ags"] for _, row in rows} if dataset == "municipalities" else known_ags or _packaged_ags()
    for mistake in _mistakes(rows, DATASETS[dataset], bodies):
        raise ReferenceDataError(f"{dataset}, {mistake}")
    if dataset in _ABOUT_GRANTS and known_grants is not None:
        for mistake in _unknown_grants(rows, known_grants):
            raise ReferenceDataError(f"{dataset}, {mistake}")
    if DATASETS[dataset].is_packaged and not rows:
        raise ReferenceDataError(f"{dataset}: the file holds no row, but replaces the whole data set.")
    return frame_of_rows(_values(rows), dataset)


# A night asks for the same files several times, and the next night for most of them again.
@lru_cache(maxsize=2 * len(DATASETS))
def frame_of(data: bytes | None, dataset: str) -> pl.DataFrame:
    """A data set that was checked before, typed; without data an empty frame with its columns."""
    return frame_of_rows([] if data is None else _values(_rows(data, dataset)), dataset)


def versions_of(files: Sequence[bytes], dataset: str) -> list[list[tuple[Any, ...]]]:
    """Several files of a data set that were checked before, as rows; a line that they share is read once."""
    read: dict[tuple[str, ...], dict[str, Any]] = {}
    return [_values(_rows(data, dataset, read)) for data in files]


def frame_of_rows(rows: Sequence[tuple[Any, ...]], dataset: str) -> pl.DataFrame:
    """Rows as `versions_of` gives them, as a typed frame."""
    columns = DATASETS[dataset].columns
    schema = {column: TYPES[kind.rstrip("!")].polars_type for column, kind in columns.items()}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    if dataset == "parameters":
        frame = frame.insert_column(2, pl.col("value").cast(pl.Float64, strict=False).alias("number"))
    return frame


@cache
def _packaged_ags() -> frozenset[str]:
    return frozenset(row["ags"] for _, row in _rows(packaged_file("municipalities"), "municipalities"))


_Row = tuple[int, dict[str, Any]]
"""Line in the file, and values by column."""
_ABOUT_GRANTS = ("drawdowns", "claims")
"""Data sets whose rows belong to a notice of the register of grants."""


def _lines(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Lines that hold anything, with their numbers and trimmed cells."""
    text = _decoded(data)
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(first), strict=True)
    try:
        for cells in reader:
            trimmed = [unicodedata.normalize("NFC", cell).strip() for cell in cells]
            if any(trimmed):
                yield reader.line_num, trimmed
    except csv.Error as error:
        raise ReferenceDataError(f"Line {reader.line_num} is no CSV: {error}.") from error


def _decoded(data: bytes) -> str:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ReferenceDataError("The file is a workbook. Save it as „CSV UTF-8“ and import that.")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ReferenceDataError("The file is no text in UTF-8 or Windows-1252. Save it as „CSV UTF-8“ and import that.")


def _delimiter(header: str) -> str:
    return ";" if header.count(";") > header.count(",") else ","


def _misfit(header: Sequence[str], dataset: Dataset) -> list[str]:
    missing = [name for name in dataset.columns if name not in header and name not in dataset.optional]
    unknown = [name or "(empty)" for name in header if name not in dataset.columns]
    twice = [name for name in dict.fromkeys(header) if header.count(name) > 1]
    found = {"missing": missing, "unknown": unknown, "stands twice": twice}
    return [f"{what} {', '.join(names)}" for what, names in found.items() if names]


def _rows(data: bytes, name: str, read: dict[tuple[str, ...], dict[str, Any]] | None = None) -> list[_Row]:
    """All lines; those that `read` holds already are not parsed again, new ones join it."""
    dataset = DATASETS[name]
    known = {} if read is None else read
    lines = _lines(data)
    header = next(lines, (1, []))[1]
    if misfit := _misfit(header, dataset):
        raise ReferenceDataError(f"{name}, line 1, the header: {'; '.join(misfit)}.")
    mark = "," if _delimiter(_decoded(data).split("\n", 1)[0]) == ";" else "."
    rows = []
    for line, cells in lines:
        if len(cells) != len(header):
            raise ReferenceDataError(f"{name}, line {line}: {len(cells)} cells where the header has {len(header)}.")
        key = (mark, *header, *cells)
        try:
            if key not in known:
                given = dict(zip(header, cells, strict=True))
                known[key] = {column: _value(given, column, kind, mark) for column, kind in dataset.columns.items()}
        except ValueError as error:
            raise ReferenceDataError(f"{name}, line {line}, {error}.") from error
        rows.append((line, known[key]))
    return rows


def _value(given: Mapping[str, str], column: str, kind: str, mark: str) -> Any:
    text = given.get(column, "")
    column_type = TYPES[kind.rstrip("!")]
    if not text:
        if kind.endswith("!"):
            raise ValueError(f"column {column}: must not be empty")
        return column_type.empty
    try:
        return column_type.parse(text, mark)
    except ValueError as error:
        raise ValueError(f"column {column}: {text!r} is {error}") from error


def _values(rows: Iterable[_Row]) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for _, row in rows]


# --- what must hold between cells ------------------------------------------------------------------------------------


def _mistakes(rows: Sequence[_Row], dataset: Dataset, bodies: Collection[str]) -> Iterator[str]:
    yield from _wrong_choices(rows, dataset)
    yield from _unknown_bodies(rows, bodies)
    yield from _doubled_keys(rows, dataset)
    yield from _crossing_periods(rows, dataset)
    if "value" in dataset.columns:
        yield from _wrong_days_of_the_year(rows)
    if "notice_on" in dataset.columns:
        yield from _contradicting_claims(rows)


def _contradicting_claims(rows: Sequence[_Row]) -> Iterator[str]:
    for line, row in rows:
        if row["interest_to"] is not None and row["interest_to"] < row["interest_from"]:
            yield f"line {line}, column interest_to: ends on {row['interest_to']}, before the interest begins."
        if (row["paid_on"] is None) != (row["paid_eur"] is None):
            yield f"line {line}, column paid_on: a payment needs both its day and its amount."
        if row["limitation_on"] is not None and row["limitation_on"] < row["notice_on"]:
            yield f"line {line}, column limitation_on: {row['limitation_on']} lies before the notice."


def _wrong_days_of_the_year(rows: Sequence[_Row]) -> Iterator[str]:
    for line, row in rows:
        if row["name"].endswith("_due") and not re.fullmatch(r"[01][0-9]-[0-3][0-9]", row["value"]):
            yield f"line {line}, column value: {row['value']!r} is no day of the year: write 03-31."


def _wrong_choices(rows: Sequence[_Row], dataset: Dataset) -> Iterator[str]:
    for column, choices in dataset.choices.items():
        allowed = _labels(choices) if isinstance(choices, str) else choices
        for line, row in rows:
            if row[column] not in allowed:
                yield f"line {line}, column {column}: {row[column]!r} is none of {', '.join(allowed)}."


@cache
def _labels(list_name: str) -> tuple[str, ...]:
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    return tuple(dict.fromkeys(label for year in years for label in form_of(year).labels(list_name)))


def _unknown_bodies(rows: Sequence[_Row], bodies: Collection[str]) -> Iterator[str]:
    for line, row in rows:
        for column in ("ags", "kreis_ags"):
            if row.get(column) is not None and row[column] not in bodies:
                yield f"line {line}, column {column}: {row[column]!r} is no body of the programme."


def _unknown_grants(rows: Sequence[_Row], grants: Mapping[str, str]) -> Iterator[str]:
    for line, row in rows:
        number, ags = row["grant_number"], row["ags"]
        if number not in grants:
            yield f"line {line}, column grant_number: {number!r} is no grant of the register: import grants.csv first."
        elif grants[number] != ags:
            yield f"line {line}, column ags: {number} was granted to {grants[number]}, not to {ags}."


def _doubled_keys(rows: Sequence[_Row], dataset: Dataset) -> Iterator[str]:
    first: dict[tuple[Any, ...], int] = {}
    for line, row in rows:
        key = tuple(row[column] for column in dataset.key)
        if key in first:
            yield f"line {line}: repeats line {first[key]} (same {', '.join(dataset.key)})."
        first[key] = line


def _crossing_periods(rows: Sequence[_Row], dataset: Dataset) -> Iterator[str]:
    if "valid_to" not in dataset.columns:
        return
    for line, row in rows:
        if row["valid_from"] > row["valid_to"]:
            yield f"line {line}, column valid_to: ends on {row['valid_to']}, before it begins."
    if "valid_from" not in dataset.key:
        return
    for (_, one), (line, other) in pairwise(
        sorted(rows, key=lambda row: (row[1][dataset.key[0]], row[1]["valid_from"]))
    ):
        if one[dataset.key[0]] == other[dataset.key[0]] and other["valid_from"] <= one["valid_to"]:
            yield f"line {line}, column valid_from: overlaps an earlier period of {other[dataset.key[0]]}."

"""Parsed cells, kept by what they depend on: the file's hash, the form and the reader's version.

A rebuild reads each file once in its life. The folder may be deleted at any time.
"""

import json
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from expectations.finding import Finding, Severity
from expectations.form import form_fingerprint, form_of, form_versions
from expectations.period import ReportKind
from expectations.reading import CELLS_SCHEMA, Identity, Reading

_KEY = "wir"
_AT_ONCE = 32
"""So many files are held in memory while they are read; each may have 20 MiB."""


@cache
def forms_fingerprint() -> str:
    """SHA-256 over all published forms: whatever reads differently when a form changes."""
    parts = (form_fingerprint(form_of(year)) for year in sorted(form_versions().values()))
    return sha256("".join(parts).encode()).hexdigest()


def cells_hash(cells: pl.DataFrame) -> str:
    """SHA-256 of what was read, whichever submission it came with."""
    plain = cells.drop("submission_id").sort("sheet", "field", "ordinal", "cell")
    return sha256(plain.write_csv(float_precision=6).encode()).hexdigest()


def read_once(
    cache: Path,
    wanted: Sequence[tuple[int, str]],
    *,
    reader_version: str,
    load: Callable[[str], bytes],
    read: Callable[[Sequence[tuple[int, bytes]]], Sequence[Reading]],
) -> list[Reading]:
    """The readings of archived files: from the cache, else read now and kept.

    Args:
        cache: folder of cached readings.
        wanted: number of the submission, written into the frame of cells, and SHA-256 of its file.
        reader_version: part of the key.
        load: gives a file's bytes by its SHA-256.
        read: the reader of several files at once.

    Returns:
        One reading for each wanted file, in their order.
    """
    files = [_file(cache, digest, reader_version) for _, digest in wanted]
    readings = [_from_file(file, number) for file, (number, _) in zip(files, wanted, strict=True)]
    missing = [place for place, reading in enumerate(readings) if reading is None]
    for begin in range(0, len(missing), _AT_ONCE):
        places = missing[begin : begin + _AT_ONCE]
        fresh = read([(wanted[place][0], load(wanted[place][1])) for place in places])
        for place, reading in zip(places, fresh, strict=True):
            _to_file(files[place], reading)
            readings[place] = reading
    return [reading for reading in readings if reading is not None]


def forget(cache: Path, digest: str) -> None:
    """Drop what any reader ever kept of a file."""
    for file in (cache / digest[:2]).glob(f"{digest}-*"):
        file.unlink(missing_ok=True)


def _file(cache: Path, digest: str, reader_version: str) -> Path:
    return cache / digest[:2] / f"{digest}-{forms_fingerprint()[:12]}-{reader_version}.parquet"


def _to_file(file: Path, reading: Reading) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".part")
    os.close(handle)
    rest = json.dumps(notes_of(reading), ensure_ascii=False)
    reading.cells.write_parquet(name, metadata={_KEY: rest})
    Path(name).replace(file)


def notes_of(reading: Reading) -> dict[str, Any]:
    """What a reading says beside its cells, as JSON can hold it."""
    identity = None
    if reading.identity is not None:
        identity = {**asdict(reading.identity), "skipped": sorted(reading.identity.skipped)}
    return {
        "identity": identity,
        "findings": [asdict(finding) for finding in reading.findings],
        "empty_tables": reading.empty_tables,
    }


def _from_file(file: Path, submission_id: int) -> Reading | None:
    """A cached reading; None where there is none or the file is damaged (it is only derived: read again)."""
    try:
        rest = json.loads(pl.read_parquet_metadata(file)[_KEY])
        cells = pl.read_parquet(file)
    except (OSError, KeyError, ValueError, pl.exceptions.PolarsError):
        return None
    if dict(cells.schema) != CELLS_SCHEMA:
        return None
    return reading_from(rest, cells.with_columns(pl.lit(submission_id, dtype=pl.Int64).alias("submission_id")))


def reading_from(notes: dict[str, Any], cells: pl.DataFrame) -> Reading:
    """A reading from its notes and its cells."""
    return Reading(
        identity=_identity(notes["identity"]),
        cells=cells,
        findings=tuple(finding_from(item) for item in notes["findings"]),
        empty_tables={section: (place[0], place[1]) for section, place in notes["empty_tables"].items()},
    )


def _identity(item: dict[str, Any] | None) -> Identity | None:
    if item is None:
        return None
    kind, skipped, grants = ReportKind(item["kind"]), frozenset(item["skipped"]), tuple(item["grants"])
    return replace(Identity(**{**item, "kind": kind, "grants": grants}), skipped=skipped)


def finding_from(item: dict[str, Any]) -> Finding:
    """A finding from its JSON."""
    return Finding(**{**item, "severity": Severity(item["severity"]), "also_at": tuple(item["also_at"])})

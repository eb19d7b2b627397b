"""Parsed cells, kept by what they depend on: the file's hash, the form and the reader's version.

A rebuild reads each file once in its life. The folder may be deleted at any time.
"""

import json
import os
import tempfile
from collections.abc import Callable
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
    digest: str,
    submission_id: int,
    *,
    reader_version: str,
    load: Callable[[], bytes],
    read: Callable[[bytes, int], Reading],
) -> Reading:
    """The reading of an archived file: from the cache, else read now and kept.

    Args:
        cache: folder of cached readings.
        digest: SHA-256 of the file.
        submission_id: written into the frame of cells.
        reader_version: part of the key.
        load: gives the file's bytes.
        read: the reader.
    """
    key = f"{digest}-{forms_fingerprint()[:12]}-{reader_version}"
    file = cache / digest[:2] / f"{key}.parquet"
    cached = _from_file(file, submission_id)
    if cached is not None:
        return cached
    reading = read(load(), submission_id)
    _to_file(file, reading)
    return reading


def _to_file(file: Path, reading: Reading) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".part")
    os.close(handle)
    rest = json.dumps(_rest(reading), ensure_ascii=False)
    reading.cells.write_parquet(name, metadata={_KEY: rest})
    Path(name).replace(file)


def _rest(reading: Reading) -> dict[str, Any]:
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
    return Reading(
        identity=_identity(rest["identity"]),
        cells=cells.with_columns(pl.lit(submission_id, dtype=pl.Int64).alias("submission_id")),
        findings=tuple(finding_from(item) for item in rest["findings"]),
        empty_tables={section: (place[0], place[1]) for section, place in rest["empty_tables"].items()},
    )


def _identity(item: dict[str, Any] | None) -> Identity | None:
    if item is None:
        return None
    kind, skipped, grants = ReportKind(item["kind"]), frozenset(item["skipped"]), tuple(item["grants"])
    return replace(Identity(**{**item, "kind": kind, "grants": grants}), skipped=skipped)


def finding_from(item: dict[str, Any]) -> Finding:
    """A finding from its JSON."""
    return Finding(**{**item, "severity": Severity(item["severity"]), "also_at": tuple(item["also_at"])})

"""Reference data: the public facts that come with the program, and the ministry's registers.

Every data set is one CSV file that is taken in as a whole, archived by its hash and recorded in the ledger, so that a
verdict can name what it rested on and any earlier state can be called up again. The latest import of a data set
replaces it; what nobody imported is as packaged, or empty.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flows import archive
from flows.ledger import Ledger, entries, writing
from flows.records import Draft, Entry, ReferenceData, canonical_json
from flows.reference.datasets import DATASETS, packaged_file
from flows.reference.loading import ReferenceDataError, dataset_of, frame_of, frame_of_rows, load, versions_of
from flows.settings import DataFolder, utc_text

__all__ = [
    "DATASETS",
    "ReferenceDataError",
    "dataset_of",
    "ensure_packaged",
    "frame_of_rows",
    "import_file",
    "in_force",
    "in_order",
    "load",
    "packaged",
    "versions",
]


@cache
def packaged() -> ReferenceData:
    """The reference data that come with the program; the ministry's registers are empty."""
    return _reference_data({})


def import_file(folder: DataFolder, ledger: Ledger, path: Path, *, now: datetime) -> Entry:
    """Take in one CSV file: checked, archived by its hash, recorded as `reference`.

    Args:
        folder: whose archive.
        ledger: gets the entry; the file's name goes to its texts.
        path: the file; its header says which data set it is.
        now: from when on it is known, aware.

    Returns:
        The entry; its body names `dataset`, `sha256`, `known_at`, `origin` and the number of `rows`.

    Raises:
        ReferenceDataError: the file cannot be read or is wrong; nothing has changed then.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReferenceDataError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        dataset = dataset_of(data)
        frames = in_force(folder, ledger).frames
        load(
            data,
            dataset,
            known_ags=set(frames["municipalities"]["ags"]),
            known_grants=dict(frames["grants"].select("grant_number", "ags").iter_rows()),
        )
    except ReferenceDataError as error:
        raise ReferenceDataError(f"{path.name}: {error}") from error
    archive.store(folder.archive, data)
    with writing(ledger) as pen:
        return pen.append(_draft(dataset, data, "import", now, {"file_name": path.name}))


def in_order(paths: Sequence[Path]) -> list[Path]:
    """Files in an order in which they can be taken in: grants before payments from them, what is no data set last."""

    def rank(path: Path) -> int:
        try:
            return list(DATASETS).index(dataset_of(path.read_bytes()))
        except (OSError, ReferenceDataError):
            return len(DATASETS)

    return sorted(paths, key=rank)


def ensure_packaged(folder: DataFolder, ledger: Ledger, now: datetime) -> tuple[Entry, ...]:
    """Record the packaged data sets where the program brings others than the ledger knows, unless an import rules.

    Returns:
        The new entries; none in most nights.
    """
    files = {name: packaged_file(name) for name, dataset in DATASETS.items() if dataset.is_packaged}
    with writing(ledger) as pen:
        latest = _latest(pen.entries("reference"), None)
        fresh = [name for name, data in files.items() if _is_news(latest.get(name), data)]
        for name in fresh:
            archive.store(folder.archive, files[name])
        return tuple(pen.append(_draft(name, files[name], "packaged", now, {})) for name in fresh)


def in_force(
    folder: DataFolder, ledger: Ledger, until: datetime | None = None, *, until_seq: int | None = None
) -> ReferenceData:
    """All reference data as they were known at a moment or with an entry of the ledger, by default now.

    Raises:
        ArchiveError: a recorded file is missing or was altered.
    """
    recorded = [entry for entry in entries(ledger, "reference") if until_seq is None or entry.seq <= until_seq]
    latest = _latest(recorded, until)
    return _reference_data({name: archive.read(folder.archive, entry.body["sha256"]) for name, entry in latest.items()})


Row = tuple[Any, ...]


def versions(recorded: Sequence[Entry], read: Callable[[str], bytes]) -> dict[str, list[tuple[int, list[Row]]]]:
    """Every state that the data sets ever had.

    Args:
        recorded: entries of the kind `reference`, in order.
        read: the archived bytes of a SHA-256.

    Returns:
        Data set → entry with which a state became known (0: as packaged, before anything was recorded) and its rows,
        in order of the entries; `frame_of_rows` makes a frame of them.
    """
    return {name: _versions(name, [one for one in recorded if one.body["dataset"] == name], read) for name in DATASETS}


def _versions(name: str, recorded: Sequence[Entry], read: Callable[[str], bytes]) -> list[tuple[int, list[Row]]]:
    packaged_first = [(0, packaged_file(name))] if DATASETS[name].is_packaged else []
    files = [*packaged_first, *((entry.seq, read(entry.body["sha256"])) for entry in recorded)]
    rows = versions_of([data for _, data in files], name)
    return list(zip([seq for seq, _ in files], rows, strict=True))


def _latest(recorded: Sequence[Entry], until: datetime | None) -> dict[str, Entry]:
    return {entry.body["dataset"]: entry for entry in recorded if until is None or entry.at <= until}


def _is_news(last: Entry | None, data: bytes) -> bool:
    return last is None or (last.body["origin"] == "packaged" and last.body["sha256"] != sha256(data).hexdigest())


def _draft(dataset: str, data: bytes, origin: str, now: datetime, texts: Mapping[str, str]) -> Draft:
    body = {
        "dataset": dataset,
        "sha256": sha256(data).hexdigest(),
        "known_at": utc_text(now),
        "origin": origin,
        "rows": frame_of(data, dataset).height,
    }
    return Draft("reference", body, now, texts)


def _reference_data(recorded: Mapping[str, bytes]) -> ReferenceData:
    """Frames and versions from the recorded files; a data set without one is as packaged, or empty.

    What was recorded was checked when it came in, and is not judged again by a later form.
    """
    files: dict[str, bytes | None] = {
        name: recorded.get(name) or (packaged_file(name) if dataset.is_packaged else None)
        for name, dataset in DATASETS.items()
    }
    frames = {name: frame_of(data, name) for name, data in files.items()}
    versions = {name: "" if data is None else sha256(data).hexdigest() for name, data in files.items()}
    fingerprint = sha256(canonical_json(sorted(versions.items())).encode()).hexdigest()
    return ReferenceData(frames, versions, fingerprint)

"""Freezing a release: solve, build, write what is public, seal it with a manifest. Nothing here touches the ledger."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from expectations.form import form_of
from expectations.period import FIRST_YEAR, LAST_YEAR
from flows import warehouse
from flows.judging import versions_in_force
from flows.line import Night, inputs_of
from flows.publication import read_public, write_public
from flows.records import canonical_json
from flows.releasing.changes import differences
from flows.releasing.corrections import corrections, no_corrections
from flows.releasing.manifest import write_manifest
from flows.releasing.places import BUILDING, DATABASE, PUBLIC, Recorded, sync, sync_tree
from flows.releasing.tables import write_release_tables
from flows.resources import program_fingerprint, sql_files
from flows.settings import berlin_date, utc_text
from flows.workbook import READER_VERSION

if TYPE_CHECKING:
    from flows.disclosure import Hidden

Hide = Callable[[Path, Sequence[Path]], "Hidden"]
"""Decides which cells of a database stay hidden, given the databases of the releases before."""
_SUPPRESSED = """
SELECT suppressed."group" AS "table", suppressed.period, suppressed.cells, suppressed."primary", suppressed.secondary,
    suppressed.policy
FROM publication.suppressed AS suppressed
INNER JOIN publication.about AS about ON suppressed.release = about.name
ORDER BY suppressed."group", suppressed.period
"""


@dataclass(frozen=True)
class Order:
    """What is to be released.

    Attributes:
        name: of the release.
        night: the business time and the state of the ledger that it rests on.
        inputs: what its database is built from, without what the release itself decides.
        by: who signed, both of them.
        proposal: the ledger entry with which the first one did.
        unapproved: reports in force that nobody approved.
        earlier: the releases before.
    """

    name: str
    night: Night
    inputs: warehouse.WarehouseInputs
    by: tuple[str, ...]
    proposal: int
    unapproved: tuple[int, ...]
    earlier: tuple[Recorded, ...]

    @property
    def release_before(self) -> str:
        """Name of the release before; `""` for the first."""
        return self.earlier[-1].name if self.earlier else ""


def order_of(night: Night, name: str, by: Sequence[str], proposal: int, earlier: Sequence[Recorded]) -> Order:
    """An order from the ledger as it stands."""
    inputs = inputs_of(night)
    return Order(name, night, inputs, tuple(by), proposal, unapproved_in(inputs.submissions), tuple(earlier))


def unapproved_in(submissions: pl.DataFrame) -> tuple[int, ...]:
    """Reports in force that nobody approved, by number."""
    return tuple(submissions.filter("in_force", pl.col("approved_at").is_null())["submission_id"].sort())


def basis_of(order: Order) -> dict[str, Any]:
    """What a release rests on: the same for every attempt on the same state of the ledger."""
    return {
        "name": order.name,
        "is_demo": order.inputs.is_demo,
        "night": order.night.seq,
        "business_at": utc_text(order.night.business_at),
        "released_on": berlin_date(order.night.business_at).isoformat(),
        "ledger": _head_of(order.inputs),
        "release_before": order.release_before,
        "versions": _versions(order.night),
    }


def freeze(order: Order, hide: Hide) -> Path:
    """Make a release and put it into its place, whole or not at all.

    Args:
        order: what is to be released.
        hide: decides what stays hidden.

    Returns:
        The release's folder.
    """
    releases = order.night.folder.releases
    work, target = releases / BUILDING / order.name, releases / order.name
    shutil.rmtree(work, ignore_errors=True)
    (work / PUBLIC).mkdir(parents=True)
    hidden = _build(order, work / DATABASE, hide)
    _write(order, work, hidden)
    sync_tree(work)
    shutil.rmtree(target, ignore_errors=True)  # what a killed attempt left; it is in no ledger
    work.rename(target)
    sync(releases)
    return target


def _build(order: Order, database: Path, hide: Hide) -> "Hidden":
    """Solve on a draft with true figures, then build with what came of it, so that figures count it."""
    draft = warehouse.build(order.inputs, database.with_name("draft.duckdb"))
    hidden = hide(draft, [release.folder / DATABASE for release in order.earlier])
    released = {
        "cells": hidden.cells,
        "counts": hidden.counts,
        "suppressed": _suppressed_so_far(order, hidden.suppressed),
    }
    warehouse.build(replace(order.inputs, released={**order.inputs.released, **released}), database)
    draft.unlink()
    _complete(order, database, hidden.gap)
    return hidden


def _suppressed_so_far(order: Order, counts: pl.DataFrame) -> pl.DataFrame:
    """What all releases hid, this one last."""
    so_far = order.inputs.released.get("suppressed", pl.DataFrame())
    own = counts.with_columns(
        pl.lit(order.name).alias("release"), pl.lit(len(order.earlier) + 1, pl.Int32).alias("release_number")
    )
    return pl.concat([frame for frame in (so_far, own) if frame.width], how="diagonal_relaxed")


def _complete(order: Order, database: Path, gap: float) -> None:
    """Add what only the built database can tell: what differs from the release before, and what this one is."""
    log = no_corrections()
    if order.earlier:
        before = order.earlier[-1]
        log = corrections(differences(before.folder / DATABASE, database), before.name)
    about = {
        "name": order.name,
        "released_on": berlin_date(order.night.business_at),
        "business_at": order.night.business_at.astimezone(UTC).replace(tzinfo=None),
        "is_demo": order.inputs.is_demo,
        "program_version": version("wir-monitoring"),
        "head_hash": _head_of(order.inputs)["hash"],
        "unapproved": len(order.unapproved),
        "gap": round(gap, 6),
    }
    write_release_tables(database, about, log)


def _write(order: Order, folder: Path, hidden: "Hidden") -> None:
    """Everything beside the database: the public files, and both manifests."""
    tables = read_public(folder / DATABASE)
    write_public(tables, folder / PUBLIC)
    basis = basis_of(order)
    gap = round(hidden.gap, 6)
    public = {"suppressed": tables.suppressed.rename({"group": "table"}).to_dicts(), "gap": gap}
    write_manifest(folder / PUBLIC, {**basis, **public, "unapproved": len(order.unapproved)})
    internal = {
        "by": list(order.by),
        "proposal": order.proposal,
        "unapproved": list(order.unapproved),
        "contents": warehouse.contents_hash(folder / DATABASE),
    }
    write_manifest(folder, {**basis, "suppressed": suppressed_in(folder / DATABASE), "gap": gap, **internal})


def suppressed_in(database: Path) -> list[dict[str, Any]]:
    """How much a release hides and why, as its manifest and the ledger have it: per table (a group) and period."""
    with closing(duckdb.connect(str(database), read_only=True)) as connection:
        rows: list[dict[str, Any]] = connection.sql(_SUPPRESSED).pl().to_dicts()
    return rows


def _head_of(inputs: warehouse.WarehouseInputs) -> dict[str, Any]:
    """The last entry of the ledger that a database rests on."""
    last = inputs.entries.sort("seq").tail(1).to_dicts()[0]
    return {"seq": last["seq"], "hash": last["hash"]}


def _versions(night: Night) -> dict[str, Any]:
    return {
        "program": version("wir-monitoring"),
        "program_sha256": program_fingerprint(),
        "forms": {str(year): form_of(year).version for year in range(FIRST_YEAR, LAST_YEAR + 1)},
        "rules": versions_in_force(night.ledger, night.reference, sql_files("checks")).rules,
        "reader": READER_VERSION,
        "reference": night.reference.fingerprint,
        "reference_datasets": dict(night.reference.versions),
        "sql_sha256": _sql_hash({kind: sql_files(kind) for kind in ("views", "indicators", "audit", "changes")}),
        "duckdb": duckdb.__version__,
    }


def _sql_hash(texts: Mapping[str, Mapping[str, str]]) -> str:
    return sha256(canonical_json(texts).encode()).hexdigest()

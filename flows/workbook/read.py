"""One workbook as a frame of cells: through the front door, then identity, places, sections, and what is odd."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from expectations.finding import Finding
from expectations.form import Form, form_of, form_versions, version_for
from expectations.layout import layout_of
from expectations.markers import META_SHEET
from expectations.reading import CELLS_SCHEMA, Identity, Reading, no_cells
from expectations.rules import finding
from flows.workbook.checks import altered_print, cell_findings, linked_cells, merged_cells, unasked_answers
from flows.workbook.container import open_parts
from flows.workbook.door import admit
from flows.workbook.grid import Grid, load_grids
from flows.workbook.identity import (
    Marks,
    Meta,
    believed,
    checksum_finding,
    disagreements,
    identity_of,
    marks_in,
    meta_of,
    version_finding,
)
from flows.workbook.markup import elements
from flows.workbook.package import (
    PROPERTIES_PART,
    WORKBOOK_PART,
    Package,
    custom_properties,
    defined_names,
    open_package,
)
from flows.workbook.places import Located, displaced_findings, locate, missing_findings
from flows.workbook.refusal import RefusalError
from flows.workbook.sections import SectionRead, Source, cell_of, is_answered, labels_of, read_section
from flows.workbook.strays import stray_findings
from flows.workbook.tabs import meta_finding, tab_findings, titles_of

READER_VERSION = "1"
"""Raised with every change of what is read from the same bytes."""


@dataclass(frozen=True)
class _Opened:
    """A workbook that came through the front door and says whose it is.

    Attributes:
        meta: what the hidden sheet says; None where it is gone.
        marks: what each kind of mark says.
    """

    package: Package
    grids: Mapping[str, Grid]
    meta: Meta | None
    marks: Sequence[Marks]
    identity: Identity


def read_workbook(data: bytes, submission_id: int) -> Reading:
    """Read a municipality's workbook.

    Args:
        data: the file's bytes, whatever they are.
        submission_id: written into the frame of cells.

    Returns:
        The reading. A file that cannot be read as a report has one fatal finding that says why and how to go on, and
        no cells; bad content is never an exception.
    """
    try:
        opened = _open(data)
    except RefusalError as refusal:
        return Reading(None, no_cells(), (refusal.finding,))
    source = _source(opened)
    located = locate(source.form, source.layout, opened.package.names, opened.grids)
    reads = [read_section(source, one) for one in located.values() if is_answered(source, one.section)]
    return Reading(
        identity=opened.identity,
        cells=_cells(submission_id, reads),
        findings=(
            *_identity_findings(opened),
            *_section_findings(source, located, reads, opened.package.links),
            *_sheet_findings(source, located, opened),
        ),
        empty_tables=_empty_tables(reads),
    )


def identify(data: bytes) -> Identity | None:
    """What a file says of itself by its names and properties alone; None where it is no report of ours.

    A file that passes here may still be refused when it is read as a whole.
    """
    try:
        admit(data)
        contents = open_parts(data, only={WORKBOOK_PART, PROPERTIES_PART}).contents
        if WORKBOOK_PART not in contents:
            return None
        names = defined_names(elements(WORKBOOK_PART, contents[WORKBOOK_PART]))
        properties = custom_properties(contents[PROPERTIES_PART]) if PROPERTIES_PART in contents else {}
        return identity_of(believed([marks_in(names), marks_in(properties)]))
    except RefusalError:
        return None


def _open(data: bytes) -> _Opened:
    admit(data)
    package = open_package(open_parts(data))
    grids = {grid.name: grid for grid in load_grids(package)}
    meta = meta_of(grids[META_SHEET]) if META_SHEET in grids else None
    marks = [marks_in(package.names), marks_in(package.properties)]
    marks += [] if meta is None else [meta.marks]
    return _Opened(package, grids, meta, marks, identity_of(believed(marks)))


def _source(opened: _Opened) -> Source:
    form = _form_of(opened.identity)
    return Source(
        form=form,
        layout=layout_of(form),
        identity=opened.identity,
        grids=opened.grids,
        printed=(opened.meta.printed or None) if opened.meta else None,
        labels=labels_of(form, opened.identity),
    )


def _form_of(identity: Identity) -> Form:
    """The form that the workbook was made from: the year's, or that of an older version."""
    versions = form_versions()
    if version_for(versions, identity.year) == identity.form_version:
        return form_of(identity.year)
    return form_of(versions[identity.form_version])


def _identity_findings(opened: _Opened) -> Iterator[Finding]:
    yield from disagreements(opened.marks)
    altered = None if opened.meta is None else checksum_finding(believed(opened.marks), opened.meta)
    hints = (version_finding(opened.identity), meta_finding(opened.grids))
    yield from (found for found in (altered, *hints) if found is not None)


def _section_findings(
    source: Source, located: Mapping[str, Located], reads: Sequence[SectionRead], links: Sequence[str]
) -> Iterator[Finding]:
    by_name = {read.section.name: read for read in reads}
    yield from missing_findings([located[name] for name in by_name])
    yield from displaced_findings([located[name] for name in by_name])
    for read in reads:
        yield from cell_findings(read)
        yield from altered_print(source, read)
    for name, one in located.items():
        yield from unasked_answers(source, one, by_name.get(name))
    yield from merged_cells(source, reads)
    yield from linked_cells(source, reads, links)


def _sheet_findings(source: Source, located: Mapping[str, Located], opened: _Opened) -> Iterator[Finding]:
    titles = titles_of(source.form, located, source.grids)
    texts = (opened.meta.texts or None) if opened.meta else None
    yield from stray_findings(source, list(located.values()), titles, opened.package.names, texts)
    yield from tab_findings(source.form, source.identity.kind, titles, list(source.grids.values()))
    for thing in opened.package.foreign:
        yield finding("R-TEC-15", given=thing, row_key=thing)


def _empty_tables(reads: Sequence[SectionRead]) -> dict[str, tuple[str, str]]:
    """Tables without any row, with the address of their first cell: there a zero has its place."""
    return {
        read.section.name: (place.sheet, cell_of(place, 1))
        for read in reads
        if read.section.kind == "table" and not read.rows
        for place in list(read.places.values())[:1]
    }


def _cells(submission_id: int, reads: Sequence[SectionRead]) -> pl.DataFrame:
    """The frame of cells, built column by column."""
    rows: list[tuple[Any, ...]] = [
        (
            place.sheet,
            cell_of(place, row.ordinal),
            read.section.name,
            f"{read.section.name}.{name}",
            row.key,
            row.ordinal,
            answer.raw,
            answer.value,
            answer.number,
            answer.day,
            answer.state,
            answer.found_type,
        )
        for read in reads
        for row in read.rows
        for name, answer in row.answers.items()
        for place in (read.places[name],)
    ]
    names = list(CELLS_SCHEMA)[1:]
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)) if rows else {}
    return pl.DataFrame({"submission_id": [submission_id] * len(rows), **columns}, schema=CELLS_SCHEMA)

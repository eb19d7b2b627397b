"""One workbook as a frame of cells: through the front door, then identity, places, sections, and what is odd."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from expectations.finding import Finding
from expectations.form import form_of
from expectations.layout import layout_of
from expectations.markers import META_SHEET, Printed
from expectations.reading import CELLS_SCHEMA, Identity, Reading, no_cells
from expectations.rules import finding
from flows.workbook.book import Book, open_book, own_words
from flows.workbook.checks import altered_print, cell_findings, linked_cells, merged_cells, unasked_answers
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
from flows.workbook.participants import refuse_lists_of_people, refuse_text_with_people
from flows.workbook.places import Located, displaced_findings, locate, missing_findings
from flows.workbook.refusal import RefusalError
from flows.workbook.sections import SectionRead, Source, cell_of, is_answered, labels_of, read_section
from flows.workbook.strays import stray_findings
from flows.workbook.tabs import meta_finding, tab_findings, titles_of

READER_VERSION = "3"
"""Raised whenever the same bytes would yield other cells or findings than before; what is cached then is read anew.

2: hours and agreed values such as `1.234` are asked about; sheets of unusual shape are written anew before they are
read; notes, text boxes and pictures are told; texts count without invisible signs.
3: .xlsm without macros are read; links to other programs and add-ins are told.
"""


@dataclass(frozen=True)
class _Opened:
    """A workbook that came through the front door and says whose it is.

    Attributes:
        meta: what the hidden sheet says; None where it is gone.
        marks: what each kind of mark says.
    """

    book: Book
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
    located = locate(source.form, source.layout, opened.book.names, opened.book.grids)
    reads = [read_section(source, one) for one in located.values() if is_answered(source, one.section)]
    return Reading(
        identity=opened.identity,
        cells=_cells(submission_id, reads),
        findings=(
            *_identity_findings(opened),
            *_section_findings(source, located, reads, opened.book.links),
            *_sheet_findings(source, located, opened),
        ),
        empty_tables=_empty_tables(reads),
    )


def identify(data: bytes) -> Identity | None:
    """What a file says of itself by its names and properties alone; None where it is no report of ours.

    A file that passes here may still be refused when it is read as a whole.
    """
    try:
        return identity_of(believed([marks_in(words) for words in own_words(data)]))
    except RefusalError:
        return None


def printed_in(data: bytes) -> tuple[Printed, ...]:
    """The locked cells of a readable workbook as they were printed; empty where its hidden list of them is gone."""
    try:
        meta = _open(data).meta
    except RefusalError:
        return ()
    return () if meta is None else meta.printed


def _open(data: bytes) -> _Opened:
    refuse_text_with_people(data)
    book = open_book(data)
    refuse_lists_of_people(book.grids.values())
    meta = meta_of(book.grids[META_SHEET]) if META_SHEET in book.grids else None
    marks = [marks_in(book.names), marks_in(book.properties)]
    marks += [] if meta is None else [meta.marks]
    return _Opened(book, meta, marks, identity_of(believed(marks)))


def _source(opened: _Opened) -> Source:
    form = form_of(opened.identity.year, version=opened.identity.form_version)
    return Source(
        form=form,
        layout=layout_of(form),
        identity=opened.identity,
        grids=opened.book.grids,
        printed=(opened.meta.printed or None) if opened.meta else None,
        labels=labels_of(form, opened.identity),
    )


def _identity_findings(opened: _Opened) -> Iterator[Finding]:
    yield from disagreements(opened.marks)
    altered = None if opened.meta is None else checksum_finding(believed(opened.marks), opened.meta)
    hints = (version_finding(opened.identity), meta_finding(opened.book.grids))
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
    yield from stray_findings(source, list(located.values()), titles, opened.book.names, texts)
    yield from tab_findings(source.form, source.identity.kind, titles, list(source.grids.values()))
    for thing in opened.book.foreign:
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
    if not rows:
        return no_cells()
    names = list(CELLS_SCHEMA)[1:]
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    return pl.DataFrame({"submission_id": [submission_id] * len(rows), **columns}, schema=CELLS_SCHEMA)

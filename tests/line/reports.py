"""Right reports as files, and a data folder to send them to."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from io import BytesIO
from pathlib import Path

import pytest

from expectations.form import form_of
from expectations.period import parse_period
from flows.demo.files import values_of
from flows.demo.reports import right_report
from flows.demo.story import Story, story_of
from flows.demo.work import Report
from flows.settings import DataFolder
from flows.template import prefill_for, write_template

NIGHT = datetime(2026, 9, 2, 1, 15, tzinfo=UTC)
Change = Callable[[Report], Report]
WriteReport = Callable[..., Path]


@cache
def story_told(seed: int, year: int) -> Story:
    """A story, made once: it is a plain value."""
    return story_of(seed, year)


@pytest.fixture(scope="session")
def story() -> Story:
    return story_told(2026, 2026)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


@pytest.fixture
def write_report(story: Story, tmp_path: Path) -> WriteReport:
    """Write a body's right report, or one that `change` makes of it; `note` makes other bytes of the same."""
    return partial(written_report, story, tmp_path)


def written_report(
    story: Story,
    into: Path,
    ags: str,
    *,
    change: Change | None = None,
    note: str = "",
    name: str = "",
    of: str = "2026-H1",
) -> Path:
    """A body's report of a period as a file, made three weeks after its closing day."""
    target = into / (name or f"{ags}-{of}{note}.xlsx")
    target.write_bytes(_workbook(story.seed, story.year, ags, change=change, note=note, of=of))
    return target


@cache
def _workbook(seed: int, year: int, ags: str, *, change: Change | None, note: str, of: str) -> bytes:
    """The bytes of such a file, written once: many tests begin with the same few reports."""
    story, period = story_told(seed, year), parse_period(of)
    report = right_report(story.works[ags], period, period.closing_day + timedelta(days=20))
    if note:
        report = report | {"cover": [report["cover"][0] | {"signatory_role": note}]}
    report = change(report) if change else report
    form, written = form_of(period.year), BytesIO()
    write_template(form, period, prefill_for(story.frames, ags, period), written, values=values_of(form, report))
    return written.getvalue()

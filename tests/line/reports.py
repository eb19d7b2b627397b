"""Right reports as files, and a data folder to send them to."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from expectations.form import form_of
from expectations.period import Period, parse_period
from flows.demo.files import values_of
from flows.demo.reports import right_report
from flows.demo.story import Story, story_of
from flows.demo.work import Report
from flows.settings import DataFolder
from flows.template import prefill_for, write_template

NIGHT = datetime(2026, 9, 2, 1, 15, tzinfo=UTC)
Change = Callable[[Report], Report]
WriteReport = Callable[..., Path]


@pytest.fixture(scope="session")
def story() -> Story:
    return story_of(2026, 2026)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


@pytest.fixture
def write_report(story: Story, tmp_path: Path) -> WriteReport:
    """Write a body's right half-year report, or one that `change` makes of it; `note` makes other bytes of the same."""

    def write(ags: str, *, change: Change | None = None, note: str = "", name: str = "") -> Path:
        period: Period = parse_period("2026-H1")
        report = right_report(story.works[ags], period, date(2026, 7, 20))
        if note:
            report = report | {"cover": [report["cover"][0] | {"signatory_role": note}]}
        report = change(report) if change else report
        target = tmp_path / (name or f"{ags}{note}.xlsx")
        form = form_of(2026)
        write_template(form, period, prefill_for(story.frames, ags, period), target, values=values_of(form, report))
        return target

    return write

"""How long a night of 33 new reports takes in a warm process, and a single check; a program, not a test.

Run: python -m tests.benchmarks.night [repetitions]
Prints medians of wall time (CPU in brackets), the floor of reading (unzip and scan the XML), and peak memory.
"""

import io
import resource
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

from expectations.form import form_of
from expectations.period import Period, ReportKind
from flows import line
from flows.demo.files import values_of
from flows.demo.reports import right_report
from flows.demo.story import Story, story_of
from flows.desk import check_files, import_reference, submit_files
from flows.settings import DataFolder
from flows.template import prefill_for, write_template
from flows.workbook import read_workbook
from tests.line.reports import NIGHT

YEAR = Period(2026, ReportKind.YEAR)
Timed = dict[str, list[tuple[float, float]]]


def main(repetitions: int = 5) -> None:
    """Measure and print."""
    story = story_of(2026, 2026)
    with tempfile.TemporaryDirectory() as scratch:
        files = [write(story, ags, Path(scratch)) for ags in story.works]
        _warm_up(Path(scratch) / "warm", files[:1])
        timed: Timed = {}
        for repetition in range(repetitions):
            folder = _fresh(Path(scratch) / f"data{repetition}", story)
            submit_files(folder, files, sender="")
            _clock(timed, "night of 33 new reports", lambda folder=folder: _night(folder, timed))
            _clock(timed, "check of one report", lambda: check_files(None, files[:1]))
            _clock(timed, "read one report", lambda: read_workbook(files[0].read_bytes(), 1))
            _clock(timed, "floor: unzip and scan it", lambda: floor(files[0]))
    for name, seconds in timed.items():
        wall, cpu = (statistics.median(part) for part in zip(*seconds, strict=True))
        _say(f"{name:28} {wall:7.3f} s  ({cpu:.3f} s CPU)")
    _say(f"{'peak memory':28} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:7.0f} MB")


def write(story: Story, ags: str, folder: Path) -> Path:
    form, target = form_of(2026), folder / f"{ags}.xlsx"
    report = right_report(story.works[ags], YEAR, date(2027, 3, 1))
    write_template(form, YEAR, prefill_for(story.frames, ags, YEAR), target, values=values_of(form, report))
    return target


def _fresh(root: Path, story: Story) -> DataFolder:
    folder = DataFolder(root)
    for act in story.acts[:1]:
        for name, text in act.registers.items():
            file = root.parent / f"{name}.csv"
            file.write_text(text, encoding="utf-8")
            import_reference(folder, file)
    return folder


def _warm_up(root: Path, files: list[Path]) -> None:
    folder = DataFolder(root)
    submit_files(folder, files, sender="")
    line.run_night(folder, business_at=NIGHT + timedelta(days=212))


def _night(folder: DataFolder, timed: Timed) -> None:
    report = line.run_night(folder, business_at=NIGHT + timedelta(days=212))
    for step, seconds in report.seconds.items():
        timed.setdefault(f"  {step}", []).append((seconds, seconds))


def floor(file: Path) -> None:
    with zipfile.ZipFile(file) as container:
        for name in container.namelist():
            if name.endswith(".xml"):
                for _ in ElementTree.iterparse(io.BytesIO(container.read(name))):
                    pass


def _clock(timed: Timed, name: str, work: Callable[[], object]) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    timed.setdefault(name, []).append((time.perf_counter() - wall, time.process_time() - cpu))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

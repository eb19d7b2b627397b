"""What an answer costs: bytes in, verdict and protocol out, in a warm process; a program, not a test.

Run: python -m tests.benchmarks.answer [files]
Prints wall time and CPU (with that of the processes that read) of a check of one report, of 33 and of many, of a report
with some 2,000 findings and of marked copies; the floor of reading; and peak memory.
"""

import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from expectations.form import form_of
from flows.demo.story import story_of
from flows.desk import check_files
from flows.feedback import as_document, protocol_page
from flows.feedback.terminal import protocol_text
from flows.telling import annotate
from flows.template import prefill_for, write_template
from tests.benchmarks.night import YEAR, floor, write

REPETITIONS = 5
TICKS = os.sysconf("SC_CLK_TCK")


def main(many: int = 500) -> None:
    """Measure and print."""
    story = story_of(2026, 2026)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        files = [write(story, ags, folder) for ags in story.works]
        wrong = _all_wrong(folder / "wrong.xlsx", story.frames, next(iter(story.works)))
        _answers(files[:1])  # warms up
        _say_median("one report: verdict, protocols", lambda: _answers(files[:1]))
        found = len(check_files(None, [wrong])[0].judgement.findings)
        _say_median(f"one with {found} findings", lambda: _answers([wrong]))
        _say_median("marked copy of the right one", _marking(files[0]))
        _say_median("marked copy of the wrong one", _marking(wrong))
        _say_median(f"{len(files)} reports", lambda: _answers(files))
        _say_median(f"{many} reports", lambda: _answers([files[n % len(files)] for n in range(many)]), repetitions=1)
        _say_median("floor: unzip and scan one", lambda: floor(files[0]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{'peak memory':34} {peak:7.0f} MB\n")


def _answers(files: Sequence[Path]) -> None:
    for checked in check_files(None, files):
        as_document(checked)
        protocol_text(checked)
        protocol_page(checked)


def _marking(file: Path) -> Callable[[], object]:
    data, checked = file.read_bytes(), check_files(None, [file])[0]
    return lambda: annotate([(data, checked)])


def _all_wrong(target: Path, registers: object, ags: str) -> Path:
    """A report in which every cell of every table holds a text of its own, where a number or a date should stand."""
    form = form_of(YEAR.year)
    values = {
        field.path: {str(row): f"falsch {row}" for row in range(1, section.rows + 1)}
        for section in form.sections()
        if section.kind == "table"
        for field in section.fields
    }
    write_template(form, YEAR, prefill_for(registers, ags, YEAR), target, values=values)  # type: ignore[arg-type]
    return target


def _say_median(name: str, work: Callable[[], object], *, repetitions: int = REPETITIONS) -> None:
    timed = [_timed(work) for _ in range(repetitions)]
    wall, cpu = (statistics.median(part) for part in zip(*timed, strict=True))
    sys.stdout.write(f"{name:34} {wall:7.3f} s  ({cpu:.3f} s CPU)\n")
    sys.stdout.flush()


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), _cpu_seconds()
    work()
    return time.perf_counter() - wall, _cpu_seconds() - cpu


def _cpu_seconds() -> float:
    """CPU time of this process and of its living children."""
    return time.process_time() + sum(map(_cpu_of, _children()))


def _children() -> list[int]:
    lists = Path("/proc/self/task").glob("*/children")
    return [int(pid) for one in lists for pid in one.read_text().split()]


def _cpu_of(pid: int) -> float:
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / TICKS


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

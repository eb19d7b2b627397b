"""Spoil workbooks for a while: `python -m tests.fuzz [SECONDS] [SEED]`.

Prints what became of them. A file that breaks a promise is kept in the folder `finds` beneath the current one; once
mended, it moves to `tests/workbook/cases` with a note how it came about.
"""

import sys
import time
from collections import Counter
from hashlib import sha256
from pathlib import Path
from random import Random

from flows.isolation import Broken, run_isolated
from tests.fuzz.mutations import spoiled
from tests.fuzz.seeds import seeds

JOB = "tests.fuzz.property:check"
_SHOWN_EVERY_SECONDS = 60


def main(arguments: list[str]) -> int:
    """Spoil until the time is over.

    Args:
        arguments: seconds (60), and the seed of chance (the clock).
    """
    seconds = float(arguments[0]) if arguments else 60
    seed = int(arguments[1]) if len(arguments) > 1 else int(time.time())
    chance, outcomes, finds = Random(seed), Counter[str](), Path("finds")
    began = shown = time.monotonic()
    slowest, has_finds = 0.0, False
    say(f"seed {seed}")
    while time.monotonic() - began < seconds:
        data = spoiled(chance.choice(seeds()), chance)
        started = time.monotonic()
        (answer,) = run_isolated(JOB, [data])
        slowest = max(slowest, time.monotonic() - started)
        outcome = f"{answer.reason}: {answer.detail}" if isinstance(answer, Broken) else answer.decode()
        outcomes[outcome] += 1
        if isinstance(answer, Broken) and outcomes[outcome] == 1:
            has_finds = True
            finds.mkdir(exist_ok=True)
            (finds / sha256(data).hexdigest()[:16]).write_bytes(data)
            say(f"FIND {outcome}: {sha256(data).hexdigest()[:16]}")
        if time.monotonic() - shown > _SHOWN_EVERY_SECONDS:
            shown = time.monotonic()
            say(f"{outcomes.total()} files, slowest {slowest:.1f} s")
    for outcome, count in outcomes.most_common():
        say(f"{count:7} {outcome}")
    say(f"{outcomes.total()} files, slowest {slowest:.1f} s")
    return int(has_finds)


def say(line: str) -> None:
    """A line on standard output, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

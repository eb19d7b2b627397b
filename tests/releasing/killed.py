"""`python -m tests.releasing.killed FOLDER EVENT PART`: release, and be killed where a file's event names that part.

Events are those of Python's audit hooks, raised just before the thing happens. `after:PART EVENT` waits first for a
renaming that names PART.
"""

import os
import signal
import sys
from pathlib import Path

from flows.releasing import release, without_submission
from flows.settings import DataFolder
from tests.releasing.hiding import hiding


def kill_at(event: str, part: str, after: str = "") -> None:
    """Die as by kill -9 at the first event whose arguments name the part, once a renaming has named `after`."""
    seen = {"after": not after}

    def hook(name: str, arguments: tuple[object, ...]) -> None:
        told = " ".join(map(str, arguments))
        if seen["after"] and name == event and part in told:
            os.kill(os.getpid(), signal.SIGKILL)
        if after and name == "os.rename" and after in told:
            seen["after"] = True

    sys.addaudithook(hook)


def main() -> None:
    """Arguments: data folder, what to do (a release's name or `erase:NUMBER`), event, part, optionally `after`."""
    root, act, event, part, *after = sys.argv[1:]
    folder = DataFolder(Path(root))
    if act.startswith("erase:"):
        kill_at(event, part, *after)
        without_submission(folder, int(act.removeprefix("erase:")))
        return
    hide = hiding()
    if event == "solving":
        hide = lambda _database, _earlier: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[return-value,assignment]  # noqa: E731
    else:
        kill_at(event, part, *after)
    release(folder, act, by="anna", with_unapproved=True, hide=hide)


if __name__ == "__main__":
    main()

"""A file that is not read at all: the one exception between the front door and `read_workbook`."""

from collections.abc import Iterator
from contextlib import contextmanager

from python_calamine import CalamineError

from expectations.finding import Finding
from expectations.rules import finding


class RefusalError(Exception):
    """A file is not read any further.

    Attributes:
        finding: the fatal finding that says why and how to go on; it becomes the whole reading.
    """

    def __init__(self, code: str, *, given: str = "", expected: str = "", **facts: str) -> None:
        super().__init__(code)
        self.finding: Finding = finding(code, given=given, expected=expected, **facts)


def check_count(what: str, count: int, limit: int) -> None:
    """Refuse a file that holds more of something than a report can.

    Args:
        what: of what there are too many, in German and in the plural.
        count: how many there are.
        limit: how many are read.

    Raises:
        RefusalError: `count` is beyond the limit.
    """
    if count > limit:
        raise RefusalError("R-DAT-17", given=what, expected=f"{limit:,}".replace(",", "."))


@contextmanager
def refused_by_calamine() -> Iterator[None]:
    """Refuse a file that calamine does not read, or in which it panics.

    Raises:
        RefusalError: it does not.
    """
    try:
        yield
    except (CalamineError, OSError, ValueError, IndexError, OverflowError) as error:
        raise RefusalError("R-DAT-19") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # Rust's panics come as a class of their own, which has no address
            raise
        raise RefusalError("R-DAT-19") from error

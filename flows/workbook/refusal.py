"""A file that is not read at all: the one exception between the front door and `read_workbook`."""

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

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

"""One file → cells: the front door, and what a municipality's workbook says, each value at its address."""

from flows.workbook.isolated import READ_JOB, read_isolated
from flows.workbook.read import READER_VERSION, identify, printed_in, read_workbook

__all__ = ["READER_VERSION", "READ_JOB", "identify", "printed_in", "read_isolated", "read_workbook"]

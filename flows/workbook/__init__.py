"""One file → cells: the front door, and what a municipality's workbook says, each value at its address."""

from flows.workbook.read import READER_VERSION, identify, read_workbook

__all__ = ["READER_VERSION", "identify", "read_workbook"]

"""The workbook of a release, as a minister's office reads it: values only, no formulas, ready to print on A4."""

from flows.publication.book.write import write_book

__all__ = ["write_book"]

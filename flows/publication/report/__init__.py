"""The report of a release: one German page that stands alone, reads without a script and prints on A4."""

from flows.publication.report.page import FILE_NAME, report_page, write_report

__all__ = ["FILE_NAME", "report_page", "write_report"]

"""The desk: what people ask for between the nights. Templates, checks, receipts, the state of reporting, registers."""

from flows.desk.duties import obligations_now
from flows.desk.files import check_files, submit_files
from flows.desk.registers import DeskError, import_reference
from flows.desk.templates import write_templates

__all__ = ["DeskError", "check_files", "import_reference", "obligations_now", "submit_files", "write_templates"]

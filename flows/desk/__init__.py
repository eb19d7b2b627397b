"""The desk: what people ask for between the nights. Templates, checks, receipts, the state of reporting, registers."""

from flows.desk.acts import Explained, explain
from flows.desk.again import Previewed, Rechecked, preview_rule, recheck
from flows.desk.duties import obligations_now
from flows.desk.files import annotate_files, check_files, submit_files
from flows.desk.registers import DeskError, import_reference
from flows.desk.templates import write_templates

__all__ = [
    "DeskError",
    "Explained",
    "Previewed",
    "Rechecked",
    "annotate_files",
    "check_files",
    "explain",
    "import_reference",
    "obligations_now",
    "preview_rule",
    "recheck",
    "submit_files",
    "write_templates",
]

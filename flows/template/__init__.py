"""The workbook that a body fills in, made from the form and what the registers know."""

from flows.template.prefill import Content, Grant, Prefill, TemplateError, UnknownBodyError, prefill_for
from flows.template.write import file_name, write_template

__all__ = [
    "Content",
    "Grant",
    "Prefill",
    "TemplateError",
    "UnknownBodyError",
    "file_name",
    "prefill_for",
    "write_template",
]

"""The workbook that a body fills in, made from the form and what the registers know."""

from flows.template.carried import PastReport, explanations_of, with_last_figures, with_what_stands
from flows.template.moved import Lost, Moved, moved_values, outside
from flows.template.prefill import Carried, Content, Grant, Prefill, TemplateError, UnknownBodyError, prefill_for
from flows.template.questionnaire import questionnaire_of
from flows.template.write import file_name, write_template

__all__ = [
    "Carried",
    "Content",
    "Grant",
    "Lost",
    "Moved",
    "PastReport",
    "Prefill",
    "TemplateError",
    "UnknownBodyError",
    "explanations_of",
    "file_name",
    "moved_values",
    "outside",
    "prefill_for",
    "questionnaire_of",
    "with_last_figures",
    "with_what_stands",
    "write_template",
]

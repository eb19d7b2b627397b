"""What a municipality learns about its report: the protocol as a page, as text, on the terminal and as JSON."""

from flows.feedback.checked import Checked, describe
from flows.feedback.documents import as_document, finding_document
from flows.feedback.folder import marked_file, told_verdict, write_feedback, write_marked
from flows.feedback.night import print_night
from flows.feedback.page import protocol_page
from flows.feedback.rulings import Ruling
from flows.feedback.terminal import plain_text, print_protocols, protocol, protocol_text, receipt_sentence
from flows.feedback.texts import (
    NEXT_STEP_DE,
    SEVERITIES_DE,
    STEPS_DE,
    VERDICTS_DE,
    WATERMARK,
    next_step,
    received_text,
    result_text,
)

__all__ = [
    "NEXT_STEP_DE",
    "SEVERITIES_DE",
    "STEPS_DE",
    "VERDICTS_DE",
    "WATERMARK",
    "Checked",
    "Ruling",
    "as_document",
    "describe",
    "finding_document",
    "marked_file",
    "next_step",
    "plain_text",
    "print_night",
    "print_protocols",
    "protocol",
    "protocol_page",
    "protocol_text",
    "receipt_sentence",
    "received_text",
    "result_text",
    "told_verdict",
    "write_feedback",
    "write_marked",
]

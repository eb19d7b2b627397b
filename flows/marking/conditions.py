"""When a mark holds: a formula that is true only while the rejected content remains in its cell."""

import re

from expectations.layout import address
from flows.marking.contents import Content, Position

MARK = "wir.marks"
"""Stands in the formula of every mark and does nothing there, but tells our conditional formats from people's own."""
_LONGEST = 200
"""Characters of a text that are compared; a formula may hold no longer one than 255."""
_PLAIN = re.compile(r"(?:(?!_x[0-9A-Fa-f]{4}_)[ -\ud7ff\ue000-\ufffd])*")
"""What programs read and count alike: no control characters, nothing beyond the basic plane, no escapes."""
_UNPRINTED = re.compile("[\x7f-\x9f]")


def condition(content: Content, cell: str) -> str:
    """A formula that is true while a cell holds that content.

    Args:
        content: what stands there now.
        cell: how the formula refers to the cell.
    """
    if content.kind == "number":
        return f"AND(ISNUMBER({cell}),{cell}={_plain_number(content.text)})"
    if content.kind == "logical":
        return f"AND(ISLOGICAL({cell}),{cell}={content.text})"
    if content.kind == "error":
        return f"ISERROR({cell})"
    if content.kind == "uncached":
        return f"_xlfn.ISFORMULA({cell})"
    return _text_condition(content.text, cell)


def _plain_number(text: str) -> str:
    return text.removesuffix(".0").replace("e", "E")


def _text_condition(text: str, cell: str) -> str:
    if not text.strip():
        return f"LEN(TRIM({cell}))=0"
    if text != text.strip(" "):  # programs disagree whether blanks around a text are part of it
        text, cell = re.sub(" +", " ", text.strip(" ")), f"TRIM({cell})"
    match = _PLAIN.match(_UNPRINTED.sub("\x00", text))
    plain = text[: match.end()] if match else ""
    if plain == text and len(text) <= _LONGEST:
        return f"EXACT({cell},{_literal(text)})"
    begins = plain[:_LONGEST]
    same_begin = f"EXACT(LEFT({cell},{len(begins)}),{_literal(begins)})" if begins else f"LEN({cell})>0"
    return f"AND(LEN({cell})={len(text)},{same_begin})" if plain == text else same_begin


def _literal(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def mark_formula(content: Content, position: Position) -> str:
    """The formula of a mark at that cell."""
    return f'AND({condition(content, address(*position))},N("{MARK}")=0)'

"""Texts that spreadsheets must not take for formulas: in CSV files, which carry no types."""

import re
import unicodedata

import polars as pl

_STARTS = "=+-@\t\r\n＝＋－＠"
"""What a spreadsheet may take for the beginning of a formula, also in its full-width form."""
_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cf", "Cc"})
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]{3})*(,[0-9]+)?|[+-]?[0-9]+\.[0-9]+")


def harmless(text: str) -> str:
    """A text with an apostrophe before it where a spreadsheet would take it for a formula; plain numbers stay."""
    return f"'{text}" if _is_dangerous(text) else text


def _is_dangerous(text: str) -> bool:
    for sign in text:
        if sign in _STARTS:
            return _PLAIN_NUMBER.fullmatch(text) is None
        if unicodedata.category(sign) not in _UNSEEN:
            return False
    return False


def harmless_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame of texts of which none is taken for a formula."""
    return frame.with_columns(_harmless_column(frame[name]) for name, kind in frame.schema.items() if kind == pl.String)


def _harmless_column(column: pl.Series) -> pl.Series:
    seen = column.drop_nulls().unique()
    changed = {text: harmless(text) for text in seen if _is_dangerous(text)}
    return column.replace(changed) if changed else column

"""Likely personal data reach no output, the auditors' database included (form.md, R-DSG).

Findings quote nothing that holds any (`expectations.rules.finding` shields what it is given), cells are masked before
they are shown. The original lies in the archive, and in the cache of cells that is derived from it, and nowhere else.
"""

from collections.abc import Iterable, Sequence

import polars as pl

from expectations.finding import Finding
from expectations.personal_data import addresses_in, has_personal_data, kinds_in, names_a_person, without_email

MASK = "[vermutlich personenbezogene Daten]"
"""What stands in their place."""
MAILBOX = "cover.contact_mailbox"
"""The one field that asks for an e-mail address."""
LIST_OF_PEOPLE = "R-DAT-50"
"""Code of the refusal of a list of people; such files are kept for a short time only."""
_GROUP = "R-DSG-"
_IS_TEXT = pl.col("number").is_null() & pl.col("date").is_null()
"""Cells in which something else stands than the number or date that it was read as."""


def shielded(text: str) -> str:
    """A text as it may be shown: the mask where it probably holds personal data."""
    return MASK if has_personal_data(text) else text


def masked(cells: pl.DataFrame, findings: Iterable[Finding]) -> pl.DataFrame:
    """Cells (`expectations.reading.CELLS_SCHEMA`) of any reports without personal data.

    Args:
        cells: as read. Masked is every text that holds any, whatever field it was typed into; also the name of a sheet,
            and a row's key, which keeps the row's position so that two of them stay two.
        findings: of one report; places where rules of the group R-DSG found something are masked whatever stands there,
            also where the sender explained that it is none.
    """
    places = [
        f"{finding.sheet}!{cell}"
        for finding in findings
        if finding.code.startswith(_GROUP)
        for cell in (finding.cell, *finding.also_at)
    ]
    personal = _personal_texts(cells)
    if not places and not personal:
        return cells
    at_place = pl.concat_str("sheet", pl.lit("!"), "cell").is_in(places)
    texts = at_place | pl.col("raw").is_in(personal) | pl.col("value").is_in(personal).fill_null(value=False)
    mask = pl.lit(MASK)
    own_key = pl.format("{} · {}", mask, pl.col("ordinal"))
    return cells.with_columns(
        raw=pl.when(texts).then(mask).otherwise("raw"),
        value=pl.when(texts & pl.col("value").is_not_null()).then(mask).otherwise("value"),
        row_key=pl.when(pl.col("row_key").is_in(personal)).then(own_key).otherwise("row_key"),
        sheet=pl.when(pl.col("sheet").is_in(personal)).then(mask).otherwise("sheet"),
    )


def is_personal(cells: pl.DataFrame, findings: Sequence[Finding]) -> bool:
    """Whether anything that a report's cells hold, or that its findings would have quoted, is masked."""
    quoted = (text for one in findings for text in (one.given, one.expected, one.message, one.sheet))
    return masked(cells, findings) is not cells or any(MASK in text for text in quoted)


def _personal_texts(cells: pl.DataFrame) -> list[str]:
    """The texts in the frame that hold personal data; a functional mailbox where it is asked for is none."""
    typed = cells.filter(_IS_TEXT)
    columns = (typed["raw"], typed["value"], cells["row_key"], cells["sheet"])
    texts = {text for column in columns for text in column.unique().drop_nulls()}
    asked_for = set(cells.filter(field=MAILBOX)["raw"].drop_nulls())
    return [text for text in texts if (_beyond_email(text) if text in asked_for else has_personal_data(text))]


def _beyond_email(text: str) -> bool:
    return names_a_person(text) or has_personal_data(without_email(text))


def with_personal_data(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells with what the checks of R-DSG compare.

    Returns:
        The cells with `personal_kinds`, how many kinds of personal data the text holds, `personal`, their names
        („eine IBAN und eine Telefonnummer“, `""` without any), and `is_personal_mailbox`. The report's own mailbox
        counts nowhere as personal data.
    """
    found = _found_in(cells.filter(_IS_TEXT)["value"].unique().drop_nulls())
    own = pl.col("value").str.to_lowercase().str.contains(pl.col("mailbox"), literal=True).fill_null(value=False)
    is_asked_for = (pl.col("field") == MAILBOX) | own
    return (
        cells.join(found, on="value", how="left", maintain_order="left")
        .join(_mailboxes(cells), on="submission_id", how="left", maintain_order="left")
        .with_columns(
            personal_kinds=_none_without_value(
                pl.when(is_asked_for).then("other_kinds").otherwise("personal_kinds"), 0
            ),
            personal=_none_without_value(pl.when(is_asked_for).then("other").otherwise("personal"), ""),
            is_personal_mailbox=pl.col("is_personal_mailbox").fill_null(value=False),
        )
        .drop("other_kinds", "other", "mailbox")
    )


def _found_in(texts: pl.Series) -> pl.DataFrame:
    """What the texts that hold anything hold, and what without their e-mail addresses."""
    rows = [
        (text, *_named(kinds), *_named(kinds_in(without_email(text))), names_a_person(text))
        for text in texts
        if (kinds := kinds_in(text))
    ]
    schema = {
        "value": pl.String(),
        "personal_kinds": pl.Int64(),
        "personal": pl.String(),
        "other_kinds": pl.Int64(),
        "other": pl.String(),
        "is_personal_mailbox": pl.Boolean(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _none_without_value(found: pl.Expr, nothing: object) -> pl.Expr:
    return pl.when(pl.col("value").is_not_null()).then(found.fill_null(nothing))


def _mailboxes(cells: pl.DataFrame) -> pl.DataFrame:
    """Each report's own mailbox, in small letters."""
    typed = cells.filter(pl.col("field") == MAILBOX, pl.col("value").is_not_null()).unique("submission_id")
    found = [
        (number, one)
        for number, text in typed.select("submission_id", "value").iter_rows()
        for one in addresses_in(text)[:1]
    ]
    return pl.DataFrame(found, schema={"submission_id": pl.Int64(), "mailbox": pl.String()}, orient="row")


def _named(kinds: tuple[str, ...]) -> tuple[int, str]:
    return len(kinds), " und ".join(part for part in (", ".join(kinds[:-1]), kinds[-1] if kinds else "") if part)

"""Marks that a template leaves in its workbook so that the reader knows it again: shared by both, used by nobody else.

Who a workbook belongs to is written three ways (constant defined names, custom document properties, a hidden sheet),
so that it survives another program's save and a deleted sheet. The hidden sheet has one line a mark (column A its name,
column B its value), then, below the line `wir.printed`, one line a locked cell: field path, row key, value.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256

from expectations.form import Field, Section
from expectations.layout import ANCHOR_PREFIX
from expectations.reading import Identity

META_SHEET = "wir_meta"
"""Hidden sheet that holds every mark and the list of printed values."""
LISTS_SHEET = "wir_lists"
"""Hidden sheet with the entries of all drop-downs."""
OUR_HIDDEN_SHEETS = frozenset({META_SHEET, LISTS_SHEET})
MARKS_SHEET = "Prüfbericht"
"""First sheet of a workbook that we handed back marked: ours, and no answer."""
MARKS_NAME = f"{ANCHOR_PREFIX}marks.sheet"
"""Defined name that leads to that sheet, whatever it is called by now."""
MARKS_PREFIX = f"{ANCHOR_PREFIX}marks "
"""Begins each cell of that sheet's hidden column: `text_mark`s of everything that we wrote into the row follow.

What stands there and has no mark was typed by people, and is told like any other addition.
"""
NOTE_BEGIN = "WIR-Prüfung · "
"""Begins each of our notes at marked cells; the mark of its text ends it, `[wir:1a2b3c4d]`."""
_NOTE = re.compile(rf"\n{{0,2}}{re.escape(NOTE_BEGIN)}(.{{0,9000}}?)\[wir:([0-9a-f]{{8}})\]", re.DOTALL)
LIST_PREFIX = f"{ANCHOR_PREFIX}list."
LAST_PREFIX = f"{ANCHOR_PREFIX}last."
"""Defined names over the grey figures „zuletzt gemeldet“, one a section: what stands there is ours."""
IDENTITY_PREFIX = f"{ANCHOR_PREFIX}identity."
PRINTED_MARK = f"{ANCHOR_PREFIX}printed"
"""The line of the hidden sheet below which the locked cells are listed."""
TEXTS_PREFIX = f"{ANCHOR_PREFIX}texts."
"""Marks named `wir.texts.<sheet>`: `text_mark` of every text that we printed on that sheet, separated by blanks.

They tell people's own additions from our texts even where a later version of the program words them otherwise.
"""
CHECKSUM_MARK = f"{IDENTITY_PREFIX}checksum"
LONGEST_CONSTANT = 255
"""Characters that a constant in a defined name may have; longer marks stand on the hidden sheet only."""


@dataclass(frozen=True)
class Printed:
    """A locked cell as printed: path of its field, key of its row (`""` in a values section), canonical value."""

    field: str
    row_key: str
    value: str


def list_name(name: str, section: str = "") -> str:
    """The defined name of a drop-down's entries; a register's list may be narrowed to what concerns one section."""
    return f"{LIST_PREFIX}{name}.{section}" if section else f"{LIST_PREFIX}{name}"


def last_name(section: Section) -> str:
    """The defined name over a section's figures „zuletzt gemeldet“."""
    return LAST_PREFIX + section.name


def identity_marks(identity: Identity) -> dict[str, str]:
    """An identity as marks (name → text), without the checksum."""
    texts = {
        "ags": identity.ags,
        "body_name": identity.body_name,
        "kind": str(identity.kind),
        "year": str(identity.year),
        "form_version": identity.form_version,
        "skipped": ",".join(sorted(identity.skipped)),
        "grants": ",".join(identity.grants),
    }
    return {IDENTITY_PREFIX + name: text for name, text in texts.items()}


def checksum(marks: Mapping[str, str], printed: Iterable[Printed]) -> str:
    """What makes an altered template visible: 16 hexadecimal digits over identity and printed values.

    Args:
        marks: identity marks; those that are not identity, and the checksum itself, are left out.
        printed: locked cells, in any order.
    """
    identity = {
        name: text for name, text in marks.items() if name.startswith(IDENTITY_PREFIX) and name != CHECKSUM_MARK
    }
    lines = sorted([cell.field, cell.row_key, cell.value] for cell in printed)
    canonical = json.dumps([identity, lines], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()[:16]


def canonical_text(field: Field, value: object) -> str:
    """A value as the list of printed values and the cells frame write it: `60000.00`, `2026-12-31`, `Ja`, `""`."""
    if value is None or value == "":
        return ""
    if field.is_number and isinstance(value, int | float | Decimal):
        return f"{Decimal(str(value)):.{field.decimals}f}"
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def text_mark(text: str) -> str:
    """Eight hexadecimal digits that stand for a text; blanks at its ends and runs of them do not count."""
    return sha256(" ".join(text.split()).encode()).hexdigest()[:8]


def note_of(text: str) -> str:
    """A note of ours at a cell, as `own_notes` knows it again."""
    return f"{NOTE_BEGIN}{text}\n[wir:{text_mark(text)}]"


def own_notes(text: str) -> list[tuple[int, int]]:
    """Where our notes begin and end in the text at a cell; one into which somebody wrote is no longer ours."""
    return [match.span() for match in _NOTE.finditer(text) if text_mark(match[1]) == match[2]]


def without_own_notes(text: str) -> str:
    """What people wrote at a cell."""
    kept_to, kept = 0, []
    for begin, end in own_notes(text):
        kept.append(text[kept_to:begin])
        kept_to = end
    return "".join([*kept, text[kept_to:]])


def makes_a_row(section: Section, field: Field) -> bool:
    """Whether something in this field makes a table's row a filled one.

    A grant alone does not: where a body has only one for that table, it stands in every row already.
    """
    return not (section.kind == "table" and (field.locked or field.choices == "grants"))

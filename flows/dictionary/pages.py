"""Pages of Markdown that link to each other: as files of a folder, or one after the other as one text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")
_LINK = re.compile(r"\]\(([a-z0-9-]+)\.md(?:#([a-z0-9_-]+))?\)")


@dataclass(frozen=True)
class Page:
    """One file of the dictionary.

    Attributes:
        name: of its file, without `.md`.
        title: its heading.
        text: Markdown below the heading.
    """

    name: str
    title: str
    text: str

    @property
    def whole(self) -> str:
        """The file's content."""
        return f"{anchor(self.name)}\n\n# {plain(self.title)}\n\n{self.text.strip()}\n"


def plain(text: str) -> str:
    """A text in which nothing is Markdown, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def code(name: str) -> str:
    """An identifier as code."""
    return f"`{name}`"


def anchor(name: str) -> str:
    """A place that links lead to; it works in every reader of Markdown."""
    return f'<a id="{name}"></a>'


def link(text: str, page: str, place: str = "") -> str:
    """A link to a page, or to an anchor on it. The text is Markdown already."""
    return f"[{text}]({page}.md{f'#{place}' if place else ''})"


def place_name(*parts: str) -> str:
    """The name of an anchor: `mit-03`, `tabelle-indicators-figures`."""
    return "-".join(re.sub(r"[^a-z0-9_]+", "-", part.lower()).strip("-") for part in parts)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already; nothing where there is no row."""
    lines = [" | ".join(("", *row, "")).strip() for row in rows]
    if not lines:
        return ""
    head = " | ".join(("", *headings, "")).strip()
    return "\n".join((head, "|" + " --- |" * len(headings), *lines))


def sql_block(select: str) -> str:
    """SQL as a block of code."""
    return f"```sql\n{select.strip()}\n```"


def paragraphs(*parts: str) -> str:
    """Parts with an empty line between them; empty ones are left out."""
    return "\n\n".join(part for part in parts if part)


def write_pages(pages: Iterable[Page], folder: Path) -> list[Path]:
    """Write each page as a file; the folder is made if need be.

    Returns:
        The files, in the order of the pages.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for page in pages:
        file = folder / f"{page.name}.md"
        file.write_text(page.whole, encoding="utf-8", newline="\n")
        written.append(file)
    return written


def as_one_text(pages: Iterable[Page]) -> str:
    """All pages as one text, in which the links lead to places of the text itself."""
    return "\n".join(_LINK.sub(lambda found: f"](#{found[2] or found[1]})", page.whole) for page in pages)

"""Notes at marked cells: text in the sheet's comments, shape in its drawing, both beside those of other people.

What somebody wrote to a cell stays, and ours follows it. Threaded comments stay untouched.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from expectations.layout import address
from expectations.markers import NOTE_BEGIN, note_of, own_notes, without_own_notes
from flows.marking import wording
from flows.marking.contents import Position, position_of
from flows.marking.markup import HEAD, Edit, Node, appended, edited, escaped, in_ascii, outline, prefixed, without

AUTHOR = wording.NOTE_AUTHOR
_TAG = b"[wir:"
_THREADED = "tc="
"""How authors of threaded comments are called in the list that older programs read."""
_DEPTH = 6


@dataclass(frozen=True)
class NoteText:
    """A note: its heading in bold, and what follows."""

    heading: str
    body: str

    @property
    def whole(self) -> str:
        """All of it, as `own_notes` knows it again."""
        return note_of(f"{self.heading}\n{self.body}")


@dataclass(frozen=True)
class Stripped:
    """Comments without our notes; `gone` are the cells that have none any more."""

    data: bytes
    gone: frozenset[Position]


def stripped(data: bytes) -> Stripped:
    """Take our notes of an earlier marking off; people's own stay, beside ours too."""
    if _TAG not in data:
        return Stripped(data, frozenset())
    edits: list[Edit] = []
    gone: set[Position] = set()
    for comment in _comments(outline(data, _DEPTH)):
        position = position_of(comment.attribute("ref"))
        ours = own_notes(_text(comment))
        if not ours or position is None:
            continue
        if _text(comment).startswith(NOTE_BEGIN) and not without_own_notes(_text(comment)).strip():
            edits.append(without(comment))
            gone.add(position)
        else:
            edits += _cut(comment, ours)
    return Stripped(edited(data, edits), frozenset(gone))


def _comments(root: Node) -> list[Node]:
    listed = root.first("commentList")
    return listed.all("comment") if listed else []


def _texts(comment: Node) -> Iterator[tuple[Node, Node]]:
    """The runs of a comment's text, each with its text; a plain text is its own run."""
    for text in comment.all("text"):
        for child in text.children:
            if child.local == "t":
                yield child, child
            elif child.local == "r":
                yield from ((child, inner) for inner in child.all("t"))


def _text(comment: Node) -> str:
    return "".join(text.text for _, text in _texts(comment))


def _cut(comment: Node, spans: Sequence[tuple[int, int]]) -> Iterator[Edit]:
    """Take spans of the text out, whole runs where nothing else stands in them."""
    begin = 0
    for run, text in _texts(comment):
        end = begin + len(text.text)
        kept = "".join(
            sign
            for place, sign in enumerate(text.text, start=begin)
            if not any(first <= place < last for first, last in spans)
        )
        if not kept and text.text:
            yield without(run)
        elif kept != text.text:
            yield Edit(text.opened, text.closes, escaped(kept).encode())
        begin = end


@dataclass(frozen=True)
class Added:
    """Comments with our notes.

    Attributes:
        new: cells that had no comment before and need a shape.
        grown: cells at which ours follows somebody's, whose shape must hold more.
        left: cells at which people discuss already.
    """

    data: bytes
    new: Sequence[Position]
    grown: Sequence[Position]
    left: Sequence[Position]


def no_comments(namespace: str) -> bytes:
    """A part of comments without any."""
    return f'{HEAD}<comments xmlns="{namespace}"><authors></authors><commentList></commentList></comments>'.encode()


def with_notes(data: bytes, notes: Mapping[Position, NoteText]) -> Added:
    """Put notes at cells."""
    root = outline(data, _DEPTH)
    authors, listed = root.first("authors"), root.first("commentList")
    if authors is None or listed is None:
        return Added(data, (), (), tuple(notes))
    names = [author.text for author in authors.all("author")]
    own = names.index(AUTHOR) if AUTHOR in names else len(names)
    there = {position_of(comment.attribute("ref")): comment for comment in listed.all("comment")}
    edits = [] if own < len(names) else appended(data, authors, f"<author>{escaped(AUTHOR)}</author>")
    new: list[str] = []
    grown: list[Position] = []
    left: list[Position] = []
    for position, note in notes.items():
        comment = there.get(position)
        if comment is None:
            new.append(_comment(position, note, own))
        elif _is_threaded(comment, names):
            left.append(position)
        else:
            edits += _continued(comment, note)
            grown.append(position)
    edits += appended(data, listed, "".join(new))
    return Added(edited(data, edits), [one for one in notes if one not in there], grown, left)


def _is_threaded(comment: Node, authors: Sequence[str]) -> bool:
    author = comment.attribute("authorId")
    name = authors[int(author)] if author.isdecimal() and int(author) < len(authors) else ""
    return name.startswith(_THREADED)


def _comment(position: Position, note: NoteText, author: int) -> str:
    return f'<comment ref="{address(*position)}" authorId="{author}"><text>{_runs(note)}</text></comment>'


def _runs(note: NoteText, before: str = "") -> str:
    head, body = note.whole.split("\n", 1)
    return _run(before + head, "<b/>") + _run("\n" + body, "")


def _run(text: str, shape: str) -> str:
    looks = f'<rPr>{shape}<sz val="9"/><color indexed="81"/><rFont val="Tahoma"/><family val="2"/></rPr>'
    return f'<r>{looks}<t xml:space="preserve">{escaped(text)}</t></r>'


def _continued(comment: Node, note: NoteText) -> Iterator[Edit]:
    """Our note behind somebody's; a plain text becomes a run, for both together are none."""
    text = comment.first("text")
    if text is None:
        return
    runs = prefixed(_runs(note, "\n\n"), text.prefix)
    plain = text.first("t")
    if plain is not None:
        yield Edit(plain.begin, plain.begin, f"<{text.prefix}r>".encode())
        yield Edit(plain.end, plain.end, f"</{text.prefix}r>".encode())
    last = max((run.end for run in text.all("r")), default=plain.end if plain else text.opened)
    if text.closes_itself:
        yield Edit(text.begin, text.end, in_ascii(f"<{text.name}>{runs}</{text.name}>"))
    else:
        yield Edit(last, last, in_ascii(runs))

"""XML parts changed in place: their outline tells where, everything else keeps its bytes.

No tree is built and nothing is written anew, so that prefixes, extensions and whatever else a program put into a part
stay exactly as they were. What is inserted is ASCII, whatever encoding a part claims to have.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from flows.marking.unmarkable import UnmarkableError

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
"""Begins each part of ours."""
_TAG = re.compile(rb"""<(?>[^>"']+|"[^"]*"|'[^']*')*>""")
_NAMES = re.compile(r"(</?)(?=[A-Za-z])")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of writing: they could make a text look like another one."""
_UNLAWFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_DEPTH_MAX = 64


@dataclass(frozen=True)
class Node:
    """An element and its place in the bytes.

    Attributes:
        name: with its prefix.
        begin, end: where it begins and ends.
        opened, closes: where its start tag ends and its end tag begins; both are `end` where it closes itself.
        children: those down to the depth that was asked for.
        text: its own text; at the last depth, that of the elements in it too.
    """

    name: str
    attributes: Mapping[str, str]
    begin: int
    opened: int
    closes: int
    end: int
    children: tuple["Node", ...] = ()
    text: str = ""

    @property
    def local(self) -> str:
        """The name without its prefix."""
        return self.name.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """The prefix with its colon, or `""`."""
        return self.name[: -len(self.local)]

    @property
    def closes_itself(self) -> bool:
        """Whether it has no end tag."""
        return self.opened == self.end

    def attribute(self, name: str) -> str:
        """An attribute's value whatever its prefix; `""` without one."""
        if name in self.attributes:
            return self.attributes[name]
        return next((value for key, value in self.attributes.items() if key.rpartition(":")[2] == name), "")

    def all(self, name: str) -> list["Node"]:
        """Its children of that name, whatever their prefix."""
        return [child for child in self.children if child.local == name]

    def first(self, name: str) -> "Node | None":
        """Its first child of that name."""
        return next((child for child in self.children if child.local == name), None)


@dataclass
class _Open:
    """An element that has not ended yet."""

    name: str
    attributes: dict[str, str]
    begin: int
    children: list[Node] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def outline(data: bytes, depth: int, *, closed: frozenset[str] = frozenset()) -> Node:
    """The elements of a part down to a depth; the root has depth 1.

    Args:
        data: the part's bytes.
        depth: how deep to look.
        closed: names of elements into which nobody looks.

    Raises:
        UnmarkableError: it is no well-formed XML in UTF-8, has a document type or is nested too deeply.
    """
    parser = expat.ParserCreate("utf-8")
    opened: list[_Open] = []
    roots: list[Node] = []
    beneath = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal beneath
        if beneath or len(opened) == depth or (opened and opened[-1].name.rpartition(":")[2] in closed):
            if not beneath and len(opened) < depth:
                parser.CharacterDataHandler = None
            beneath += 1
            if beneath > _DEPTH_MAX:
                raise UnmarkableError("Die Datei ist ungewöhnlich tief verschachtelt.")
            return
        opened.append(_Open(name, attributes, parser.CurrentByteIndex))

    def end(_: str) -> None:
        nonlocal beneath
        if beneath:
            beneath -= 1
            if not beneath:
                parser.CharacterDataHandler = hear
            return
        one = opened.pop()
        node = _node(data, one, parser.CurrentByteIndex)
        (opened[-1].children if opened else roots).append(node)

    def hear(text: str) -> None:
        if opened:
            opened[-1].texts.append(text)

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = hear
    run(parser, data)
    return roots[0]


def run(parser: expat.XMLParserType, data: bytes) -> None:
    """Let a parser loose on a whole part.

    Raises:
        UnmarkableError: it is no well-formed XML, or has a document type.
    """
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat takes it by position only
    except expat.ExpatError as error:
        raise UnmarkableError("Ein Bestandteil der Datei ist beschädigt.") from error


def _refuse_document_type(*_: object) -> None:
    raise UnmarkableError("Ein Bestandteil der Datei hat einen Dokumenttyp.")


def _node(data: bytes, one: _Open, index: int) -> Node:
    """An element whose end tag begins at `index`; one that closes itself has none."""
    opened = _end_of_tag(data, one.begin)
    closes_itself = data[opened - 2 : opened] == b"/>"
    closes, end = (opened, opened) if closes_itself else (index, _end_of_tag(data, index))
    return Node(one.name, one.attributes, one.begin, opened, closes, end, tuple(one.children), "".join(one.texts))


def _end_of_tag(data: bytes, begin: int) -> int:
    tag = _TAG.match(data, begin)
    if tag is None:
        raise UnmarkableError("Ein Bestandteil der Datei ist in einer Schrift, die sich nicht ändern lässt.")
    return tag.end()


# --- changing --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Edit:
    """Bytes from `begin` to `end` replaced by others; those inserted at the same place keep their order."""

    begin: int
    end: int
    new: bytes


def edited(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The part with its edits, which may not overlap."""
    pieces: list[bytes] = []
    kept_to = 0
    for edit in sorted(edits, key=lambda edit: (edit.begin, edit.end)):
        pieces += [data[kept_to : edit.begin], edit.new]
        kept_to = edit.end
    return b"".join([*pieces, data[kept_to:]])


def without(node: Node) -> Edit:
    """The edit that takes an element out."""
    return Edit(node.begin, node.end, b"")


def appended(data: bytes, node: Node, xml: str, **attributes: str) -> list[Edit]:
    """The edits that put XML behind the last child of an element and set attributes of it.

    Args:
        data: the part.
        node: the element.
        xml: what to insert; its names without prefixes, they get the element's.
        attributes: to set.
    """
    tag = data[node.begin : node.opened]
    for name, value in attributes.items():
        tag = with_attribute(tag, name, value)
    inserted = in_ascii(prefixed(xml, node.prefix))
    if node.closes_itself:
        open_tag = tag[:-2].rstrip() + b">"
        return [Edit(node.begin, node.end, open_tag + inserted + f"</{node.name}>".encode())]
    return [Edit(node.begin, node.opened, tag), Edit(node.closes, node.closes, inserted)]


def inserted_in_order(root: Node, name: str, xml: str, order: Sequence[str]) -> Edit:
    """The edit that puts an element before the first child that must follow it.

    Args:
        root: the element around it.
        name: its name, or that of the one after which it must come.
        xml: the element; its names without prefixes, they get the root's.
        order: names of the root's children as the schema orders them.

    Raises:
        UnmarkableError: the root holds nothing at all.
    """
    if root.closes_itself:
        raise UnmarkableError("Ein Bestandteil der Datei ist leer.")
    later = set(order[order.index(name) + 1 :])
    place = next((child.begin for child in root.children if child.local in later), root.closes)
    return Edit(place, place, in_ascii(prefixed(xml, root.prefix)))


def with_attribute(tag: bytes, name: str, value: str) -> bytes:
    """A start tag with an attribute set."""
    bare = without_attribute(tag, name)
    end = len(bare) - (2 if bare.endswith(b"/>") else 1)
    return bare[:end].rstrip() + f' {name}="{escaped(value)}"'.encode("ascii") + bare[end:]


def without_attribute(tag: bytes, name: str) -> bytes:
    """A start tag without an attribute."""
    return re.sub(rb"""(\s)%s\s*=\s*(?:"[^"]*"|'[^']*')""" % re.escape(name.encode()), b"", tag, count=1)


def prefixed(xml: str, prefix: str) -> str:
    """XML of ours with a prefix before every name of an element."""
    return _NAMES.sub(rf"\g<1>{prefix}", xml) if prefix else xml


def in_ascii(xml: str) -> bytes:
    """XML of ours in bytes that mean the same in whatever encoding the part has."""
    return xml.encode("ascii", "xmlcharrefreplace")


# --- texts -----------------------------------------------------------------------------------------------------------


def cleaned(text: str, longest: int = 4_000) -> str:
    """A text that people typed, as it may stand in a cell: without control characters and what programs would undo."""
    plain = _DIRECTIONS.sub("", text.replace("\r\n", "\n").replace("\t", " "))
    plain = _UNLAWFUL.sub("", plain)
    plain = _ESCAPED.sub("_\u2060", plain)  # spreadsheets read _x0041_ as A
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def escaped(text: str) -> str:
    """A text as it may stand between tags and in an attribute, in ASCII."""
    for sign, reference in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\n", "&#10;")):
        text = text.replace(sign, reference)
    return in_ascii(text).decode()

"""Reading XML parts: UTF-8 only, of bounded depth; no entity, link or schema is ever followed."""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

from flows.workbook.refusal import RefusalError, check_count

DEPTH_MAX = 64
_SIZE_MAX = 500_000
"""Tags, and attributes, of a part whose elements are kept in memory."""


@dataclass(frozen=True)
class Element:
    """An element of a small part; names come without prefixes, for programs choose those freely.

    Attributes:
        parent: name of the element around it, `""` at the top.
        text: its own text, without that of the elements in it.
    """

    name: str
    parent: str
    attributes: Mapping[str, str]
    text: str


def elements(part: str, data: bytes, *, size_max: int = _SIZE_MAX) -> list[Element]:
    """All elements of a small part, in the order in which they end.

    Args:
        part: its name, for messages.
        data: its bytes.
        size_max: so many tags it may have, and so many attributes.

    Raises:
        RefusalError: it is no well-formed UTF-8 XML, nested too deeply, or too large.
    """
    check_count("XML-Elemente", data.count(b"<"), size_max)
    check_count("XML-Attribute", data.count(b"="), 2 * size_max)
    found: list[Element] = []
    opened: list[tuple[str, dict[str, str], list[str]]] = [("", {}, [])]

    def begin(name: str, attributes: dict[str, str]) -> None:
        check_depth(part, len(opened))
        opened.append((local(name), {local(key): value for key, value in attributes.items()}, []))

    def hear(text: str) -> None:
        opened[-1][2].append(text)

    def end(_: str) -> None:
        name, attributes, texts = opened.pop()
        found.append(Element(name, opened[-1][0], attributes, "".join(texts)))

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = hear
    run(parser, part, data)
    return found


def run(parser: expat.XMLParserType, part: str, data: bytes) -> None:
    """Let a parser loose on a whole part.

    Raises:
        RefusalError: it is no well-formed XML in the parser's encoding.
    """
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat takes it by position only
    except expat.ExpatError as error:
        raise RefusalError("R-DAT-15", given=part) from error


def check_depth(part: str, depth: int) -> None:
    """Refuse a part whose elements are nested too deeply.

    Raises:
        RefusalError: `depth` is beyond the limit.
    """
    if depth > DEPTH_MAX:
        raise RefusalError("R-DAT-16", given=part, expected=str(DEPTH_MAX))


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]

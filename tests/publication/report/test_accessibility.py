"""What people need who do not see the page, see no colours, or use no mouse (WCAG 2.1 AA)."""

import re
from base64 import b64encode
from hashlib import sha256
from itertools import combinations, pairwise

import pytest
from lxml import html

from flows.publication.report import palette

AA_TEXT, AA_GRAPHICS = 4.5, 3.0


def test_the_page_has_a_language_a_title_and_one_main_part(tree: html.HtmlElement) -> None:
    assert tree.get("lang") == "de"
    assert tree.xpath("string(//title)") == "Kennzahlen der WIR-Vielfaltszentren: 2026-Erprobung"
    assert len(tree.xpath("//main")) == len(tree.xpath("//h1")) == 1


def test_headings_go_down_one_level_at_a_time(tree: html.HtmlElement) -> None:
    levels = [int(heading.tag[1]) for heading in tree.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert all(heading.text_content().strip() for heading in tree.iter("h1", "h2", "h3", "h4"))


def test_the_first_thing_to_reach_skips_to_the_content(tree: html.HtmlElement) -> None:
    first = tree.xpath("//a[@href] | //button | //summary | //*[@tabindex='0']")[0]
    assert first.get("class") == "skip"
    assert tree.xpath("//main/@id") == [first.get("href")[1:]]


def test_every_address_on_the_page_exists_once(tree: html.HtmlElement) -> None:
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {href[1:] for href in tree.xpath("//@href")} <= set(ids)
    assert set(tree.xpath("//@aria-labelledby")) <= set(ids)
    assert {name for value in tree.xpath("//@fill") for name in re.findall(r"url\(#(.+)\)", value)} <= set(ids)


def test_every_picture_says_what_it_shows_or_is_hidden_as_ornament(tree: html.HtmlElement) -> None:
    pictures = tree.xpath("//*[name()='svg']")
    told = [each for each in pictures if each.get("role") == "img" and len(each.get("aria-label", "")) > 20]
    hidden = [each for each in pictures if each.get("aria-hidden") == "true" and not each.get("role")]
    assert len(told) > 10
    assert len(told) + len(hidden) == len(pictures)


def test_every_chart_has_its_values_in_a_table_of_the_same_part(tree: html.HtmlElement) -> None:
    for article in tree.find_class("indicator"):
        if article.xpath(".//figure"):
            assert article.xpath(".//details//table")


def test_charts_hold_text_and_not_outlines(tree: html.HtmlElement) -> None:
    for picture in tree.xpath("//figure/*[name()='svg']"):
        assert picture.xpath(".//*[name()='text']")


def test_every_table_has_a_caption_and_heads_for_columns_and_rows(tree: html.HtmlElement) -> None:
    tables = tree.xpath("//table")
    assert tables
    for table in tables:
        assert table.xpath("caption")[0].text_content().strip()
        assert set(table.xpath(".//th/@scope")) <= {"col", "row", "rowgroup"}
        assert len(table.xpath(".//th")) == len(table.xpath(".//th[@scope]"))
        width = len(table.xpath("thead//th"))
        for row in table.xpath("tbody/tr[not(@class)]"):
            assert len(row) == width
            assert row[0].tag == "th"


def test_a_table_that_may_be_wider_than_the_screen_can_be_scrolled_by_key(tree: html.HtmlElement) -> None:
    for table in tree.xpath("//table"):
        frame = table.getparent()
        assert (frame.get("role"), frame.get("tabindex")) == ("region", "0")
        assert frame.get("aria-label")


def test_links_say_where_they_lead_also_out_of_context(tree: html.HtmlElement) -> None:
    leads: dict[str, set[str]] = {}
    for link in tree.xpath("//a[@href]"):
        leads.setdefault(" ".join(link.text_content().split()), set()).add(link.get("href"))
    assert all(text and len(targets) == 1 for text, targets in leads.items())


def test_every_tile_says_in_words_what_its_colour_says(tree: html.HtmlElement) -> None:
    for tile in tree.xpath("//figure[@class='map']/*[name()='svg']/*[name()='g']"):
        short, value = (each.text_content().strip() for each in tile.xpath("*[name()='text']"))
        assert short
        assert value


def test_the_policy_names_the_style_sheet_that_stands_there(page: str, tree: html.HtmlElement) -> None:
    style = re.search("<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]


# --- colours ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tone", [*palette.STATES.values(), *palette.STEPS, palette.NO_STEP], ids=str)
def test_what_stands_on_a_tile_can_be_read_and_the_tile_seen(tone: palette.Tone) -> None:
    assert _contrast(tone.ink, tone.ground) >= AA_TEXT
    assert _contrast(tone.edge, palette.PAPER) >= AA_GRAPHICS


@pytest.mark.parametrize("color", [palette.AREA, palette.LAND, palette.HALF_YEAR, palette.RULE])
def test_bars_and_lines_stand_out_from_the_paper(color: str) -> None:
    assert _contrast(color, palette.PAPER) >= AA_GRAPHICS


def test_steps_of_a_map_grow_darker_one_by_one() -> None:
    light = [_luminance(tone.ground) for tone in palette.STEPS]
    assert light == sorted(light, reverse=True)
    assert all(
        _contrast(one.ground, other.ground) > 1.3 for one, other in zip(palette.STEPS, palette.STEPS[1:], strict=False)
    )


def test_text_of_the_page_stands_out_from_its_ground(page: str) -> None:
    colors = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", page))
    for ink in ("ink", "quiet", "accent"):
        assert min(_contrast(colors[ink], colors[ground]) for ground in ("paper", "pale")) >= AA_TEXT
    assert _contrast(colors["demo"], colors["demo-pale"]) >= AA_TEXT
    assert _contrast(colors["ink"], colors["open-pale"]) >= AA_TEXT
    assert _contrast(palette.QUIET, palette.PAPER) >= AA_TEXT


@pytest.mark.parametrize("kind", ["protan", "deutan", "tritan"])
def test_colours_of_charts_differ_for_every_kind_of_colour_vision(kind: str) -> None:
    for one, other in combinations((palette.AREA, palette.LAND, palette.HALF_YEAR), 2):
        assert sum((a - b) ** 2 for a, b in zip(_seen(one, kind), _seen(other, kind), strict=True)) > 0.02


_VISION = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""Colours as seen without one kind of cone (Machado, Oliveira and Fernandes, 2009, severity 1), on linear RGB."""


def _seen(color: str, kind: str) -> list[float]:
    return [sum(share * part for share, part in zip(row, _linear(color), strict=True)) for row in _VISION[kind]]


def _linear(color: str) -> list[float]:
    digits = color[1:] if len(color) == 7 else "".join(sign * 2 for sign in color[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def _luminance(color: str) -> float:
    red, green, blue = _linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    """WCAG 2.1, 1.4.3."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)

"""The report in a real browser: it fits a phone, a desktop and paper, and loads nothing."""

import html
import re
import shutil
import subprocess
from pathlib import Path

import polars as pl
import pytest

from flows.publication.report import report_page
from tests.publication.report.releases import made_tables

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(BROWSER is None, reason="needs chromium")]

MEASURE = """<!DOCTYPE html><body><iframe id="page" style="width:{width}px" srcdoc="{page}"></iframe><script>
onload = () => {{
  const root = document.getElementById("page").contentDocument.documentElement;
  for (const one of root.querySelectorAll("details")) one.open = true;
  const seen = [...root.querySelectorAll("main *, footer *")].filter(one => !one.closest(".scroll"));
  const wide = seen.filter(one => one.getBoundingClientRect().right > {width} + 0.5);
  const cut = [...root.querySelectorAll("figure svg text")].filter(one => {{
    const text = one.getBoundingClientRect(), picture = one.closest("svg").getBoundingClientRect();
    return text.left < picture.left - 1 || text.right > picture.right + 1 || text.bottom > picture.bottom + 1;
  }});
  const drawn = root.querySelectorAll("figure svg text").length;
  document.body.textContent = ["measured", root.scrollWidth, wide.length, cut.length, drawn].join(" ");
}};
</script>"""


@pytest.fixture(scope="module")
def full_page() -> str:
    """All eleven periods, and the longest names that a list could hold."""
    codes = [code for year in range(2026, 2031) for code in (f"{year}-H1", str(year))]
    tables = made_tables(*codes, "2026-2030")
    long_word = "Integrationslotsinnenqualifizierung" * 3
    figures = tables.figures.with_columns(pl.col("breakdown").str.replace("=Telefon", f"={long_word}"))
    return report_page(type(tables)(**{**vars(tables), "figures": figures}))


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_has_to_be_scrolled_sideways_and_no_label_is_cut(full_page: str, width: int, tmp_path: Path) -> None:
    """Also on a screen of 1280 pixels enlarged to 400 %; only tables may be wider, each in a frame of its own."""
    frame = tmp_path / "frame.html"
    frame.write_text(MEASURE.format(width=width, page=html.escape(full_page)), encoding="utf-8")
    measured = re.search("measured ([0-9 ]+)", _run(tmp_path, "--dump-dom", frame.as_uri())[0])
    assert measured is not None
    scroll_width, wide, cut, drawn = (int(number) for number in measured[1].split())
    assert (scroll_width, wide, cut) == (width, 0, 0)
    assert drawn > 300


def test_the_browser_finds_nothing_to_refuse(full_page: str, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(full_page, encoding="utf-8")
    _, said = _run(tmp_path, "--enable-logging=stderr", "--dump-dom", page.as_uri())
    assert "Refused" not in said
    assert "Content Security Policy" not in said


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler")
def test_paper_holds_every_table_and_says_on_each_page_what_it_is(full_page: str, tmp_path: Path) -> None:
    page, paper = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_text(full_page, encoding="utf-8")
    _run(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={paper}", page.as_uri())
    text = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, check=True).stdout.decode()
    sheets = text.rstrip("\f").split("\f")
    assert len(sheets) > 5
    for number, sheet in enumerate(sheets, start=1):
        assert "Kennzahlenbericht" in sheet
        assert "2026-Erprobung, 15.04.2027" in sheet
        assert "Demonstrationsdaten" in sheet
        assert f"Seite {number} von {len(sheets)}" in sheet
    words = " ".join(text.split())
    assert "Mittelabrufquote, Jahre 2026–2030 (Prozent)" in words
    assert "Odenwaldkreis" in words


def _run(folder: Path, *arguments: str) -> tuple[str, str]:
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder / 'user'}")
    done = subprocess.run([str(BROWSER), *options, *arguments], capture_output=True, check=True, timeout=120)
    return done.stdout.decode(), done.stderr.decode()

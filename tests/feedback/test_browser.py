"""The page in a real browser: it fits a phone, enlarged text and paper."""

import html
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from expectations.finding import Finding, Severity, Verdict
from flows.feedback import Checked, protocol_page

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(BROWSER is None, reason="needs chromium")]

MEASURE = """<!DOCTYPE html><body><iframe id="page" style="width:{width}px" srcdoc="{page}"></iframe><script>
onload = () => {{
  const root = document.getElementById("page").contentDocument.documentElement;
  const wide = [...root.querySelectorAll("main *")].filter(one => one.getBoundingClientRect().right > {width});
  document.body.textContent = "measured " + root.scrollWidth + " " + wide.length;
}};
</script>"""


@pytest.fixture
def wide_page(make_checked: Callable[..., Checked], make_finding: Callable[..., Finding]) -> str:
    """A page with the longest things that people write."""
    long_word = "Integrationslotsinnenqualifizierung" * 6
    findings = [
        make_finding(
            severity=severity, sheet=f"{number:02d} {sheet}", given=long_word, message=long_word, cell=f"C{number}"
        )
        for severity in (Severity.ERROR, Severity.WARNING, Severity.HINT)
        for number, sheet in enumerate(("Deckblatt", "Laiendolmetschende", long_word), start=1)
    ]
    return protocol_page(make_checked(Verdict.RETURNED, findings, file=f"{long_word}.xlsx", is_demo=True))


@pytest.mark.parametrize("width", [390, 320])
def test_nothing_has_to_be_scrolled_sideways(wide_page: str, width: int, tmp_path: Path) -> None:
    """On a phone, and on a screen of 1280 pixels enlarged to 400 %."""
    frame = tmp_path / "frame.html"
    frame.write_text(MEASURE.format(width=width, page=html.escape(wide_page)), encoding="utf-8")
    measured = re.search(r"measured ([0-9]+) ([0-9]+)", _run(tmp_path, "--dump-dom", frame.as_uri()))
    assert measured is not None
    assert (int(measured[1]), int(measured[2])) == (width, 0)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler")
def test_each_printed_page_says_whose_it_is_and_its_number(wide_page: str, tmp_path: Path) -> None:
    page, paper = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_text(wide_page, encoding="utf-8")
    _run(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={paper}", page.as_uri())
    text = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, check=True).stdout.decode()
    sheets = text.rstrip("\f").split("\f")
    assert len(sheets) > 1
    for number, sheet in enumerate(sheets, start=1):
        assert "Prüfprotokoll · Bergstraße (06431), Jahresbericht 2026" in sheet
        assert "Einreichung 12" in sheet
        assert "Demonstrationsdaten" in sheet
        assert f"Seite {number} von {len(sheets)}" in sheet


def _run(folder: Path, *arguments: str) -> str:
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder / 'user'}")
    command = [str(BROWSER), *options, *arguments]
    return subprocess.run(command, capture_output=True, check=True, timeout=120).stdout.decode()

"""LibreOffice computes the conditions of marks, and gives a marked workbook back as ours."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from flows.workbook import identify, read_workbook
from tests.marking.packages import changed, complaints, finding, marked, notes, sheet_names, sheet_part, text_rows
from tests.workbook.reports import FINANCES, parts_of, type_into

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed"),
]
TITLE = "Prüfbericht"
CONTENTS: dict[str, object] = {
    "E9": 60000.05,
    "F9": "",
    "G9": "ca. 12",
    "H9": 'sagt "ja"',
    "I9": "  12 Personen ",
    "J9": "a" * 300,
    "K9": "gut 😀 und mehr",
    "E10": '<c t="b"><v>1</v></c>',
    "F10": '<c t="e"><v>#REF!</v></c>',
    "G10": "<c><f>1+1.5</f><v>2.5</v></c>",
    "H10": "erste\nzweite Zeile",
    "I10": 0,
    "J10": 1e-3,
    "K10": "=1+1",
}
"""What stands in cells of sheet 03 while it is marked."""
OTHERS: dict[str, object] = {
    **dict.fromkeys(CONTENTS, 7),
    "F9": 0,
    "G9": "ca. 13",
    "I10": "",
    "F10": "",
    "H10": "Erste",
    "J9": "a" * 299,
}
"""What stands there afterwards."""


def saved(data: bytes, folder: Path, kind: str = "xlsx") -> bytes:
    """The workbook as LibreOffice saves it."""
    (folder / "bogen.xlsx").write_bytes(data)
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", kind]
    subprocess.run([*command, "--outdir", folder / "saved", folder / "bogen.xlsx"], check=True, capture_output=True)
    return (folder / "saved" / f"bogen.{kind}").read_bytes()


def uncomputed(data: bytes) -> bytes:
    """The workbook without stored results, so that LibreOffice computes them."""
    part = sheet_part(data, TITLE)
    return changed(data, {part: lambda sheet: re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", sheet)})


def states(data: bytes) -> dict[str, str]:
    strings = parts_of(data)["xl/sharedStrings.xml"].decode()
    texts = [re.sub("<[^>]+>", "", one) for one in re.findall(r"<si>(.*?)</si>", strings, re.DOTALL)]
    rows = text_rows(data)
    cells = [{column: texts[int(text)] if text.isdecimal() else text for column, text in row.items()} for row in rows]
    return {row["B"].rpartition(" ")[2]: row["A"] for row in cells if row.get("B", "").startswith(FINANCES)}


def with_contents(form: bytes, contents: dict[str, object]) -> bytes:
    return type_into(form, FINANCES, contents)


def test_a_mark_holds_as_long_as_the_content_does(form: bytes, tmp_path: Path):
    data = uncomputed(marked(with_contents(form, CONTENTS), [finding(cell) for cell in CONTENTS]))
    assert states(saved(data, tmp_path)) == dict.fromkeys(CONTENTS, "offen")


def test_a_mark_goes_when_the_content_changes(form: bytes, tmp_path: Path):
    data = uncomputed(marked(with_contents(form, CONTENTS), [finding(cell) for cell in CONTENTS]))
    part = sheet_part(data, FINANCES)
    cells = {cell: re.search(rf'<c r="{cell}".*?(?:</c>|/>)', _part(with_contents(form, OTHERS))) for cell in OTHERS}

    def change(sheet: bytes) -> bytes:
        text = sheet.decode()
        for cell, found in cells.items():
            text = re.sub(rf'<c r="{cell}"[^>]*?(?:/>|>.*?</c>)', found[0].replace("\\", ""), text, flags=re.DOTALL)
        return text.encode()

    assert states(saved(changed(data, {part: change}), tmp_path)) == dict.fromkeys(CONTENTS, "geändert")


def _part(data: bytes) -> str:
    return parts_of(data)[sheet_part(data, FINANCES)].decode()


def test_saved_by_libreoffice_it_is_read_as_before_and_marked_anew(form: bytes, tmp_path: Path):
    reading = read_workbook(form, 1)
    findings = [finding("F9", also_at=("G9", "H9")), finding("E10")]
    data = saved(marked(form, findings), tmp_path)
    again = read_workbook(data, 1)
    assert again.cells.equals(reading.cells)
    assert again.findings == ()
    assert identify(data) == reading.identity
    anew = marked(data, [finding("I9")])
    assert complaints(anew) == []
    assert sheet_names(anew) == [TITLE, *sheet_names(form)]
    assert {place.rpartition("!")[2] for place in notes(anew)} == {"I9"}
    assert _part(anew).count("wir.marks") == 1
    assert read_workbook(anew, 1).findings == ()


@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_saved_in_another_format_it_is_read_as_before(form: bytes, tmp_path: Path, kind: str):
    reading = read_workbook(form, 1)
    data = saved(marked(form, [finding("F9", also_at=("G9",)), finding("E10")]), tmp_path, kind)
    again = read_workbook(data, 1)
    assert [one.code for one in again.findings if one.sheet == TITLE] == []
    assert again.cells.get_column("value").to_list() == reading.cells.get_column("value").to_list()

"""A note at each marked cell says what, what is expected and what to do; what people wrote stays."""

import io
import re
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.comments import Comment

from expectations.finding import Severity
from flows.marking.shapes import Measures, height_of, no_shapes, with_shapes
from flows.workbook import read_workbook
from tests.marking.packages import changed, complaints, finding, marked, notes, sheet_part, text_rows
from tests.workbook.reports import FINANCES, codes, packed, parts_of, saved

Edit = Callable[[openpyxl.Workbook], object]


def note_at(data: bytes, cell: str) -> str:
    [text] = [text for place, text in notes(data).items() if place.endswith(f"!{cell}")]
    return text


@pytest.fixture(scope="module")
def with_notes(form: bytes) -> bytes:
    """A form in which somebody wrote a note at F9."""

    def write(workbook: openpyxl.Workbook) -> None:
        workbook[FINANCES]["F9"].comment = Comment("Bitte mit der Kämmerei klären\n", "Amt 50", height=40, width=150)

    return saved(form, write)


def test_a_note_says_what_is_expected_and_what_to_do(form: bytes):
    told = finding("F9", Severity.WARNING, message="Da steht 5.", expected="≥ 30.000,00", advice="Bitte erläutern.")
    assert note_at(marked(form, [told]), "F9").splitlines()[:-1] == [
        "WIR-Prüfung · Auffälligkeit R-FIN-04",
        "Da steht 5.",
        "Erwartet: ≥ 30.000,00",
        "→ Bitte erläutern.",
    ]


def test_several_findings_at_one_cell_share_a_note(form: bytes):
    text = note_at(marked(form, [finding("F9"), finding("F9", Severity.HINT, code="R-TEC-16")]), "F9")
    assert text.splitlines()[0] == "WIR-Prüfung · Fehler R-FIN-04, Hinweis R-TEC-16"
    assert text.count("→") == 2


def test_a_further_cell_says_of_which_it_is_one(form: bytes):
    assert "wie F9:\n" in note_at(marked(form, [finding("F9", also_at=("G9",))]), "G9")


def test_openpyxl_finds_the_notes_at_their_cells(form: bytes):
    sheet = openpyxl.load_workbook(io.BytesIO(marked(form, [finding("F9"), finding("G10")])))[FINANCES]
    assert {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment} == {"F9", "G10"}
    assert sheet["F9"].comment.author == "WIR-Prüfung"


def test_somebodys_note_stays_and_ours_follows_it(with_notes: bytes):
    data = marked(with_notes, [finding("F9"), finding("G9")])
    assert complaints(data) == []
    assert note_at(data, "F9").startswith("Bitte mit der Kämmerei klären\n\n\nWIR-Prüfung · Fehler R-FIN-04\n")
    assert note_at(data, "G9").startswith("WIR-Prüfung · ")
    assert openpyxl.load_workbook(io.BytesIO(data))[FINANCES]["F9"].comment.author == "Amt 50"


@pytest.mark.parametrize("anchor", ["", "<ns2:Anchor>6, 15, 8, 2, 8, 31, 10, 4</ns2:Anchor>"])
def test_somebodys_note_grows_so_that_ours_is_seen(with_notes: bytes, anchor: str):
    name = next(name for name in parts_of(with_notes) if name.endswith(".vml"))
    at = b"<ns2:AutoFill>"
    sized = changed(with_notes, {name: lambda drawing: drawing.replace(at, anchor.encode() + at)})
    found = re.findall(r"Anchor>([^<]+)<", drawing_of(marked(sized, [finding("F9")])))
    [numbers] = [[int(number) for number in one.split(",")] for one in found]
    assert numbers[0] == 6
    assert numbers[6] > 10


def drawing_of(data: bytes) -> str:
    [drawing] = [content.decode() for name, content in parts_of(data).items() if name.endswith(".vml")]
    return drawing


def test_marked_again_somebodys_note_is_as_it_was(with_notes: bytes):
    once = marked(with_notes, [finding("F9")])
    again = marked(once, [finding("G9")])
    assert complaints(again) == []
    assert note_at(again, "F9") == note_at(with_notes, "F9")
    assert note_at(again, "G9").startswith("WIR-Prüfung · ")


@pytest.mark.slow
def test_a_note_of_ours_into_which_somebody_wrote_is_theirs(form: bytes):
    def write(workbook: openpyxl.Workbook) -> None:
        comment = workbook[FINANCES]["F9"].comment
        comment.text = comment.text.replace("→", "stimmt so, Rücksprache war im Mai →")

    answered = saved(marked(form, [finding("F9")]), write)
    assert codes(read_workbook(answered, 1)) == ["R-TEC-27"]
    again = note_at(marked(answered, [finding("F9", code="R-FIN-09")]), "F9")
    assert "stimmt so, Rücksprache war im Mai" in again
    assert again.count("WIR-Prüfung · ") == 2


@pytest.mark.slow
def test_what_somebody_wrote_below_our_note_is_told_and_stays(form: bytes):
    def write(workbook: openpyxl.Workbook) -> None:
        comment = workbook[FINANCES]["F9"].comment
        comment.text += "\nist erledigt"

    answered = saved(marked(form, [finding("F9")]), write)
    found = read_workbook(answered, 1).findings
    assert [(one.code, one.given) for one in found] == [("R-TEC-27", "ist erledigt")]
    assert note_at(marked(answered, []), "F9").strip() == "ist erledigt"


THREADED = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"


@pytest.fixture(scope="module")
def threaded(with_notes: bytes) -> bytes:
    """A form in which people discuss at F9, as Excel stores it: a thread, and a note for older programs."""
    part = sheet_part(with_notes, FINANCES)
    own = f"xl/worksheets/_rels/{part.rpartition('/')[2]}.rels"
    comments = next(name for name in parts_of(with_notes) if "comment" in name and name.endswith(".xml"))
    thread = (
        f'<ThreadedComments xmlns="{THREADED}"><threadedComment ref="F9" id="{{A}}"><text>?</text></threadedComment>'
    )
    return changed(
        with_notes,
        {
            comments: lambda xml: xml.replace(b"Amt 50", b"tc={A}").replace(
                b"Bitte mit", b"[Threaded comment] Bitte mit"
            ),
            "xl/threadedComments/threadedComment1.xml": f"{thread}</ThreadedComments>".encode(),
            own: lambda xml: xml.replace(
                b"</Relationships>",
                b'<Relationship Id="thread" Target="/xl/threadedComments/threadedComment1.xml" '
                b'Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"/></Relationships>',
            ),
        },
    )


def test_where_people_discuss_no_note_is_put_and_the_list_says_so(threaded: bytes):
    data = marked(threaded, [finding("F9"), finding("G9")])
    assert complaints(data) == []
    assert (
        parts_of(data)["xl/threadedComments/threadedComment1.xml"]
        == parts_of(threaded)["xl/threadedComments/threadedComment1.xml"]
    )
    assert note_at(data, "F9") == note_at(threaded, "F9")
    assert f"steht keine Notiz von uns: {FINANCES}, F9." in text_rows(data)[-1]["A"]


def test_a_drawing_that_nobody_understands_stays_and_the_list_says_so(with_notes: bytes):
    name = next(name for name in parts_of(with_notes) if name.endswith(".vml"))
    odd = packed({**parts_of(with_notes), name: b"<x><br></x>"})
    data = marked(odd, [finding("G9")])
    assert parts_of(data)[name] == b"<x><br></x>"
    assert notes(data) == notes(odd)
    assert f"keine Notizen an den Zellen anbringen; die Markierungen sind dort: {FINANCES}." in text_rows(data)[-1]["A"]


def test_shapes_that_are_no_notes_stay_as_they_are(with_notes: bytes):
    name = next(name for name in parts_of(with_notes) if name.endswith(".vml"))
    button = (
        b'<v:shape id="_x0000_s2049" type="#_x0000_t201"><v:textbox><div>Los<br>jetzt</div></v:textbox>'
        b'<x:ClientData ObjectType="Button"><x:Row>8</x:Row><x:Column>5</x:Column></x:ClientData></v:shape></xml>'
    )
    data = changed(with_notes, {name: lambda drawing: drawing.replace(b"</xml>", button)})
    again = marked(marked(data, [finding("F9"), finding("G9")]), [])
    assert button.removesuffix(b"</xml>") in parts_of(again)[name]
    assert parts_of(again)[name].count(b'ObjectType="Note"') == 1


def test_a_note_is_as_large_as_its_text_in_whatever_cells_lie_below_it():
    long = "Bitte prüfen Sie die Zahl. " * 20
    assert height_of("kurz") < height_of(long) <= 700
    for measures in (Measures({}, {}, 64, 20), Measures({6: 300, 7: 0}, {9: 80, 10: 0}, 100, 30)):
        drawing = with_shapes(no_shapes(1), {(9, 5): long}, {}, measures, 1)
        left, into_left, top, into_top, right, into_right, bottom, into_bottom = (
            int(number) for number in re.search(rb"<x:Anchor>([^<]+)<", drawing)[1].split(b",")
        )
        width = sum(measures.widths.get(column + 1, measures.width) for column in range(left, right))
        height = sum(measures.heights.get(row + 1, measures.height) for row in range(top, bottom))
        assert width + into_right - into_left == pytest.approx(300, abs=2)
        assert height + into_bottom - into_top == pytest.approx(height_of(long), abs=2)


@pytest.mark.slow
def test_notes_of_many_cells_have_numbers_of_their_own(form: bytes):
    data = marked(form, [finding(f"{'EFGHIJK'[number % 7]}{9 + number // 7}") for number in range(1_100)])
    assert complaints(data) == []
    assert re.search(r'<o:idmap v:ext="edit" data="1,2"/>', drawing_of(data))

"""The data dictionary: complete, linked, escaped, and the same every time."""

import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from expectations.form import form_of, form_versions
from expectations.rules import catalogue
from flows.dictionary import Page, as_one_text, dictionary, dictionary_of, write_pages
from flows.dictionary.pages import place_name, plain, table
from flows.dictionary.source import Source, read_source
from flows.resources import reference_folder
from flows.warehouse import build, packaged_sql
from flows.warehouse.inputs import LEDGER
from flows.warehouse.sqlfiles import audit_queries_of, indicators_of
from tests.cli.calling import Wir
from tests.warehouse.worlds import Report, sql_of, with_sections, world

LINK = re.compile(r"(?<!\\)\]\(([^)#\s]*)(?:#([^)\s]*))?\)")
ANCHOR = re.compile(r'<a id="([^"]+)"></a>')
CELL_BORDER = re.compile(r"(?<!\\)\|")


@pytest.fixture(scope="module")
def nowhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("nothing") / "wir.duckdb"


@pytest.fixture(scope="module")
def source(nowhere: Path) -> Source:
    """What a house knows in which nothing was published yet."""
    return read_source(nowhere)


@pytest.fixture(scope="module")
def pages(source: Source) -> tuple[Page, ...]:
    return dictionary_of(source)


def _publish_a_little(folder: Path) -> Path:
    """A database of one indicator on invented data, where the command looks for the published one."""
    inputs = world([Report("06431", "2026", {"enquiries": []})])
    entry = pl.DataFrame([(1, "2027", "opened", "{}", "0", "1")], schema=LEDGER.frame_schema, orient="row")
    sections = ("enquiries", "quarters")
    invented = replace(with_sections(inputs, sections), entries=entry, is_demo=True)
    return build(invented, folder / "data" / "published" / "wir.duckdb", sql=sql_of(["ANL-01"], sections))


def _page(pages: tuple[Page, ...], name: str) -> str:
    return next(page.whole for page in pages if page.name == name)


def test_every_link_leads_to_a_page_and_a_place_on_it(pages: tuple[Page, ...]) -> None:
    places = {f"{page.name}.md": set(ANCHOR.findall(page.whole)) for page in pages}
    links = [(page.name, *found) for page in pages for found in LINK.findall(page.whole)]
    assert len(links) > 500
    broken = [link for link in links if link[1] not in places or (link[2] and link[2] not in places[link[1]])]
    assert broken == []


def test_a_place_stands_only_once(pages: tuple[Page, ...]) -> None:
    anchors = [anchor for page in pages for anchor in ANCHOR.findall(page.whole)]
    assert len(anchors) == len(set(anchors))


def test_the_index_leads_to_every_page(pages: tuple[Page, ...]) -> None:
    index, *others = pages
    assert index.name == "index"
    assert [page for page, _ in LINK.findall(index.text)] == [f"{page.name}.md" for page in others]


def test_every_field_of_every_version_of_the_form_is_described(pages: tuple[Page, ...]) -> None:
    for year in form_versions().values():
        form = form_of(year)
        text = _page(pages, f"bogen-{form.version}")
        missing = [
            field.path for field in form.fields() if f'"{place_name("feld", form.version, field.path)}"' not in text
        ]
        assert missing == []
        assert [field.label for field in form.fields() if plain(field.label) not in text] == []


def test_a_field_names_its_bounds_list_rules_and_indicators(pages: tuple[Page, ...]) -> None:
    newest = form_of(max(form_versions().values()))
    lines = _page(pages, f"bogen-{newest.version}").splitlines()
    (line,) = [
        line for line in lines if f'"{place_name("feld", newest.version, "guide_training.training_type")}"' in line
    ]
    assert (
        f"[Liste guide\\_training\\_types](listen.md#{place_name('liste', newest.version, 'guide_training_types')})"
        in line
    )
    (line,) = [line for line in lines if f'"{place_name("feld", newest.version, "finances.state_funds_eur")}"' in line]
    assert "ab 0" in line
    assert "bis 99.999.999,99" in line
    assert "[R-FIN-01](pruefregeln.md#r-fin-01)" in line or "[R-FIN-17](pruefregeln.md#r-fin-17)" in line
    assert "[MIT-03](kennzahlen.md#mit-03)" in line


def test_years_are_written_without_a_thousands_dot(pages: tuple[Page, ...]) -> None:
    (line,) = [line for line in _page(pages, "bogen-2026").splitlines() if '"feld-2026-cover-year"' in line]
    assert "ab 2026; bis 2030" in line


def test_every_rule_is_described_with_its_message_and_its_check(pages: tuple[Page, ...]) -> None:
    text = _page(pages, "pruefregeln")
    assert [code for code in catalogue() if f"\n## {code}\n" not in text] == []
    assert [code for code, rule in catalogue().items() if plain(rule.says) not in text] == []
    assert "(`sql/checks/R-FIN-17.sql`)" in text


def test_every_indicator_has_its_definition_formula_fields_and_sql(pages: tuple[Page, ...]) -> None:
    text = _page(pages, "kennzahlen")
    for indicator in indicators_of(packaged_sql()):
        header = indicator.header
        part = text.split(f'<a id="{place_name(header.id)}"></a>')[1].split("<a id=")[0]
        assert all(plain(known) in part for known in (header.definition_de, header.formula_de, header.question_de))
        assert "**Liest:** [" in part
        assert f"```sql\n{indicator.select}\n```" in part


def test_every_table_view_column_and_macro_of_the_database_is_described(
    pages: tuple[Page, ...], source: Source
) -> None:
    text = as_one_text(pages)
    assert {"accepted", "audit", "history", "indicators", "intake", "publication", "reference", "reports"} == {
        relation.schema for relation in source.relations
    }
    for relation in source.relations:
        part = text.split(f'<a id="{place_name("tabelle", relation.schema, relation.name)}"></a>')[1].split("<a id=")[0]
        assert relation.comment
        assert plain(relation.comment) in part
        assert [column.name for column in relation.columns if f"| `{column.name}` |" not in part] == []
    assert {macro.name for macro in source.macros} >= {"trace", "as_of"}
    assert [macro.name for macro in source.macros if f"audit.{macro.name}({macro.parameters})" not in text] == []


def test_every_ready_question_is_there_with_its_sql(pages: tuple[Page, ...]) -> None:
    text = _page(pages, "fragen")
    questions = [query for query in audit_queries_of(packaged_sql()) if query.header.kind == "question"]
    assert [query.name for query in questions if f"SELECT * FROM audit.{query.name}" not in text] == []
    assert [query.name for query in questions if query.select not in text] == []


def test_every_parameter_says_how_certain_it_is(pages: tuple[Page, ...]) -> None:
    rows = (reference_folder() / "parameters.csv").read_text(encoding="utf-8").splitlines()[1:]
    lines = [line for line in _page(pages, "parameter").splitlines() if "<a id=" in line and "`" in line]
    assert len(lines) == len(rows)
    assert all(re.search(r"\| [CLUP] \((sicher|wahrscheinlich|ungeprüft|Vorschlag)\) \|", line) for line in lines)


def test_all_rows_of_a_table_have_as_many_cells_as_its_head(pages: tuple[Page, ...]) -> None:
    for page in pages:
        expected = 0
        for line in page.text.splitlines():
            borders = len(CELL_BORDER.findall(line)) if line.startswith("|") else 0
            assert borders in (0, expected) or not expected, (page.name, line)
            expected = borders


def test_what_people_wrote_never_becomes_markup() -> None:
    assert plain("a|b *c* <script>\n[x](y) `z` #1") == r"a\|b \*c\* \<script\> \[x\](y) \`z\` \#1"
    assert table(("A",), [(plain("x|y"),)]) == "| A |\n| --- |\n| x\\|y |"


@pytest.mark.slow
def test_the_same_inputs_give_the_same_dictionary(pages: tuple[Page, ...], nowhere: Path) -> None:
    assert dictionary(None) == pages
    assert list(nowhere.parent.iterdir()) == []


def test_as_one_text_every_link_leads_to_a_place_of_the_text(pages: tuple[Page, ...]) -> None:
    text = as_one_text(pages)
    places = set(ANCHOR.findall(text))
    assert {file for file, _ in LINK.findall(text)} == {""}
    assert {place for _, place in LINK.findall(text)} <= places


def test_writing_twice_leaves_the_same_files(pages: tuple[Page, ...], tmp_path: Path) -> None:
    files = write_pages(pages, tmp_path / "dictionary")
    before = {file.name: file.read_bytes() for file in files}
    write_pages(pages, tmp_path / "dictionary")
    assert {file.name: file.read_bytes() for file in (tmp_path / "dictionary").iterdir()} == before
    assert len(files) == len(pages)


@pytest.mark.slow
def test_the_comments_are_those_of_the_published_database(tmp_path: Path) -> None:
    pages = dictionary(_publish_a_little(tmp_path))
    assert "Beschrieben ist: Demonstrationsdaten: WIR-Monitoring" in pages[0].text
    assert _page(pages, "kennzahlen").count("\n## ") == 1


@pytest.mark.slow
def test_without_a_folder_the_command_prints_the_dictionary(wir: Wir, tmp_path: Path) -> None:
    _publish_a_little(tmp_path)
    printed = wir("dictionary")
    assert (printed.code, printed.err) == (0, "")
    assert printed.out.startswith('<a id="index"></a>\n\n# Datenwörterbuch')
    assert "](#anl-01)" in printed.out


@pytest.mark.slow
def test_with_a_folder_the_command_writes_a_file_for_each_part(wir: Wir, tmp_path: Path) -> None:
    _publish_a_little(tmp_path)
    printed = wir("dictionary", "--out", tmp_path / "woerterbuch")
    assert printed.code == 0
    assert "index.md" in printed.out
    assert {"index.md", "kennzahlen.md", "pruefregeln.md", "parameter.md", "datenbank-audit.md"} <= {
        file.name for file in (tmp_path / "woerterbuch").iterdir()
    }

"""What the report says, and that nothing in the data can make it say something else."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from lxml import html

from flows.publication.report import report_page, write_report
from flows.publication.report.sections import KEY_FIGURES
from flows.publication.tables import PublicTables
from tests.publication.report.releases import hide, made_tables, with_figure

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }} & =cmd|' /C calc'!A0 \u202eumgedreht"


def _indicator(page: str, indicator_id: str) -> html.HtmlElement:
    return html.document_fromstring(page).xpath(f"//article[@aria-labelledby='k-{indicator_id.lower()}']")[0]


def _text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().replace("\xa0", " ").split())


def _rows(element: html.HtmlElement, caption: str) -> dict[str, list[str]]:
    """The rows of a table by their heads."""
    table = next(each for each in element.xpath(".//table") if _text(each.xpath("caption")[0]).startswith(caption))
    return {_text(row.xpath("th")[0]): [_text(cell) for cell in row.xpath("td")] for row in table.xpath(".//tr[td]")}


# --- what it says ----------------------------------------------------------------------------------------------------


def test_the_head_names_the_release_its_day_and_that_it_is_invented(tree: html.HtmlElement) -> None:
    head = _text(tree.xpath("//header")[0])
    assert "2026-Erprobung" in head
    assert "Veröffentlicht am 15.04.2027 · Datenstand 14.04.2027 · 1. Halbjahr 2026 und Jahr 2026" in head
    assert _text(tree.find_class("demo")[0]).startswith("Demonstrationsdaten")


@pytest.mark.slow
def test_a_real_release_bears_no_watermark() -> None:
    assert "Demonstrationsdaten" not in report_page(made_tables(is_demo=False))


def test_reports_that_nobody_approved_are_told_on_the_first_page(tree: html.HtmlElement) -> None:
    assert "2 Berichte, die hier zählen, sind vom Ministerium noch nicht freigegeben" in _text(tree)


def test_a_key_figure_has_its_value_its_period_and_the_bodies_it_rests_on(tree: html.HtmlElement) -> None:
    cards = {_text(card.xpath("h3")[0]): _text(card) for card in tree.xpath("//section[@class='keys']//li")}
    assert "3.300 Jahr 2026 · 33 von 33 Kommunen" in cards["Anfragen an die Anlaufstelle"]
    assert "90,0 % Jahr 2026 · 33 von 33 Kommunen" in cards["Mittelabrufquote"]
    assert set(KEY_FIGURES) >= {"ANL-01", "MIT-02"}


def test_every_indicator_is_told_with_its_question_and_its_definition(
    tables: PublicTables, tree: html.HtmlElement
) -> None:
    for id_, question, definition in tables.catalogue.select("id", "question_de", "definition").iter_rows():
        article = tree.xpath(f"//article[@aria-labelledby='k-{id_.lower()}']")[0]
        assert question in _text(article)
        assert article.xpath(f".//a[@href='#dk-{id_.lower()}']")
        assert definition in _text(tree.xpath(f"//h4[@id='dk-{id_.lower()}']/..")[0])


def test_a_quota_keeps_its_numerator_and_denominator_in_the_table(page: str) -> None:
    rows = _rows(_indicator(page, "MIT-02"), "Mittelabrufquote, Jahr 2026")
    assert rows["Land Hessen"] == ["90,0", "2.970", "3.300", "33 von 33"]
    assert rows["Regierungsbezirk Gießen"] == ["90,0", "720", "800", "8 von 8"]


def test_a_half_year_never_stands_in_one_table_with_a_year(page: str) -> None:
    article = _indicator(page, "ANL-01")
    heads = [[_text(head) for head in table.xpath(".//thead//th")] for table in article.xpath(".//table")]
    assert heads == [["Gebiet", "2026", "Kommunen"], ["Gebiet", "1. Hj. 2026", "Kommunen"]]


def test_a_median_and_a_number_of_distinct_things_say_so(page: str) -> None:
    assert "Median seiner Kommunen" in _text(_indicator(page, "KOO-05"))
    assert "zählt jeder Eintrag nur einmal" in _text(_indicator(page, "DOL-04"))


def test_notes_name_no_codes(page: str) -> None:
    assert "Zählt nur in „Telefon“." in _text(_indicator(page, "ANL-01"))


def test_a_dimension_with_one_value_is_a_sentence_with_its_share(page: str) -> None:
    assert "Darunter Frauen: 825 (25,0 %)" in _text(_indicator(page, "LOT-01"))


def test_single_grants_are_left_to_the_workbook(page: str) -> None:
    assert "WIR-06411" not in page


# --- what is not a number --------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_figure_that_is_not_ok_shows_its_state_and_not_zero(tables: PublicTables) -> None:
    for state, words in {"not_recorded": "nicht erhoben", "missing_report": "Bericht fehlt"}.items():
        where = {"indicator_id": "ANL-01", "area_key": "06", "period": "2026", "breakdown": "gesamt"}
        page = report_page(with_figure(tables, where, state=state, value=None, numerator=None))
        article = _indicator(page, "ANL-01")
        assert _text(article.find_class("value")[0]).startswith(words)
        assert _rows(article, "Anfragen an die Anlaufstelle, Jahr 2026")["Land Hessen"][0] == words


def test_an_indicator_that_cannot_be_formed_says_why(page: str) -> None:
    article = _text(_indicator(page, "MIT-06"))
    assert "nicht anwendbar Jahr 2026" in article
    assert "Nicht gebildet." in article


def test_a_hidden_value_is_a_dot_in_table_and_chart_and_draws_no_bar(tables: PublicTables) -> None:
    where = {"indicator_id": "LOT-01", "area_key": "065", "period": "2026", "breakdown": "gesamt"}
    article = _indicator(report_page(hide(tables, **where)), "LOT-01")
    assert _rows(article, "Aktive Lotsinnen")["Regierungsbezirk Gießen"][0] == "."
    chart = article.xpath(".//figure/*[name()='svg']")[0]
    assert [_text(each) for each in chart.xpath(".//*[name()='text']")][:6] == [
        "1.700",
        ".",
        "800",
        "600",
        "2.100",
        "600",
    ]
    assert len(chart.xpath(".//*[name()='path']")) == 5


def test_a_hidden_numerator_is_a_dot_beside_a_published_quota(tables: PublicTables) -> None:
    where = {"indicator_id": "MIT-02", "area_key": "06", "period": "2026", "breakdown": "gesamt"}
    article = _indicator(report_page(with_figure(tables, where, numerator=None)), "MIT-02")
    assert _rows(article, "Mittelabrufquote, Jahr 2026")["Land Hessen"][:3] == ["90,0", ".", "3.300"]


def test_how_many_values_are_hidden_and_why_is_counted_by_group(tree: html.HtmlElement) -> None:
    section = tree.xpath("//section[@aria-labelledby='geheimhaltung']")[0]
    assert "12 Werte geheim gehalten" in _text(section)
    assert _rows(section, "Geheim gehaltene Werte")["2026"] == ["1.240", "12", "7", "5"]


def test_a_release_that_hides_nothing_says_so(tables: PublicTables) -> None:
    page = report_page(replace(tables, suppressed=tables.suppressed.clear()))
    assert "kein Wert geheim gehalten" in page


# --- reporting and corrections ---------------------------------------------------------------------------------------


def test_the_state_of_reporting_is_counted_for_land_districts_and_types(tree: html.HtmlElement) -> None:
    rows = _rows(tree.xpath("//section[@aria-labelledby='stand']")[0], "Stand der Berichte, Jahr 2026")
    assert rows["Land Hessen"] == ["33", "14", "7", "6", "6", "1"]
    assert len(rows) == 7
    districts = [rows[f"Regierungsbezirk {name}"][0] for name in ("Darmstadt", "Gießen", "Kassel")]
    assert districts == ["17", "8", "8"]


def test_each_body_has_a_row_with_its_dates(tree: html.HtmlElement) -> None:
    rows = _rows(tree, "Stand der Berichte je Kommune")
    assert len(tree.xpath("//caption[starts-with(., 'Stand der Berichte je Kommune')]/..//tr[td]")) == 33
    assert rows["Darmstadt, Wissenschaftsstadt"] == [
        "fristgerecht angenommen", "31.03.2027", "30.04.2027", "20.03.2027", "0"
    ]  # fmt: skip


def test_before_anything_is_due_the_report_says_nothing_of_reporting(tables: PublicTables) -> None:
    later = tables.reporting.with_columns(pl.col("due_on").dt.offset_by("1y"))
    page = report_page(replace(tables, reporting=later))
    assert "Stand der Berichte" not in page


def test_a_correction_names_figure_place_both_values_and_reason(tree: html.HtmlElement) -> None:
    rows = _rows(tree, "Berichtigungen gegenüber der Veröffentlichung 2026-Probe")
    assert rows["ANL-01 Anfragen an die Anlaufstelle"] == [
        "Land Hessen, Zugang: Telefon", "1. Hj. 2026", "820", "825", "Ein Bericht wurde neu eingereicht."
    ]  # fmt: skip


def test_a_first_release_says_that_nothing_was_corrected(tables: PublicTables) -> None:
    page = report_page(replace(tables, corrections=tables.corrections.clear()))
    assert "Kein veröffentlichter Wert unterscheidet sich" in page


def test_of_very_many_corrections_the_first_are_shown_and_the_rest_is_named(tables: PublicTables) -> None:
    many = pl.concat([tables.corrections] * 1201)
    page = report_page(replace(tables, corrections=many))
    assert "1.201 Werte unterscheiden sich" in page
    assert "corrections.csv" in page
    assert page.count("Ein Bericht wurde neu eingereicht.") == 200


def test_nobody_is_named_as_contact_unless_the_ministry_says_whom(tables: PublicTables, page: str) -> None:
    assert "@" not in html.document_fromstring(page).body.text_content()
    assert "Fragen an Referat IV 3." in report_page(tables, "Fragen an Referat IV 3.")


# --- few and many periods --------------------------------------------------------------------------------------------


def test_a_single_half_year_is_told_without_any_year() -> None:
    page = report_page(made_tables("2026-H1"))
    assert "3.300 1. Halbjahr 2026, Land Hessen" in _text(_indicator(page, "ANL-01"))
    assert _text(_indicator(page, "MIT-01").find_class("value")[0]) == "nicht anwendbar"


@pytest.mark.slow
def test_all_eleven_periods_are_told_year_by_year_and_half_year_by_half_year() -> None:
    codes = [code for year in range(2026, 2031) for code in (f"{year}-H1", str(year))]
    page = report_page(made_tables(*codes, "2026-2030"))
    article = _indicator(page, "ANL-01")
    captions = [_text(each) for each in article.xpath(".//caption")]
    assert captions == [
        "Anfragen an die Anlaufstelle, Jahre 2026–2030 (Anzahl)",
        "Anfragen an die Anlaufstelle, 1. Halbjahre 2026–2030 (Anzahl)",
        "Anfragen an die Anlaufstelle, Förderzeitraum 2026–2030 (Anzahl)",
    ]
    courses = [_text(each) for each in article.xpath(".//figcaption") if "2026–2030" in _text(each)]
    assert courses == [
        "Land Hessen, Jahre 2026–2030",
        "Land Hessen, 1. Halbjahre 2026–2030",
    ]


def test_a_release_before_the_first_report_holds_no_figure_and_no_chart(tables: PublicTables) -> None:
    page = report_page(replace(tables, figures=tables.figures.clear(), reporting=tables.reporting.clear()))
    found = html.document_fromstring(page)
    assert not found.xpath("//figure | //article//table")
    assert {_text(each) for each in found.find_class("value")} == {"nicht anwendbar"}


def test_a_half_year_that_is_newer_than_the_year_is_told_beside_it() -> None:
    page = report_page(made_tables("2026-H1", "2026", "2027-H1"))
    assert "1. Halbjahr 2027: 3.630" in _text(_indicator(page, "ANL-01"))


# --- nothing but the report ------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_same_tables_give_the_same_bytes(tables: PublicTables, tmp_path: Path) -> None:
    shuffled = replace(tables, figures=tables.figures.sample(fraction=1, shuffle=True, seed=4))
    for name, each in {"one": tables, "two": tables, "three": shuffled}.items():
        write_report(each, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes() == (tmp_path / "three").read_bytes()


@pytest.mark.slow
def test_whatever_the_tables_say_stays_text(tables: PublicTables, tree: html.HtmlElement) -> None:
    hostile = pl.lit(HOSTILE)
    page = report_page(
        replace(
            tables,
            about=tables.about.with_columns(name=hostile, program_version=hostile, head_hash=hostile),
            areas=tables.areas.with_columns(area=hostile, short=hostile, regierungsbezirk=hostile),
            catalogue=tables.catalogue.with_columns(
                group=hostile, name_de=hostile, question_de=hostile, definition=hostile, formula=hostile, notes=hostile
            ),
            figures=tables.figures.with_columns(
                denominator_note=hostile,
                breakdown=pl.when(pl.col("breakdown") == "channel=Telefon")
                .then(pl.concat_str(pl.lit("channel="), hostile))
                .otherwise("breakdown"),
            ),
            reporting=tables.reporting.with_columns(name=hostile),
            corrections=tables.corrections.with_columns(area=hostile, cause_de=hostile, breakdown=hostile),
            suppressed=tables.suppressed.with_columns(group=hostile),
        ),
        contact=HOSTILE,
    )
    found = html.document_fromstring(page)
    assert not found.xpath("//script | //img | //*[@onerror]")
    assert found.text_content().count("<script>alert(1)</script>") > 50
    assert "49" not in _text(found.xpath("//h1")[0])
    assert "\u202e" not in page
    assert {each.tag for each in found.iter("*")} <= {each.tag for each in tree.iter("*")} | {"details"}


def test_no_script_no_address_and_a_policy_that_allows_only_its_own_style(page: str) -> None:
    found = html.document_fromstring(page)
    assert not found.xpath("//script | //link | //iframe | //object | //embed | //form | //img")
    assert not found.xpath("//@style"), "a policy with a hash forbids style attributes"
    assert "http://" not in page
    assert "https://" not in page
    assert "url(" not in page.replace("url(#m-", "")
    assert all(target.startswith("#") for target in found.xpath("//@href"))
    assert "default-src 'none'" in found.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]

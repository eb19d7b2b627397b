"""What Prefect's pages show of a night."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from flows.nightly.report import as_markdown, as_table
from flows.records import LeftBehind, NightReport, NightRow

AT = datetime(2026, 9, 2, 1, 15, tzinfo=UTC)


def night_of(rows: Sequence[NightRow]) -> NightReport:
    return NightReport(
        business_at=AT,
        rows=tuple(rows),
        duplicates=1,
        missing=(("06431", "2026-H1"),),
        late=(),
        left=(LeftBehind("Brief an Frau Mustermann.xlsx", "wird noch geschrieben"),),
        seconds={"collect": 0.04, "build": 2.51},
        database="wir.duckdb",
    )


def row(number: int, ags: str, verdict: str, *codes: str) -> NightRow:
    return NightRow(number, ags, f"Körperschaft {ags}", "2026-H1", AT, verdict, len(codes), 0, codes, "61.000,00 ist …")


NIGHT = night_of(
    [
        row(7, "06431", "accepted"),
        row(8, "06432", "returned", "R-FIN-01", "R-FIN-01", "R-POS-02"),
        row(9, "06433", "returned", "R-FIN-01"),
        row(10, "", "unreadable", "R-DAT-01"),
    ]
)


def test_the_page_of_a_demonstration_says_that_all_is_invented() -> None:
    assert "Demonstrationsdaten" in as_markdown(replace(NIGHT, is_demo=True))
    assert "Demonstrationsdaten" not in as_markdown(NIGHT)


def test_the_page_counts_what_came_in_and_what_became_of_it() -> None:
    page = as_markdown(NIGHT)
    assert page.startswith("# Nacht vom 02.09.2026, 03:15 Uhr\n")
    for line in (
        "| **eingegangen** | **4** |",
        "| angenommen | 1 |",
        "| zurückgegeben | 2 |",
        "| nicht lesbar | 1 |",
        "| im Eingang liegen geblieben | 1 |",
        "| **überfällig** | **1** |",
        "| Rechnen | 2,5 |",
    ):
        assert line in page.splitlines()


def test_a_reason_counts_once_for_a_report_and_the_commonest_comes_first() -> None:
    lines = as_markdown(NIGHT).splitlines()
    reasons = [line for line in lines if line.startswith("| R-")]
    assert reasons[0].startswith("| R-FIN-01 | Die Ausgaben in der Zeile „…“ (… EUR) ")
    assert reasons[0].endswith(" | 2 |")
    assert {reason[:10] + reason[-6:] for reason in reasons[1:]} == {"| R-POS-02 | 1 |", "| R-DAT-01 | 1 |"}


def test_the_table_begins_with_what_needs_somebody() -> None:
    table = as_table(NIGHT)
    assert [line["Ergebnis"] for line in table] == ["nicht lesbar", "zurückgegeben", "zurückgegeben", "angenommen"]
    assert table[0]["eingegangen"] == "02.09.2026 03:15"
    assert table[1]["Befunde"] == "R-FIN-01, R-POS-02"


def test_a_quiet_night_says_so() -> None:
    assert as_table(night_of([])) == [{"Körperschaft": "Diese Nacht ging nichts ein."}]
    assert "Häufigste Gründe" not in as_markdown(night_of([]))


def test_neither_a_given_value_nor_a_file_name_is_shown() -> None:
    shown = as_markdown(NIGHT) + str(as_table(NIGHT))
    assert "61.000" not in shown
    assert "Mustermann" not in shown

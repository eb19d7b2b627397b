"""The last database tells the figures of every night before it, whatever was decided and imported in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import duckdb
import polars as pl
import pytest

from expectations.period import Period, ReportKind
from flows import line, reference
from flows.demo import mishaps
from flows.demo.register import as_csv, grants
from flows.demo.story import Story
from flows.desk import recheck, submit_files
from flows.desk.acts import explain
from flows.desk.decide import approve, extend, send_back, void, waive
from flows.house import open_house
from flows.ledger import Ledger, entries
from flows.resources import sql_files
from flows.settings import DataFolder, utc_text
from tests.desk.conftest import number_of, unexplained
from tests.desk.test_again import stricter
from tests.line.reports import WriteReport

pytestmark = pytest.mark.slow
HALF_YEAR = Period(2026, ReportKind.HALF_YEAR)
STARTS_AT = datetime(2026, 7, 1, 9, tzinfo=UTC)
NIGHTS = [
    datetime(2026, 8, 5, 1, 15, tzinfo=UTC),
    datetime(2026, 9, 2, 1, 15, tzinfo=UTC),
    datetime(2026, 10, 1, 1, 15, tzinfo=UTC),
    datetime(2026, 11, 3, 2, 15, tzinfo=UTC),
]
WHO = {"why": "Angeordnet.", "by": "pruefer-1"}


def figures(folder: DataFolder, query: str) -> pl.DataFrame:
    with duckdb.connect(str(folder.database), read_only=True) as connection:
        return connection.sql(f"SELECT * FROM {query} ORDER BY ALL").pl()


def import_register(folder: DataFolder, ledger: Ledger, name: str, text: str, now: datetime) -> None:
    file = folder.root.parent / f"{name}.csv"
    file.write_text(text, encoding="utf-8")
    reference.import_file(folder, ledger, file, now=now)


def amended(story: Story) -> str:
    """The register of grants, one amount higher, and one due date another."""
    rows = grants(story.seed, [work.body for work in story.works.values()], story.year)
    changed = replace(rows[0], granted_eur=rows[0].granted_eur + Decimal(1000), due_on=date(2027, 2, 26))
    return as_csv([changed, *rows[1:]])


@contextmanager
def _night(folder: DataFolder, number: int, told: list[pl.DataFrame]) -> Iterator[None]:
    """What happens before a night, the night itself, and a copy of its figures."""
    yield
    line.run_night(folder, business_at=NIGHTS[number])
    told.append(figures(folder, "indicators.figures"))


def test_the_last_database_tells_the_figures_of_every_night(
    folder: DataFolder, story: Story, write_report: WriteReport
) -> None:
    ledger = open_house(folder, demo_seed=story.seed, started_at=STARTS_AT)
    told: list[pl.DataFrame] = []
    with _night(folder, 0, told):
        for name, text in story.acts[0].registers.items():
            import_register(folder, ledger, name, text, STARTS_AT)
        first = {"06431": None, "06432": mishaps.quarters_do_not_add_up, "06433": unexplained, "06434": None}
        submit_files(folder, [write_report(ags, change=change) for ags, change in first.items()], sender="")
    with _night(folder, 1, told):
        extend(folder, "06437", HALF_YEAR, date(2026, 9, 25), **WHO)
        for code in ("R-KOO-04", "R-ANL-02"):
            explain(folder, number_of(folder, "06433"), code, "Wir haben die Zahlen noch einmal geprüft.")
        import_register(folder, ledger, "grants", amended(story), NIGHTS[0] + timedelta(days=9))
        submit_files(folder, [write_report("06432"), write_report("06431", note="Leitung")], sender="")
    with _night(folder, 2, told):
        newest = max(entry.seq for entry in entries(ledger, "receipt"))
        void(folder, newest, **WHO)
        approve(folder, number_of(folder, "06434"), **WHO)
        waive(folder, "06438", HALF_YEAR, **WHO)
        recheck(folder, HALF_YEAR, checks=stricter())
    with _night(folder, 3, told):
        recheck(folder, HALF_YEAR, checks=sql_files("checks"))
        send_back(folder, number_of(folder, "06434"), **WHO)
        import_register(folder, ledger, "grants", story.acts[0].registers["grants"], NIGHTS[2] + timedelta(days=1))
    for moment, then in zip(NIGHTS, told, strict=True):
        asked = figures(folder, f"audit.as_of(TIMESTAMP '{utc_text(moment)[:19]}')")
        assert asked.equals(then), moment
    assert len({frame.write_csv() for frame in told}) == len(told)
    assert_evidence_is_complete(folder, number_of(folder, "06431"), newest)


def assert_evidence_is_complete(folder: DataFolder, first: int, newest: int) -> None:
    """The voided submission's evidence tells what happened to it and to the one before, in order of time."""
    with duckdb.connect(str(folder.database), read_only=True) as connection:
        told = {
            number: connection.execute("SELECT what, happened_at FROM audit.evidence(?)", [number]).fetchall()
            for number in (first, newest)
        }
    happened = {number: [what for what, _ in rows] for number, rows in told.items()}
    assert happened[newest][:3] == ["received", "identified", "judged"]
    fate = {"in_force", "not_in_force", "superseded", "void"}
    assert [what for what in happened[newest] if what in fate] == ["in_force", "void", "not_in_force"]
    assert [what for what in happened[first] if what in fate] == ["in_force", "not_in_force", "superseded", "in_force"]
    assert happened[first][-1] == happened[newest][-1] == "figures"
    assert all(moments == sorted(moments) for moments in ([at for _, at in rows] for rows in told.values()))

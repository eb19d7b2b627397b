"""The database as built: complete, documented, reproducible, and refused with a name when something is wrong."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from expectations.form import Section
from flows.warehouse import BuildError, SqlTexts, WarehouseInputs, build, contents_hash
from tests.warehouse.worlds import Report, sql_of, with_sections, world

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def database(built: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(str(built), read_only=True)
    yield connection
    connection.close()


def _all(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    return connection.cursor().execute(query).fetchall()


def test_clients_from_1_5_on_can_read_the_file_and_no_log_remains(
    built: Path, database: duckdb.DuckDBPyConnection
) -> None:
    tags = _all(database, "SELECT tags['storage_version'] FROM duckdb_databases() WHERE NOT internal")
    assert tags == [("v1.5.0+",)]
    assert [path.name for path in built.parent.iterdir()] == ["wir.duckdb"]


def test_every_table_view_column_and_macro_has_a_comment(database: duckdb.DuckDBPyConnection) -> None:
    without = _all(
        database,
        """
        SELECT table_name FROM duckdb_tables() WHERE comment IS NULL
        UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal AND comment IS NULL
        UNION ALL SELECT table_name || '.' || column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL
        UNION ALL SELECT function_name FROM duckdb_functions() WHERE NOT internal AND comment IS NULL
        """,
    )
    assert without == []


def test_the_objects_that_auditors_were_promised_are_there(database: duckdb.DuckDBPyConnection) -> None:
    names = {name for (name,) in _all(database, "SELECT schema_name || '.' || table_name FROM duckdb_tables()")}
    names |= {name for (name,) in _all(database, "SELECT schema_name || '.' || view_name FROM duckdb_views()")}
    promised = "indicators.figures indicators.catalogue reports.finances reports.cells intake.submissions "
    promised += "intake.findings intake.rule_results intake.obligations audit.ledger reference.municipalities "
    promised += "reference.grants reference.drawdowns reference.parameters reference.population reference.holidays "
    promised += "audit.about intake.recognitions intake.funds_cases intake.claims intake.claim_interest"
    assert set(promised.split()) <= names


def test_the_same_inputs_give_the_same_contents(
    tiny_world: WarehouseInputs, tiny_sql: SqlTexts, tmp_path: Path
) -> None:
    shuffled = replace(
        tiny_world,
        cells=tiny_world.cells.reverse(),
        submissions=tiny_world.submissions.reverse(),
        obligations=tiny_world.obligations.reverse(),
    )
    once = build(tiny_world, tmp_path / "once.duckdb", sql=tiny_sql)
    again = build(shuffled, tmp_path / "again.duckdb", sql=tiny_sql)
    assert contents_hash(once) == contents_hash(again)


def test_a_changed_cell_changes_the_contents(tiny_world: WarehouseInputs, tiny_sql: SqlTexts, tmp_path: Path) -> None:
    is_changed = (pl.col("field") == "enquiries.persons") & (pl.col("submission_id") == 2)
    cells = tiny_world.cells.with_columns(pl.when(is_changed).then(pl.lit("13")).otherwise("value").alias("value"))
    before, after = (
        contents_hash(build(inputs, tmp_path / "wir.duckdb", sql=tiny_sql))
        for inputs in (tiny_world, replace(tiny_world, cells=cells))
    )
    changed = {name for name in before if before[name] != after[name]}
    assert {"reports.cells", "accepted.enquiries", "indicators.terms", "indicators.figures"} <= changed
    assert "intake.submissions" not in changed


def test_a_superseded_report_feeds_no_figure_and_stays_readable(database: duckdb.DuckDBPyConnection) -> None:
    assert _all(database, "SELECT persons FROM accepted.enquiries WHERE period = '2026' ORDER BY ALL") == [(10,), (12,)]
    assert _all(database, "SELECT persons FROM reports.enquiries WHERE period = '2026'") == [(12,)]
    figure = "SELECT value FROM indicators.figures WHERE indicator_id = 'ANL-01' AND period = '2026' "
    assert _all(database, figure + "AND area_key = '06' AND breakdown = 'gesamt'") == [(15,)]


def test_a_returned_report_is_kept_as_cells_only(database: duckdb.DuckDBPyConnection) -> None:
    assert _all(database, "SELECT count(*) > 0 FROM reports.cells WHERE submission_id = 4") == [(True,)]
    assert _all(database, "SELECT count(*) FROM accepted.enquiries WHERE submission_id = 4") == [(0,)]
    state = "SELECT state FROM indicators.figures WHERE indicator_id = 'ANL-01' AND area_key = '06611' "
    assert _all(database, state + "AND period = '2026' AND breakdown = 'gesamt'") == [("missing_report",)]


def test_money_is_exact(database: duckdb.DuckDBPyConnection) -> None:
    rows = _all(
        database,
        "SELECT typeof(state_funds_eur), state_funds_eur::VARCHAR, state_funds_eur_cell, state_funds_eur_state "
        "FROM reports.finances",
    )
    assert rows == [("DECIMAL(14,2)", "50000.10", "F9", "given")]


def test_there_are_figures_for_all_bodies_districts_types_and_the_land(database: duckdb.DuckDBPyConnection) -> None:
    kinds = _all(
        database,
        "SELECT area_kind, count(DISTINCT area_key) FROM indicators.figures WHERE period = '2026' "
        "GROUP BY ALL ORDER BY ALL",
    )
    assert kinds == [("body", 33), ("land", 1), ("regierungsbezirk", 3), ("type", 3)]


def test_bodies_of_the_same_name_can_be_told_apart(database: duckdb.DuckDBPyConnection) -> None:
    names = _all(database, "SELECT area FROM reference.areas WHERE ags IN ('06531', '06531005') AND area_kind = 'body'")
    assert {name for (name,) in names} == {"Gießen (Landkreis)", "Gießen (Sonderstatusstadt)"}


def test_an_indicator_asked_once_a_year_is_not_applicable_in_the_half_year(
    database: duckdb.DuckDBPyConnection,
) -> None:
    rows = _all(
        database,
        """
        SELECT figures.indicator_id, count(*), any_value(figures.state), max(figures.breakdown)
        FROM indicators.figures AS figures
        INNER JOIN indicators.catalogue AS catalogue ON figures.indicator_id = catalogue.id
        WHERE figures.period = '2026-H1' AND NOT catalogue.half_year AND NOT catalogue.land_only
            GROUP BY ALL
        """,
    )
    assert len(rows) > 20
    assert {row[1:] for row in rows} == {(40, "not_applicable", "gesamt")}


def test_a_half_year_is_a_period_of_its_own(database: duckdb.DuckDBPyConnection) -> None:
    rows = _all(
        database,
        "SELECT period, value FROM indicators.figures WHERE indicator_id = 'ANL-01' AND area_key = '06431' "
        "AND breakdown = 'gesamt' ORDER BY period",
    )
    assert rows == [("2026", 15), ("2026-H1", 13)]


def test_there_are_no_figures_for_periods_that_have_not_closed(database: duckdb.DuckDBPyConnection) -> None:
    assert _all(database, "SELECT DISTINCT period FROM indicators.figures ORDER BY ALL") == [("2026",), ("2026-H1",)]
    assert _all(database, "SELECT DISTINCT period FROM indicators.terms ORDER BY ALL") == [("2026",), ("2026-H1",)]


def test_exempt_and_voluntary_bodies_are_not_due_but_count_when_they_report(tmp_path: Path) -> None:
    meetings = {"meetings": [{"type": "Steuerung", "meetings": 2}]}
    inputs = world(
        [Report("06431", "2026", meetings), Report("06432", "2026", meetings)],
        obligations=[
            {"ags": "06431", "period": "2026"},
            {"ags": "06432", "period": "2026", "duty_basis": "freiwillig"},
            {"ags": "06433", "period": "2026", "duty_basis": "freiwillig"},
            {"ags": "06434", "period": "2026", "exempt": True},
        ],
    )
    target = build(with_sections(inputs, {"meetings"}), tmp_path / "wir.duckdb", sql=sql_of(["KOO-02"], {"meetings"}))
    with duckdb.connect(str(target), read_only=True) as connection:
        rows = _all(
            connection,
            "SELECT area_key, state, bodies_counted, bodies_due FROM indicators.figures WHERE indicator_id = 'KOO-02' "
            "AND period = '2026' AND breakdown = 'gesamt' AND area_key IN ('06', '06433', '06434') ORDER BY ALL",
        )
    assert rows == [("06", "ok", 2, 2), ("06433", "not_applicable", 0, 0), ("06434", "not_applicable", 0, 0)]


def test_an_indicator_of_the_land_alone_has_no_figure_of_a_body(database: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT DISTINCT area_key FROM indicators.figures WHERE indicator_id = 'DOL-06'"
    assert _all(database, query) == [("06",)]


def test_no_number_is_stored_as_a_float(database: duckdb.DuckDBPyConnection) -> None:
    floats = (
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND data_type IN ('DOUBLE', 'FLOAT')"
    )
    assert _all(database, floats) == []
    number = "SELECT number::VARCHAR, value FROM reports.cells WHERE field = 'finances.state_funds_eur' LIMIT 1"
    assert _all(database, number) == [("50000.100000", "50000.10")]


def test_a_column_that_needs_quotation_marks_says_so(database: duckdb.DuckDBPyConnection) -> None:
    quoted = _all(
        database,
        """
        SELECT DISTINCT columns.column_name, columns.comment LIKE '%in Anführungszeichen: "' || column_name || '"'
        FROM duckdb_columns() AS columns
        INNER JOIN duckdb_keywords() AS keywords ON columns.column_name = keywords.keyword_name
        WHERE NOT columns.internal AND keywords.keyword_category = 'reserved'
        ORDER BY ALL
        """,
    )
    assert quoted == [("group", True), ("primary", True)]


def test_a_workbook_with_an_invented_key_stops_nothing_and_counts_for_nobody(tmp_path: Path) -> None:
    inputs = world(
        [Report("09999", "2026", verdict="returned", in_force=False), Report("06431", "2026")],
        obligations=[{"ags": "06431", "period": "2026"}],
    )
    sql = sql_of(["BER-01", "BER-03"], set())
    target = build(with_sections(inputs, set()), tmp_path / "wir.duckdb", sql=sql)
    with duckdb.connect(str(target), read_only=True) as connection:
        figures = "SELECT denominator FROM indicators.figures WHERE area_key = '06' AND breakdown = 'gesamt' "
        assert _all(connection, figures + "AND period = '2026' ORDER BY indicator_id") == [(1,), (1,)]


@pytest.mark.parametrize("is_demo", [True, False])
def test_before_the_first_submission_there_is_a_database_that_says_what_it_is(is_demo: bool, tmp_path: Path) -> None:
    nothing = replace(with_sections(world([]), {"enquiries", "quarters"}), is_demo=is_demo)
    target = build(nothing, tmp_path / "wir.duckdb", sql=sql_of(["ANL-01"], {"enquiries", "quarters"}))
    with duckdb.connect(str(target), read_only=True) as connection:
        about = _all(connection, "SELECT is_demo, business_at::VARCHAR, starts_with(title, 'Demo') FROM audit.about")
        comments = _all(
            connection,
            "SELECT comment FROM duckdb_tables() WHERE schema_name = 'indicators' "
            "UNION ALL SELECT comment FROM duckdb_views() WHERE schema_name = 'indicators'",
        )
        states = _all(connection, "SELECT DISTINCT state FROM indicators.figures")
    assert about == [(is_demo, "2027-04-30 02:00:00", is_demo)]
    assert {str(comment).startswith("Demonstrationsdaten: ") for (comment,) in comments} == {is_demo}
    assert states == [("not_applicable",)]


def test_forwarded_money_of_the_year_before_counts_with_what_both_reports_say(tmp_path: Path) -> None:
    """P-1 was checked in 2026 and left the list, P-2 in 2027, P-3 never: 4,000 + 3,000 of 10,000."""
    of_2026 = [
        _project("P-1", 4000, date(2026, 12, 1)),
        _project("P-2", 3000, None),
        _project("P-3", 3000, None),
    ]
    of_2027 = [_project("P-2", 3000, date(2027, 5, 1)), _project("P-3", 3000, None)]
    inputs = world(
        [
            Report("06431", "2026", {"forwarded_funds": of_2026}),
            Report("06431", "2027", {"forwarded_funds": of_2027}),
            Report("06432", "2027", {"forwarded_funds": of_2027}),
        ],
        business_at=datetime(2028, 4, 30, tzinfo=UTC),
    )
    sections = {"forwarded_funds"}
    target = build(with_sections(inputs, sections), tmp_path / "wir.duckdb", sql=sql_of(["MIK-03"], sections))
    figures = "SELECT state, numerator, denominator, value FROM indicators.figures WHERE period = '2027' "
    with duckdb.connect(str(target), read_only=True) as connection:
        both, only_one = (
            _all(connection, figures + f"AND area_key = '{ags}' AND breakdown = 'cohort=Vorjahr'")
            for ags in ("06431", "06432")
        )
        traced = "SELECT DISTINCT submission_id, row_key FROM audit.trace('MIK-03', '06', '2027', breakdown := "
        rows = _all(connection, traced + "'cohort=Vorjahr') ORDER BY ALL")
    assert both == [("ok", 7000, 10000, 70)]
    assert only_one == [("not_applicable", None, None, None)]
    assert rows == [(1, "P-1"), (2, "P-2"), (2, "P-3")]


def _project(number: str, amount_eur: int, checked_on: date | None) -> dict[str, object]:
    return {
        "project_number": number,
        "forwarded_on": date(2026, 5, 1),
        "amount_eur": amount_eur,
        "proof_checked_on": checked_on,
        "checked_eur": amount_eur if checked_on else None,
    }


def test_the_ready_questions_run(database: duckdb.DuckDBPyConnection) -> None:
    questions = _all(database, "SELECT name, sql FROM audit.questions")
    assert len(questions) >= 15
    for _, query in questions:
        _all(database, str(query))


def test_the_catalogue_holds_the_sql_that_yields_the_terms(database: duckdb.DuckDBPyConnection) -> None:
    for _, query in _all(database, "SELECT id, sql FROM indicators.catalogue"):
        _all(database, str(query))


# --- what is wrong is named, and nothing is left ---------------------------------------------------------------------


@dataclass(frozen=True)
class Mistake:
    """A change to one SQL file (a text of it replaced, or all of it) and what the error must say."""

    kind: str
    file: str
    old: str
    new: str
    named: str

    def made_in(self, sql: SqlTexts) -> SqlTexts:
        texts = getattr(sql, self.kind)
        text = texts[self.file].replace(self.old, self.new) if self.old else self.new
        return replace(sql, **{self.kind: {**texts, self.file: text}})


VIEW = "-- comment: x\n-- columns: {}\n"
MISTAKES = [
    Mistake("indicators", "ANL-01", "persons AS numerator", "person AS numerator", "sql/indicators/ANL-01.sql"),
    Mistake("indicators", "ANL-01", "FROM quarters", "FORM quarters", "sql/indicators/ANL-01.sql"),
    Mistake("indicators", "ANL-01", "-- unit:", "-- unti:", "ANL-01.sql: unit"),
    Mistake("indicators", "ANL-01", "-- id: ANL-01", "-- id: ANL-09", "ANL-01.sql: its id is ANL-09"),
    Mistake("indicators", "ANL-01", "    row_key,\n", "", "ANL-01.sql: its SELECT must return"),
    Mistake("indicators", "ANL-01", "persons + organisations", "strptime(row_key, '%d') +", "ANL-01.sql"),
    Mistake("indicators", "ANL-01", "=Organisationen", "=Personen", "two terms of one indicator"),
    Mistake("indicators", "ANL-01", "'channel='", "'way='", "a breakdown is not declared"),
    Mistake("views", "reference.areas", "FROM bodies", "FROM nobodies", "sql/views/reference.areas.sql"),
    Mistake("views", "reference.more", "", f"{VIEW}SELECT 1 AS one", "no comment: reference.more.one"),
    Mistake("views", "reference.more", "", "SELECT 1 AS one", "sql/views/reference.more.sql: a header"),
    Mistake("views", "reference.more", "", f"{VIEW}SELECT * FROM reference.more", "read each other in a circle"),
    Mistake("indicators", "ANL-01", "-- basis:", "-- scale: 100\n-- basis:", "ANL-01.sql: only a ratio has a scale"),
    Mistake(
        "audit", "ask", "", "-- comment: x\n-- kind: question\nSELECT nobody FROM indicators.figures", "audit/ask.sql"
    ),
    Mistake("audit", "trace", "FROM traced", "FROM nobody", "sql/audit/trace.sql"),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.named)
def test_a_failing_sql_file_is_named_and_no_file_is_left(
    tiny_world: WarehouseInputs, tiny_sql: SqlTexts, mistake: Mistake, tmp_path: Path
) -> None:
    with pytest.raises(BuildError, match=re.escape(mistake.named)):
        build(tiny_world, tmp_path / "wir.duckdb", sql=mistake.made_in(tiny_sql))
    assert list(tmp_path.iterdir()) == []


def test_cells_that_the_tables_cannot_hold_stop_the_build(
    tiny_world: WarehouseInputs, tiny_sql: SqlTexts, tmp_path: Path
) -> None:
    is_changed = pl.col("field") == "finances.expenditure_eur"
    too_large = pl.when(is_changed).then(pl.lit("99999999999999.00")).otherwise("value").alias("value")
    inputs = replace(tiny_world, cells=tiny_world.cells.with_columns(too_large))
    with pytest.raises(BuildError, match="different control totals"):
        build(inputs, tmp_path / "wir.duckdb", sql=tiny_sql)


def test_a_folder_that_cannot_be_made_is_named(tiny_world: WarehouseInputs, tiny_sql: SqlTexts, tmp_path: Path) -> None:
    (tmp_path / "published").touch()
    with pytest.raises(BuildError, match=r"published/wir\.duckdb could not be written"):
        build(tiny_world, tmp_path / "published" / "wir.duckdb", sql=tiny_sql)


def test_two_rows_of_one_key_are_named(tiny_world: WarehouseInputs, tiny_sql: SqlTexts, tmp_path: Path) -> None:
    grants = tiny_world.reference["grants"]
    twice = {**tiny_world.reference, "grants": pl.concat([grants, grants])}
    with pytest.raises(BuildError, match=r"reference\.grants: two rows with the key B-1, Koordination, 2026"):
        build(replace(tiny_world, reference=twice), tmp_path / "wir.duckdb", sql=tiny_sql)


def test_a_column_that_nobody_declared_is_named(
    tiny_world: WarehouseInputs, tiny_sql: SqlTexts, tmp_path: Path
) -> None:
    findings = tiny_world.findings.with_columns(pl.lit("x").alias("surprise"))
    with pytest.raises(BuildError, match=r"intake\.findings: nobody declared the column surprise"):
        build(replace(tiny_world, findings=findings), tmp_path / "wir.duckdb", sql=tiny_sql)


def test_a_missing_value_is_named_with_its_table(
    tiny_world: WarehouseInputs, tiny_sql: SqlTexts, tmp_path: Path
) -> None:
    unknown = tiny_world.obligations.with_columns(pl.lit(None, pl.String).alias("period"))
    with pytest.raises(BuildError, match=r"intake\.obligations could not be filled: .*obligations\.period"):
        build(replace(tiny_world, obligations=unknown.head(1)), tmp_path / "wir.duckdb", sql=tiny_sql)


def test_a_grant_of_an_unknown_body_is_named(tiny_world: WarehouseInputs, tiny_sql: SqlTexts, tmp_path: Path) -> None:
    foreign = tiny_world.reference["grants"].with_columns(pl.lit("05315000").alias("ags"))
    inputs = replace(tiny_world, reference={**tiny_world.reference, "grants": foreign})
    with pytest.raises(BuildError, match="a term belongs to no body of its period: MIT-01, 05315000"):
        build(inputs, tmp_path / "wir.duckdb", sql=tiny_sql)


def test_a_field_that_changes_its_type_is_named(tiny_world: WarehouseInputs, tmp_path: Path) -> None:
    form = tiny_world.forms[2026]
    changed = [replace(sheet, sections=tuple(_as_text(section) for section in sheet.sections)) for sheet in form.sheets]
    forms = {2026: form, 2027: replace(form, year=2027, sheets=tuple(changed))}
    with pytest.raises(BuildError, match=r"enquiries\.persons is BIGINT in one year's form and VARCHAR in another"):
        build(replace(tiny_world, forms=forms), tmp_path / "wir.duckdb")


def _as_text(section: Section) -> Section:
    fields = (replace(field, type="text") if field.path == "enquiries.persons" else field for field in section.fields)
    return replace(section, fields=tuple(fields))

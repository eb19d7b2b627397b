"""The figures of an earlier moment are those that a build would have given then."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.history import spans
from flows.warehouse import BuildError, SqlTexts, WarehouseInputs, build, packaged_sql
from flows.warehouse.history import HISTORIES, KNOWN_FROM, KNOWN_TO
from tests.warehouse.conftest import ENQUIRIES, FINANCES, MORE_ENQUIRIES, TINY_SECTIONS
from tests.warehouse.worlds import Report, sql_of, with_sections, world

pytestmark = pytest.mark.slow
INDICATORS = ("ANL-01", "BER-01", "BER-03", "MIT-01", "MIT-03", "MIT-06")
REPORTS = (
    Report("06431", "2026-H1", {"enquiries": ENQUIRIES}, received_on=date(2026, 7, 20)),
    Report("06431", "2026-H1", {"enquiries": MORE_ENQUIRIES}, received_on=date(2026, 8, 2)),
    Report("06611", "2026-H1", {"enquiries": MORE_ENQUIRIES}, received_on=date(2026, 9, 2)),
    Report("06431", "2026", {"enquiries": ENQUIRIES, "finances": FINANCES}, received_on=date(2027, 1, 10)),
)
_DUE = {"2026-H1": date(2026, 8, 31), "2026": date(2027, 3, 31)}


@dataclass(frozen=True)
class Night:
    """What is known in one night: for each report its fate, for each duty an act, and the register's amounts.

    Attributes:
        fates: of `REPORTS`, in order: not there yet, accepted, returned or voided.
        acts: of the duties of 06431 for both periods: none, extended or exempt.
        granted_eur: of two notices; None where the register does not have the second yet.
    """

    at: datetime
    fates: tuple[str, ...]
    acts: tuple[str, str]
    granted_eur: tuple[int, int | None]


@st.composite
def _nights(draw: st.DrawFn) -> list[Night]:
    """Three nights after each other; a report that came stays, everything else may change and change back."""
    days = sorted(draw(st.lists(st.integers(0, 330), min_size=3, max_size=3, unique=True)))
    arrivals = draw(st.tuples(*[st.integers(0, 3) for _ in REPORTS]))
    fate = st.sampled_from(["accepted", "accepted", "returned", "voided"])
    return [
        Night(
            at=datetime(2026, 7, 5, 1, 15, tzinfo=UTC) + timedelta(days=day),
            fates=tuple(draw(fate) if arrived <= number else "absent" for arrived in arrivals),
            acts=draw(st.tuples(*[st.sampled_from(["none", "extended", "exempt"])] * 2)),
            granted_eur=draw(st.tuples(st.integers(1, 3), st.none() | st.integers(1, 3))),
        )
        for number, day in enumerate(days)
    ]


def _known(night: Night) -> WarehouseInputs:
    """The inputs of a build in that night."""
    in_force: dict[tuple[str, str], int] = {}
    for number, (report, fate) in enumerate(zip(REPORTS, night.fates, strict=True)):
        if fate == "accepted":
            in_force[report.ags, report.period] = number
    reports = [
        replace(report, verdict="returned" if fate == "returned" else "accepted", in_force=number in in_force.values())
        for number, (report, fate) in enumerate(zip(REPORTS, night.fates, strict=True))
    ]
    there = [number for number, fate in enumerate(night.fates, start=1) if fate != "absent"]
    inputs = world(reports, obligations=_duties(night), registers={"grants": _grants(night)}, business_at=night.at)
    arrived = pl.col("submission_id").is_in(there)
    return with_sections(
        replace(
            inputs,
            submissions=inputs.submissions.filter(arrived),
            cells=inputs.cells.filter(arrived),
            empty_tables=inputs.empty_tables.filter(arrived),
        ),
        TINY_SECTIONS,
    )


def _duties(night: Night) -> list[dict[str, Any]]:
    acts = dict(zip(_DUE, night.acts, strict=True))
    return [
        {
            "ags": ags,
            "period": period,
            "due_on": due_on,
            "exempt": ags == "06431" and acts[period] == "exempt",
            "extended_to": due_on + timedelta(days=20) if ags == "06431" and acts[period] == "extended" else None,
        }
        for ags in ("06431", "06611")
        for period, due_on in _DUE.items()
    ]


def _grants(night: Night) -> list[dict[str, Any]]:
    row = {"ags": "06431", "funding_line": "2.1", "cost_type": "Koordination", "budget_year": 2026}
    amounts = zip(("B-1", "B-2"), night.granted_eur, strict=True)
    return [{**row, "grant_number": name, "granted_eur": float(eur * 60_000)} for name, eur in amounts if eur]


def _with_history(nights: Sequence[Night], inputs: Sequence[WarehouseInputs]) -> WarehouseInputs:
    """The last night's inputs, with what all nights knew."""
    tables = [_tables(one) for one in inputs]
    history = {
        name: _spanned([(night.at, frames[name]) for night, frames in zip(nights, tables, strict=True)])
        for name in tables[-1]
    }
    return replace(inputs[-1], history=history)


def _tables(inputs: WarehouseInputs) -> dict[str, pl.DataFrame]:
    empty = {name: pl.DataFrame(schema=table.frame_schema) for name, table in HISTORIES.items()}
    registers = {f"reference.{name}": frame for name, frame in inputs.reference.items()}
    tables = {**registers, "intake.submissions": inputs.submissions, "intake.obligations": inputs.obligations}
    return {name: tables[name] if name in tables else _plain(empty[name]) for name in HISTORIES}


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.drop(KNOWN_FROM, KNOWN_TO, "row_key", strict=False)


def _spanned(states: Sequence[tuple[datetime, pl.DataFrame]]) -> pl.DataFrame:
    schema = states[-1][1].schema
    found = spans((at.replace(tzinfo=None), frame.rows()) for at, frame in states)
    rows = [(*row, start, end) for row, start, end in found]
    known = {KNOWN_FROM: pl.Datetime("us"), KNOWN_TO: pl.Datetime("us")}
    return pl.DataFrame(rows, schema={**schema, **known}, orient="row")


@pytest.fixture(scope="module")
def sql() -> SqlTexts:
    return _sql()


def _sql() -> SqlTexts:
    audit = {name: packaged_sql().audit[name] for name in ("trace", "as_of")}
    return replace(sql_of(INDICATORS, TINY_SECTIONS), audit=audit)


def _figures(database: Path, query: str) -> pl.DataFrame:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.sql(f"SELECT * FROM {query} ORDER BY ALL").pl()


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(nights=_nights())
def test_every_night_can_be_told_again_from_the_last_database(
    nights: list[Night], sql: SqlTexts, tmp_path_factory: pytest.TempPathFactory
) -> None:
    room = tmp_path_factory.mktemp("nights")
    inputs = [_known(night) for night in nights]
    last = build(_with_history(nights, inputs), room / "last.duckdb", sql=sql)
    for night, known in zip(nights, inputs, strict=True):
        then = build(known, room / "then.duckdb", sql=sql)
        moment = f"audit.as_of(TIMESTAMP '{night.at:%Y-%m-%d %H:%M:%S}')"
        assert _figures(last, moment).equals(_figures(then, "indicators.figures"))


# --- what it gives at the edges --------------------------------------------------------------------------------------


NIGHTS = (
    Night(
        datetime(2026, 9, 2, 1, 15, tzinfo=UTC), ("accepted", "absent", "accepted", "absent"), ("none", "none"), (1, 2)
    ),
    Night(
        datetime(2027, 4, 2, 1, 15, tzinfo=UTC),
        ("voided", "accepted", "returned", "accepted"),
        ("none", "exempt"),
        (3, None),
    ),
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    inputs = [_known(night) for night in NIGHTS]
    return build(_with_history(NIGHTS, inputs), tmp_path_factory.mktemp("told") / "wir.duckdb", sql=_sql())


def test_a_moment_after_the_build_gives_the_figures_of_the_build(told: Path) -> None:
    assert _figures(told, "audit.as_of(TIMESTAMP '2999-01-01')").equals(_figures(told, "indicators.figures"))


def test_the_columns_and_their_types_are_those_of_the_figures(told: Path) -> None:
    with duckdb.connect(str(told), read_only=True) as connection:
        described = [
            connection.execute(f"DESCRIBE SELECT * FROM {name}").fetchall()
            for name in ("audit.as_of(TIMESTAMP '2026-10-01')", "indicators.figures")
        ]
    assert described[0] == described[1]


def test_before_anything_was_known_there_are_no_figures(told: Path) -> None:
    assert _figures(told, "audit.as_of(TIMESTAMP '2025-01-01')").is_empty()
    assert _figures(told, "audit.as_of(TIMESTAMP '2026-09-02 01:14:59')").is_empty()


def test_a_report_that_was_returned_since_counts_as_long_as_it_was_in_force(told: Path) -> None:
    assert _value(told, "2026-12-01", "ANL-01", "06611") == ("ok", 15)
    assert _value(told, "2027-04-03", "ANL-01", "06611") == ("missing_report", None)


def test_an_amount_counts_as_the_register_had_it_then(told: Path) -> None:
    assert _value(told, "2027-04-01", "MIT-01", "06431", period="2026") == ("ok", 180_000)
    assert _value(told, "2027-04-02 01:15:00", "MIT-01", "06431", period="2026") == ("ok", 180_000)
    assert _value(told, "2027-04-02 01:15:00", "MIT-01", "06431", period="2026", breakdown="grant=B-2") is None


def _value(
    database: Path, moment: str, indicator: str, ags: str, *, period: str = "2026-H1", breakdown: str = "gesamt"
) -> tuple[str, int | None] | None:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(
            "SELECT state, value::INTEGER FROM audit.as_of(?::TIMESTAMP) "
            "WHERE indicator_id = ? AND area_key = ? AND period = ? AND breakdown = ?",
            [moment, indicator, ags, period, breakdown],
        ).fetchone()


def test_what_a_release_hid_counts_since_that_release(tmp_path: Path) -> None:
    inputs = _with_history(NIGHTS, [_known(night) for night in NIGHTS])
    names = ["group", "period", "cells", "primary", "secondary", "policy", "release", "release_number"]
    rows = [("Mittel", "2026-H1", 100, 10, 5, 0, "Herbst", 1), ("Mittel", "2026-H1", 100, 20, 20, 0, "Frühjahr", 2)]
    known = {"release": ["Herbst"], KNOWN_FROM: [datetime(2026, 10, 1, 12, tzinfo=UTC).replace(tzinfo=None)]}
    released = replace(
        inputs,
        released={"suppressed": pl.DataFrame(rows, schema=names, orient="row")},
        history={**(inputs.history or {}), "publication.suppressed": pl.DataFrame(known)},
    )
    audit = {"as_of": packaged_sql().audit["as_of"]}
    sql = replace(sql_of(["BER-05"], TINY_SECTIONS), audit=audit)
    told = build(released, tmp_path / "wir.duckdb", sql=sql)
    assert _value(told, "2026-10-01 11:59:59", "BER-05", "06") != ("ok", 15)
    assert _value(told, "2026-10-01 12:00:00", "BER-05", "06") == ("ok", 15)
    assert _value(told, "2027-04-02 01:15:00", "BER-05", "06") == ("ok", 40)


def test_a_client_of_version_1_5_asks_it_too(told: Path) -> None:
    query = "SELECT count(*) AS n FROM audit.as_of(TIMESTAMP '2026-12-01') WHERE state = 'ok'"
    client = Path(sys.executable).with_name("duckdb")
    answer = subprocess.run(
        [client, "-readonly", "-csv", "-noheader", str(told), query], capture_output=True, text=True, check=True
    )
    assert int(answer.stdout) == _figures(told, "audit.as_of(TIMESTAMP '2026-12-01')").filter(state="ok").height > 0


# --- what has no history ---------------------------------------------------------------------------------------------


def test_an_indicator_that_reads_what_has_no_history_is_named(tmp_path: Path) -> None:
    header = _sql().indicators["BER-03"]
    reading = header.replace("intake.first_uploads", "(SELECT f.* FROM intake.first_uploads AS f, audit.ledger)")
    wrong = replace(_sql(), indicators={"BER-03": reading})
    with pytest.raises(BuildError, match=r"sql/indicators/BER-03.sql reads audit.ledger"):
        build(_known(NIGHTS[0]), tmp_path / "wir.duckdb", sql=wrong)


def test_an_indicator_that_reads_a_column_which_only_the_day_decides_is_named(tmp_path: Path) -> None:
    reading = (
        _sql()
        .indicators["BER-03"]
        .replace(
            "intake.first_uploads",
            "(SELECT f.* FROM intake.first_uploads AS f, (SELECT state FROM intake.obligations))",
        )
    )
    wrong = replace(_sql(), indicators={"BER-03": reading})
    with pytest.raises(BuildError, match=r"sql/indicators/BER-03.sql: .*state"):
        build(_known(NIGHTS[0]), tmp_path / "wir.duckdb", sql=wrong)


def test_a_table_without_the_history_that_others_bring_is_named(tmp_path: Path) -> None:
    inputs = _with_history(NIGHTS, [_known(night) for night in NIGHTS])
    history: Mapping[str, pl.DataFrame] = {
        name: frame for name, frame in (inputs.history or {}).items() if name != "reference.grants"
    }
    with pytest.raises(BuildError, match=r"reference.grants changes with time"):
        build(replace(inputs, history=history), tmp_path / "wir.duckdb", sql=_sql())

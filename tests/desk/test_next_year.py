"""Two years on one data folder: a report accepted, the next year's workbook made from it, filled in, and judged."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from openpyxl import load_workbook
from rich.console import Console

from expectations.finding import Judgement
from expectations.form import Form, form_of
from expectations.layout import layout_of
from expectations.period import Period, parse_period
from flows import line, reference
from flows.demo import mishaps
from flows.demo.files import values_of
from flows.demo.reports import right_report
from flows.demo.story import Story, story_of
from flows.demo.work import Report
from flows.desk import check_files, submit_files, write_templates
from flows.desk.migration import Migrated, migrate
from flows.house import open_house
from flows.settings import DataFolder
from flows.template import prefill_for, write_template
from flows.workbook import read_workbook
from tests.line.reports import written_report

AGS = "06535"
SPRING, AUTUMN = datetime(2027, 4, 2, 1, 15, tzinfo=UTC), datetime(2027, 9, 2, 1, 15, tzinfo=UTC)
EXPLANATION = (
    "Die Themen der Anfragen werden erst seit April erfasst. Ab dem nächsten Bericht liegen sie vollständig vor."
)
HALF_YEAR = parse_period("2027-H1")
Values = dict[str, dict[str, Any]]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house(story: Story, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A data folder with registers, in which the report of 2026 is in force with an explained warning."""
    root = tmp_path_factory.mktemp("two-years")
    folder = DataFolder(root / "data")
    ledger = open_house(folder)
    for dataset in ("grants", "targets"):
        (root / f"{dataset}.csv").write_text(story.acts[0].registers[dataset], encoding="utf-8")
        reference.import_file(folder, ledger, root / f"{dataset}.csv", now=datetime(2026, 7, 1, tzinfo=UTC))
    submit_files(folder, [written_report(story, root, AGS, change=_last_year, of="2026")], sender="")
    (row,) = line.run_night(folder, business_at=SPRING).rows
    assert row.verdict == "accepted_with_warnings"
    return folder


def _last_year(report: Report) -> Report:
    return mishaps.topics_not_kept_explained(report) | {"drawdowns": [], "repayments": []}


@pytest.fixture(scope="module")
def work() -> Report:
    """What happened in the first half of 2027; the topics were again kept from April on only."""
    story = story_of(2026, 2027)
    report = mishaps.topics_not_kept(
        right_report(story.works[AGS], HALF_YEAR, datetime(2027, 7, 20, tzinfo=UTC).date())
    )
    renamed = {name: [_same_grants(row) for row in rows] for name, rows in report.items()}
    return renamed | {"drawdowns": [], "repayments": []}


def _same_grants(row: Any) -> Any:
    """The demo numbers its notices by year; here those of 2026 run on."""
    return {
        name: value.replace("-2027", "-2026") if name == "grant" and isinstance(value, str) else value
        for name, value in row.items()
    }


@pytest.fixture
def template(house: DataFolder, tmp_path: Path) -> Path:
    target = tmp_path / "bogen.xlsx"
    write_templates(house, HALF_YEAR, target, ags=AGS, console=Console(quiet=True))
    return target


def filled(template: Path, target: Path, values: Values, form: Form) -> Path:
    """Type into a workbook as a clerk does; the rows of a table that are filled in here replace what stands there."""
    workbook, layout = load_workbook(template), layout_of(form)
    cells = read_workbook(template.read_bytes(), 1).cells.select("field", "row_key", "sheet", "cell").iter_rows()
    where = {(field, key): (sheet, cell) for field, key, sheet, cell in cells}
    for path, rows in values.items():
        place, section = layout.fields[path], form.section(path.partition(".")[0])
        for row in range(section.rows if section.kind == "table" else 0):
            workbook[place.sheet].cell(place.row + row, place.column).value = rows.get(str(row + 1))
        for key, value in rows.items() if section.kind != "table" else ():
            sheet, cell = where[path, key]
            workbook[sheet][cell].value = value
    workbook.save(target)
    return target


def judged(house: DataFolder, file: Path) -> Judgement:
    (checked,) = check_files(house, [file])
    return checked.judgement


def test_the_next_workbook_holds_what_stands_and_an_untouched_one_is_not_accepted(house: DataFolder, template: Path):
    workbook = load_workbook(template)
    posts, explained = workbook["02 Personal"], workbook["11 Erläuterungen"]
    assert "übernommen aus dem Bericht 2026 – bitte prüfen" in posts["B6"].value
    assert posts["B9"].value == "K1"
    assert [cell.value for cell in explained["B9:E9"][0]] == [
        "R-ANL-02",
        "Anfragen",
        f"{EXPLANATION} (erläutert zu 2026)",
        None,
    ]
    assert workbook["05 Anlaufstelle"]["G8"].value == "zuletzt gemeldet (2026)"
    assert workbook["05 Anlaufstelle"]["G9"].value > 0
    findings = judged(house, template).findings
    assert judged(house, template).verdict == "returned"
    assert {"R-FLD-01"} == {one.code for one in findings if one.severity == "error"}
    assert "cover.confirmed_complete" in {one.field for one in findings}


def test_the_annual_workbook_carries_projects_and_prints_the_targets(house: DataFolder, tmp_path: Path):
    write_templates(house, parse_period("2027"), tmp_path / "jahr.xlsx", ags=AGS, console=Console(quiet=True))
    workbook = load_workbook(tmp_path / "jahr.xlsx")
    assert workbook["09 Weiterleitung"]["B9"].value == "2026-01"
    assert workbook["10 Zielvereinbarung"]["B9"].value
    assert workbook["04 Koordination"]["C7"].value == "beschlossen"


def test_a_filled_workbook_is_accepted_once_the_old_explanation_is_confirmed(
    house: DataFolder, template: Path, work: Report, tmp_path: Path
):
    form = form_of(2027)
    values = values_of(form, {name: rows for name, rows in work.items() if name != "posts"})
    open_one = filled(template, tmp_path / "offen.xlsx", values, form)
    judgement = judged(house, open_one)
    (warning,) = [one for one in judgement.findings if one.severity != "hint"]
    assert (warning.code, warning.explained, judgement.verdict) == ("R-ANL-02", "", "awaiting_explanation")
    assert "erst seit April" in warning.offered
    workbook = load_workbook(open_one)
    workbook["11 Erläuterungen"]["E9"] = "Ja"
    workbook.save(tmp_path / "bestätigt.xlsx")
    judgement = judged(house, tmp_path / "bestätigt.xlsx")
    assert judgement.verdict == "accepted_with_warnings"
    assert [one.explained for one in judgement.findings if one.code == "R-ANL-02"] == [explanation_in(template)]


def explanation_in(template: Path) -> str:
    return str(load_workbook(template)["11 Erläuterungen"]["D9"].value)


def test_a_report_in_the_older_form_is_judged_loaded_and_can_be_moved(
    house: DataFolder, story: Story, work: Report, tmp_path: Path
):
    file, older = tmp_path / "alter Bogen.xlsx", form_of(2027, version="2026")
    frames = {**story.frames}
    said = {"explanations": [{"finding_code": "R-ANL-02", "cell": "", "explanation": "Erst seit April erfasst."}]}
    values = values_of(older, _of(older, HALF_YEAR, work | said))
    write_template(older, HALF_YEAR, prefill_for(frames, AGS, HALF_YEAR), file, values=values)
    judgement = judged(house, file)
    assert judgement.verdict == "accepted_with_warnings"
    assert [one.code for one in judgement.findings if one.severity == "hint"] == ["R-TEC-24"]
    submit_files(house, [file], sender="")
    (row,) = line.run_night(house, business_at=AUTUMN).rows
    assert row.verdict == "accepted_with_warnings"
    with duckdb.connect(str(house.database), read_only=True) as connection:
        loaded = connection.execute(
            "SELECT period, consultations > 0, consultations_by_video, consultations_by_video_state "
            "FROM reports.counselling ORDER BY period"
        ).fetchall()
    assert loaded == [("2026", True, None, None), ("2027-H1", True, None, None)]
    migrated = migrate(house, file, tmp_path / "neu.xlsx")
    assert isinstance(migrated, Migrated)
    assert migrated.lost == ()
    assert migrated.newly_asked == ("Verweise und Beratungen: davon per Video",)
    fields = [one.field for one in judged(house, migrated.out).findings if one.severity == "error"]
    assert fields == ["topics.enquiries", "counselling.consultations_by_video"]


def test_an_entry_that_only_the_older_form_offers_is_no_mistake_in_it(house: DataFolder, story: Story, tmp_path: Path):
    year, chosen = parse_period("2027"), {"forwarded_funds.target_group": {"1": "Jugendliche"}}
    complained = {}
    for version in ("2026", "2027"):
        file = tmp_path / f"{version}.xlsx"
        write_template(form_of(2027, version=version), year, prefill_for(story.frames, AGS, year), file, values=chosen)
        complained[version] = [one.field for one in judged(house, file).findings if one.code == "R-FLD-05"]
    assert complained == {"2026": [], "2027": ["forwarded_funds.target_group"]}


def _of(form: Form, period: Period, report: Report) -> Report:
    """Without rows that an older form does not print."""
    topics = form.labels("topics", period.kind)
    return report | {"topics": [row for row in report["topics"] if row["topic"] in topics]}

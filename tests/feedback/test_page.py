"""The protocol as a page: it stands alone, holds everything, obeys nobody, and can be read by everyone."""

import re
from base64 import b64encode
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from itertools import pairwise

import pytest

from expectations.finding import Outcome, RuleResult, Severity, Verdict
from expectations.period import ReportKind
from expectations.privacy import MASK
from expectations.reading import Identity, Reading, no_cells
from expectations.rules import finding
from flows.feedback import Checked, protocol_page

HOSTILE = "</title></style><script>alert(1)</script><img src=x onerror=alert(1)>\"'&\u202egpj.exe\x00\x1b[31m{{ 7*7 }}"
UNRUN = RuleResult("R-FIN-01", Outcome.NOT_RUN, "Die Prüfung sql/checks/R-FIN-01.sql ist fehlerhaft: Absturz")


@pytest.fixture
def returned(make_checked: Callable[..., Checked], make_finding: Callable[..., object]) -> Checked:
    """A report with everything that a page can show."""
    findings = (
        make_finding(sheet="", cell="", field="", row_key="", code="R-TEC-03", given="[1]Haushalt.xlsx", expected=""),
        make_finding(also_at=("F13", "F14", "F15", "H4")),
        make_finding(code="R-FLD-01", given="", expected="eine ganze Zahl", message="Es fehlt.", cell="C4"),
        make_finding(code="R-FLD-01", given="", expected="eine ganze Zahl", message="Es fehlt auch.", cell="C5"),
        make_finding(code="R-ANL-02", severity=Severity.WARNING, sheet="05 Anlaufstelle", offered="Neues Verfahren."),
        make_finding(code="R-FIN-19", severity=Severity.WARNING, explained="Ein anderes Programm.", advice="Nennen!"),
        make_finding(code="R-TEC-16", severity=Severity.HINT, sheet="04 Koordination", cell="B2"),
        make_finding(code="R-KOO-03", severity=Severity.ERROR, trial=True, message="Wird erprobt."),
    )
    return make_checked(Verdict.RETURNED, findings, (UNRUN,), is_demo=True)


@pytest.fixture
def unreadable(make_checked: Callable[..., Checked]) -> Checked:
    refusal = finding("R-DAT-01")
    return make_checked(Verdict.UNREADABLE, (refusal,), (UNRUN,), reading=Reading(None, no_cells(), (refusal,)))


# --- structure -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["returned", "unreadable", "accepted"])
def test_a_page_has_one_first_heading_and_leaves_no_level_out(
    which: str,
    request: pytest.FixtureRequest,
    make_checked: Callable[..., Checked],
    page_of: Callable[[Checked], object],
) -> None:
    checked = make_checked(Verdict.ACCEPTED) if which == "accepted" else request.getfixturevalue(which)
    levels = [level for level, _ in page_of(checked).headings]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(text.strip() for _, text in page_of(checked).headings)


@pytest.mark.parametrize("which", ["returned", "unreadable"])
def test_every_link_leads_to_one_place_of_the_page_itself(
    which: str, request: pytest.FixtureRequest, page_of: Callable[[Checked], object]
) -> None:
    page = page_of(request.getfixturevalue(which))
    ids, links = page.values("id"), page.values("href")
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert {name for names in page.values("aria-labelledby") for name in names.split()} <= set(ids)
    assert not page.values("src")


def test_a_page_names_its_language_its_landmarks_and_a_way_past_the_head(
    returned: Checked, page_of: Callable[[Checked], object]
) -> None:
    page = page_of(returned)
    assert page.all("html") == [{"lang": "de"}]
    assert all(len(page.all(tag)) == 1 for tag in ("header", "main", "footer", "nav", "title"))
    body = [tag for tag, _ in page.elements[page.elements.index(("body", {})) :]]
    assert body[:2] == ["body", "a"]
    assert page.all("a")[0]["href"] == f"#{page.all('main')[0]['id']}"


def test_the_overview_has_heads_for_its_columns_and_rows(
    returned: Checked, page_of: Callable[[Checked], object]
) -> None:
    page = page_of(returned)
    assert {cell["scope"] for cell in page.all("th")} == {"col", "row"}
    assert "Ganze Datei 1 – –" in page.text
    assert "03 Finanzen 3 1 –" in page.text
    assert "Zusammen 4 2 1" in page.text
    assert "1 Hinweis, Blatt 04 Koordination" in page.values("aria-label")


def test_a_page_needs_no_script_no_address_and_only_its_own_style(
    returned: Checked, page_of: Callable[[Checked], object]
) -> None:
    page = page_of(returned)
    allowed = b64encode(sha256(page.style.encode()).digest()).decode()
    (policy,) = (meta["content"] for meta in page.all("meta") if "http-equiv" in meta)
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{allowed}';")
    assert not page.all("script")
    assert not page.values("style")
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert not re.search(r"https?:|//|url\(|@import", protocol_page(returned))


def test_on_paper_each_page_bears_body_period_submission_and_number(
    returned: Checked, page_of: Callable[[Checked], object]
) -> None:
    style = page_of(returned).style
    unescaped = re.sub(r"\\([0-9a-f]+) ", lambda match: chr(int(match[1], 16)), style)
    assert 'content: "Prüfprotokoll · Bergstraße (06431), Jahresbericht 2026"' in unescaped
    assert 'content: "Einreichung 12"' in unescaped
    assert 'content: "Demonstrationsdaten"' in unescaped
    assert 'content: "Seite " counter(page) " von " counter(pages)' in style
    assert "size: A4" in style
    assert "break-inside: avoid" in style


def test_every_pair_of_colours_has_contrast_enough(returned: Checked, page_of: Callable[[Checked], object]) -> None:
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", page_of(returned).style))
    grounds = [colours[name] for name in ("paper", "pale", "bad-pale", "open-pale", "good-pale", "hint-pale")]
    inks = [colours[name] for name in ("ink", "quiet", "accent", "bad", "open", "good", "trial")]
    assert min(_contrast(ink, ground) for ink in inks for ground in grounds) >= 4.5


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# --- content ---------------------------------------------------------------------------------------------------------


def test_a_page_tells_what_it_is_about_in_german_time_and_dates(
    returned: Checked, page_of: Callable[[Checked], object]
) -> None:
    text = page_of(returned).text
    assert "Bergstraße (06431)" in text
    assert "01.01.2026 bis 31.12.2026" in text
    assert "30.03.2027 um 00:30 Uhr" in text
    assert "Nr. 12" in text
    assert "Bogen Bergstraße.xlsx" in text
    assert returned.sha256 in text


def test_each_finding_says_where_what_is_expected_what_to_do_and_where_else(
    returned: Checked, page_of: Callable[[Checked], object]
) -> None:
    page = page_of(returned)
    assert (4, "Zelle F12: Ausgaben · Koordination") in page.headings
    assert "Dort steht 61.000,00 Erwartet 60.000,00" in page.text
    assert "Ebenso in F13 bis F15, H4." in page.text
    assert "Was tun? Bitte prüfen Sie Ausgaben und Quellen dieser Zeile." in page.text
    assert "Code R-FIN-01" in page.text


def test_errors_come_before_warnings_before_hints_and_rules_in_trial_count_for_nothing(
    returned: Checked, page_of: Callable[[Checked], object]
) -> None:
    headings = [text for level, text in page_of(returned).headings if level == 2]
    levels = ["4 Fehler an 8 Stellen", "2 Auffälligkeiten", "1 Hinweis", "1 Meldung in Erprobung"]
    assert [text for text in headings if text in levels] == levels
    assert "sie entscheiden noch nichts" in page_of(returned).text


def test_findings_of_one_cause_stand_together_with_their_advice_once(
    returned: Checked, page_of: Callable[[Checked], object]
) -> None:
    page = page_of(returned)
    assert (4, "2 Stellen: Ausgaben") in page.headings
    assert "Zelle C4 Es fehlt." in page.text
    assert "Zelle C5 Es fehlt auch." in page.text


def test_an_explained_warning_asks_for_nothing_more(returned: Checked, page_of: Callable[[Checked], object]) -> None:
    text = page_of(returned).text
    assert "Ihre Erläuterung: Ein anderes Programm." in text
    assert "Nennen!" not in text


def test_an_earlier_explanation_is_offered_with_the_way_to_confirm_it(
    returned: Checked, page_of: Callable[[Checked], object]
) -> None:
    page = page_of(returned)
    assert "haben Sie dazu erläutert: „Neues Verfahren.“ Gilt das weiterhin, genügt „wie bisher“" in page.text
    assert "Wie im letzten Bericht." in page.text
    assert {"In Ihrer Datei.", "Als Antwort an uns."} <= {part.strip() for part in page.texts}


def test_without_an_offer_only_the_two_other_ways_are_named(
    make_checked: Callable[..., Checked], make_finding: Callable[..., object], page_of: Callable[[Checked], object]
) -> None:
    checked = make_checked(Verdict.AWAITING_EXPLANATION, [make_finding(severity=Severity.WARNING)])
    assert "wie bisher" not in page_of(checked).text
    assert "die Einreichung 12" in page_of(checked).text


def test_a_form_that_prints_earlier_explanations_asks_to_confirm_them_there(
    make_checked: Callable[..., Checked], make_finding: Callable[..., object], page_of: Callable[[Checked], object]
) -> None:
    warning = make_finding(severity=Severity.WARNING, offered="Neues Verfahren.")
    reading = Reading(Identity("06431", "Bergstraße", ReportKind.YEAR, 2027, "2027"), no_cells())
    page = page_of(make_checked(Verdict.AWAITING_EXPLANATION, [warning], reading=reading))
    assert "wählen Sie auf Blatt 11 neben Ihrer früheren Erläuterung „Ja“" in page.text


def test_a_report_not_handed_in_yet_cannot_be_explained_by_an_answer(
    make_checked: Callable[..., Checked], make_finding: Callable[..., object], page_of: Callable[[Checked], object]
) -> None:
    warning = make_finding(severity=Severity.WARNING, offered="Neues Verfahren.")
    page = page_of(make_checked(Verdict.AWAITING_EXPLANATION, [warning], submission_id=None, received_at=None))
    assert "Antwort" not in page.text.partition("Rückfragen")[0]
    assert "„wie bisher“ neben den Code." in page.text
    assert "bevor Sie die Datei einreichen" in page.text


def test_an_accepted_report_gets_a_short_and_friendly_page(
    make_checked: Callable[..., Checked], page_of: Callable[[Checked], object]
) -> None:
    page = page_of(make_checked(Verdict.ACCEPTED))
    assert "Ihr Bericht ist angenommen." in page.text
    assert "Vielen Dank." in page.text
    assert "Demonstrationsdaten" not in page.text
    assert not page.all("nav")
    assert not page.all("article")


def test_an_unreadable_file_is_told_what_it_is_and_what_to_do(
    unreadable: Checked, page_of: Callable[[Checked], object]
) -> None:
    page = page_of(unreadable)
    assert [text for level, text in page.headings if level == 2][:2] == [
        "Diese Datei konnten wir nicht als Bericht lesen.",
        "Der Grund",
    ]
    assert "Die Datei ist leer" in page.text
    assert "keinem Bericht zuzuordnen" in page.text
    assert "nicht geprüft wurde" not in page.text


def test_whoever_waits_for_our_own_mistake_has_nothing_to_correct(
    make_checked: Callable[..., Checked], page_of: Callable[[Checked], object]
) -> None:
    page = page_of(make_checked(Verdict.RETURNED, (), (UNRUN,)))
    assert "das liegt an uns" in page.text
    assert "Sie brauchen nichts zu tun." in page.text
    assert "berichtigen" not in page.text
    assert "sql/checks" not in page.text
    assert "Das betrifft 1 Regel zu Blatt 03 Finanzen." in page.text


def test_data_that_are_missing_here_are_named_as_the_reason(
    make_checked: Callable[..., Checked], page_of: Callable[[Checked], object]
) -> None:
    missing = RuleResult("R-FIN-16", Outcome.NOT_RUN, "Das Auszahlungsregister liegt hier nicht vor.")
    page = page_of(make_checked(Verdict.ACCEPTED, (), (missing,), submission_id=None, received_at=None))
    assert "Das Auszahlungsregister liegt hier nicht vor." in page.text
    assert "Nach der Abgabe prüfen wir auch das." in page.text
    assert "noch nicht eingereicht" in page.text


@pytest.mark.parametrize(
    ("due_on", "said"),
    [
        (date(2027, 3, 31), "Die Frist endet am 31.03.2027."),
        (date(2027, 3, 29), "Die Frist ist am 29.03.2027 abgelaufen"),
        (None, "senden Sie sie erneut."),
    ],
)
def test_the_next_step_names_the_due_date(
    due_on: date | None,
    said: str,
    make_checked: Callable[..., Checked],
    make_finding: Callable[..., object],
    page_of: Callable[[Checked], object],
) -> None:
    assert said in page_of(make_checked(Verdict.RETURNED, [make_finding()], due_on=due_on)).text


# --- all of it, and nothing else -------------------------------------------------------------------------------------


def test_two_thousand_findings_are_all_on_a_page_of_less_than_a_megabyte(
    make_checked: Callable[..., Checked], make_finding: Callable[..., object], page_of: Callable[[Checked], object]
) -> None:
    severities = (Severity.ERROR, Severity.ERROR, Severity.WARNING, Severity.HINT)
    findings = [
        make_finding(
            message=f"Unter „Ausgaben“ (Zeile {number}) steht „ca. {number}“; erwartet wird eine ganze Zahl.",
            given=f"ca. {number}",
            expected="eine ganze Zahl",
            severity=severities[number % 4],
            sheet=f"{number % 11:02d} Blatt",
            cell=f"C{number}",
        )
        for number in range(1, 2001)
    ]
    checked = make_checked(Verdict.RETURNED, findings)
    page = page_of(checked)
    assert set(re.findall(r"Zelle (C[0-9]+)", page.text)) == {finding.cell for finding in findings}
    assert "1.000 Fehler" in page.text
    assert len(protocol_page(checked).encode()) < 1_000_000


def test_places_that_are_left_out_are_counted_and_the_full_list_is_named(
    make_checked: Callable[..., Checked], make_finding: Callable[..., object], page_of: Callable[[Checked], object]
) -> None:
    scattered = tuple(f"F{row}" for row in range(20, 2020, 2))
    page = page_of(make_checked(Verdict.RETURNED, [make_finding(also_at=scattered)]))
    assert "F218 und 900 weiteren Stellen; alle nennt die Datei 000012-pruefprotokoll.json." in page.text
    assert "1 Fehler an 1.001 Stellen" in page.text


def test_nothing_that_people_typed_becomes_part_of_the_page(
    make_checked: Callable[..., Checked], make_finding: Callable[..., object], page_of: Callable[[Checked], object]
) -> None:
    findings = [
        make_finding(
            sheet=HOSTILE,
            given=HOSTILE,
            expected=HOSTILE,
            message=HOSTILE,
            row_key=HOSTILE,
            also_at=(HOSTILE,),
            cell=cell,
        )
        for cell in ("A1", "A2")
    ]
    findings.append(make_finding(severity=Severity.WARNING, explained=HOSTILE, offered=HOSTILE))
    findings.append(make_finding(severity=Severity.WARNING, offered=HOSTILE))
    plain = make_checked(Verdict.RETURNED, [make_finding(), make_finding(severity=Severity.WARNING)])
    hostile = make_checked(Verdict.RETURNED, findings, file=HOSTILE, rules_version=HOSTILE, contact=HOSTILE)
    page = page_of(hostile)
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in page_of(plain).elements} | {"ul", "nav", "table"} | {
        "thead", "tbody", "tfoot", "tr", "th", "td"
    }  # fmt: skip
    assert not page.all("script")
    assert not page.all("img")
    assert "<script>alert(1)</script>" in page.text
    assert "{{ 7*7 }}" in page.text
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f]", protocol_page(hostile))


def test_the_name_of_a_body_cannot_end_the_style_sheet(
    make_checked: Callable[..., Checked], page_of: Callable[[Checked], object]
) -> None:
    usual = make_checked(Verdict.ACCEPTED)
    identity = usual.reading.identity
    assert identity is not None
    named = type(identity)("06431", '"; } </style> body { display: none } "', identity.kind, 2026, "2026")
    page = page_of(make_checked(Verdict.ACCEPTED, reading=Reading(named, no_cells())))
    assert "display: none }" not in page.style
    assert len(page.all("style")) == 1
    assert "body { display: none }" in page.text


def test_personal_data_in_an_explanation_are_masked(
    make_checked: Callable[..., Checked], make_finding: Callable[..., object], page_of: Callable[[Checked], object]
) -> None:
    explained = make_finding(
        severity=Severity.WARNING, explained="Rückfragen bitte an Frau Dr. Musterfrau, 06251 123456"
    )
    page = page_of(make_checked(Verdict.ACCEPTED_WITH_WARNINGS, [explained]))
    assert f"Ihre Erläuterung: {MASK}" in page.text
    assert "Musterfrau" not in page.text


def test_a_page_is_the_same_each_time(returned: Checked) -> None:
    assert protocol_page(returned) == protocol_page(returned)

"""Findings that concern several cells."""

from expectations.finding import Finding, Severity
from expectations.places import count
from flows.workbook.findings import also_at

STRAY = Finding("R-TEC-05", Severity.ERROR, "Außerhalb der Felder steht etwas.", "Bitte löschen Sie es.", cell="K1")


def test_few_further_cells_are_named_one_by_one() -> None:
    assert also_at(STRAY, ["K2", "K3", "K4"]).also_at == ("K2", "K3", "K4")


def test_of_many_further_cells_none_is_left_out() -> None:
    further = [f"{column}{row}" for row in range(2, 4000) for column in ("K", "L")]
    found = also_at(STRAY, further)
    assert found.also_at == ("K2:K3999", "L2:L3999")
    assert count(found.also_at) == len(further)

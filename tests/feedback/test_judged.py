"""Pages of reports that were really read and judged."""

from collections.abc import Callable
from pathlib import Path

import pytest

from expectations.finding import Verdict
from flows.demo import mishaps
from flows.desk import check_files
from flows.feedback import Checked

pytestmark = pytest.mark.slow
MISHAPS = (mishaps.lone_dash, mishaps.left_open, mishaps.numbers_as_text, mishaps.not_recorded_in_other_words)


def test_a_page_says_every_place_and_message_of_a_judgement(
    write_report: Callable[..., Path], page_of: Callable[[Checked], object]
) -> None:
    def spoil(report: object) -> object:
        for mishap in MISHAPS:
            report = mishap(report)  # type: ignore[arg-type]
        return report

    right, wrong = check_files(None, [write_report("06431"), write_report("06531", change=spoil)])
    assert right.judgement.verdict is Verdict.ACCEPTED
    assert "würde der Bericht angenommen" in page_of(right).text
    page = page_of(wrong)
    assert wrong.judgement.verdict is Verdict.RETURNED
    assert len(wrong.judgement.findings) > 5
    for finding in wrong.judgement.findings:
        assert " ".join(finding.message.split()) in page.text
        assert " ".join(finding.advice.split()) in page.text
        assert finding.code in page.text
        assert not finding.cell or f"Zelle {finding.cell}" in page.text

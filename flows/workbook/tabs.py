"""Which sheet of the file is which of the form, and what was done to them: renamed, moved, hidden."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from expectations.finding import Finding
from expectations.form import Form, Sheet
from expectations.markers import META_SHEET
from expectations.period import ReportKind
from expectations.rules import finding
from flows.workbook.grid import Grid
from flows.workbook.places import Located


def titles_of(form: Form, located: Mapping[str, Located], grids: Mapping[str, Grid]) -> dict[str, str]:
    """Sheet in the file → sheet of the form: where most of its fields are, else by its name, else by its title."""
    titles: dict[str, str] = {}
    for sheet in form.sheets:
        places = [place for section in sheet.sections for place in located[section.name].places.values()]
        where = Counter(place.sheet for place in places).most_common(1)
        name = where[0][0] if where else _without_fields(form, sheet, grids)
        if name in grids and name not in titles:
            titles[name] = sheet.title
    return titles


def _without_fields(form: Form, sheet: Sheet, grids: Mapping[str, Grid]) -> str:
    """The name of a sheet none of whose fields is there; the first sheet, which has none, bears the form's title."""
    if sheet.title in grids or sheet.sections:
        return sheet.title
    return next((name for name, grid in grids.items() if grid.value(1, 1) == form.title), sheet.title)


def tab_findings(form: Form, kind: ReportKind, titles: Mapping[str, str], grids: Sequence[Grid]) -> Iterator[Finding]:
    """Hints about sheets that were renamed, moved or hidden; all of them are read nevertheless.

    Args:
        form: the form.
        kind: sheets that this kind of report does not ask for are hidden by us.
        titles: sheet in the file → sheet of the form.
        grids: the file's sheets in their order.
    """
    asked = {sheet.title for sheet in form.sheets if sheet.is_asked(kind)}
    for grid in grids:
        title = titles.get(grid.name, grid.name)
        if title != grid.name:
            yield finding("R-TEC-21", given=grid.name, expected=title, sheet=grid.name, row_key=title)
        if grid.is_hidden and title in asked:
            yield finding("R-TEC-23", given=grid.name, sheet=grid.name, row_key=title)
    order = [titles[grid.name] for grid in grids if grid.name in titles]
    if order != [sheet.title for sheet in form.sheets if sheet.title in order]:
        yield finding("R-TEC-22")


def meta_finding(grids: Mapping[str, Grid]) -> Finding | None:
    """A hint where the hidden sheet with the printed values is gone."""
    return None if META_SHEET in grids else finding("R-TEC-25", given=META_SHEET)

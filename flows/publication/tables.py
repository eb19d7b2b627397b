"""The public tables of a release, read from its database: whatever is hidden ends here and goes no further."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from expectations.errors import StatedError

HIDDEN = "hidden"
"""The state of a figure that is not shown."""


class NotAReleaseError(StatedError):
    """A database was not built for a release."""


@dataclass(frozen=True)
class PublicTables:
    """Everything that is published of a release; nothing in it is hidden.

    Attributes:
        about: one row: name, released_on, business_at, is_demo, program_version, head_hash, unapproved, gap.
        figures: a row per figure; value, numerator and denominator are null where the state is not `ok` (among them
            `hidden`), numerator and denominator also where they alone would betray something.
        catalogue: the indicators with their definitions and notes, in the order of their ids.
        areas: a row per area and body in it, as of the newest period with figures.
        reporting: a row per body and period: due, received, how late.
        corrections: figures that were public in the release before and differ in this one.
        suppressed: how many cells of each group and period are hidden: for small counts, and never published at all.
            Small cells and those hidden beside them are counted together: whoever knew that a group holds none of one
            kind would know bounds of all that it hides.
    """

    about: pl.DataFrame
    figures: pl.DataFrame
    catalogue: pl.DataFrame
    areas: pl.DataFrame
    reporting: pl.DataFrame
    corrections: pl.DataFrame
    suppressed: pl.DataFrame


_ABOUT = """
SELECT name, released_on, business_at, is_demo, program_version, head_hash, unapproved, gap
FROM publication.about
"""
# A sum is its numerator: where the value is hidden, no flag can make the numerator public.
_FIGURES = """
SELECT
    indicator_id,
    area_kind,
    area_key,
    area,
    period,
    report_kind,
    breakdown,
    CASE WHEN suppression = '' THEN value END AS value,
    CASE WHEN is_numerator_public AND (suppression = '' OR denominator IS NOT NULL) THEN numerator END AS numerator,
    CASE WHEN is_denominator_public THEN denominator END AS denominator,
    unit,
    CASE WHEN suppression = '' THEN state ELSE 'hidden' END AS state,
    bodies_counted,
    bodies_due,
    denominator_note
FROM publication.cells
UNION ALL
-- What the release says of itself follows from its cells and is always shown.
SELECT
    figures.indicator_id,
    figures.area_kind,
    figures.area_key,
    figures.area,
    figures.period,
    figures.report_kind,
    figures.breakdown,
    figures.value,
    figures.numerator,
    figures.denominator,
    figures.unit,
    figures.state,
    figures.bodies_counted,
    figures.bodies_due,
    figures.denominator_note
FROM indicators.figures AS figures
INNER JOIN indicators.catalogue AS catalogue ON figures.indicator_id = catalogue.id
WHERE catalogue.basis = 'publication'
ORDER BY indicator_id, period, area_kind, area_key, breakdown
"""
_CATALOGUE = """
SELECT
    id, "group", name_de, name_en, question_de, definition, formula, unit, decimals, direction, protection, aggregation,
    breakdowns, notes, denominator_note
FROM indicators.catalogue
ORDER BY id
"""
_AREAS = """
WITH newest AS (
    SELECT period, closing_day
    FROM reference.periods
    WHERE has_figures
    ORDER BY closing_day DESC, months DESC
    LIMIT 1
)

SELECT
    areas.area_kind,
    areas.area_key,
    areas.area,
    areas.ags,
    municipalities.type,
    municipalities.regierungsbezirk,
    municipalities.short,
    municipalities.tile_column,
    municipalities.tile_row
FROM reference.areas AS areas
INNER JOIN newest ON areas.period = newest.period
INNER JOIN reference.municipalities AS municipalities
    ON
        areas.ags = municipalities.ags
        AND newest.closing_day BETWEEN municipalities.valid_from AND municipalities.valid_to
ORDER BY areas.area_kind, areas.area_key, areas.ags
"""
_REPORTING = """
SELECT
    obligations.ags,
    areas.area AS name,
    obligations.period,
    obligations.report_kind,
    obligations.due_on,
    obligations.extended_to,
    obligations.received_on,
    obligations.days_late,
    obligations.state
FROM intake.obligations AS obligations
INNER JOIN reference.areas AS areas
    ON obligations.period = areas.period AND obligations.ags = areas.area_key
INNER JOIN reference.periods AS periods ON obligations.period = periods.period
ORDER BY periods.closing_day, periods.months, obligations.ags
"""
_CORRECTIONS = """
SELECT release_before, indicator_id, area_key, area, period, breakdown, before, after, cause, cause_de
FROM publication.corrections
ORDER BY indicator_id, period, area_key, breakdown, cause
"""
_SUPPRESSED = """
SELECT suppressed."group", suppressed.period, suppressed.cells, suppressed."primary" + suppressed.secondary AS hidden,
    suppressed.policy
FROM publication.suppressed AS suppressed
INNER JOIN publication.about AS about ON suppressed.release = about.name
ORDER BY suppressed."group", suppressed.period
"""


def read_public(database: Path) -> PublicTables:
    """Read what may be published from a release's database.

    Raises:
        NotAReleaseError: the database was not built for a release.
    """
    try:
        with closing(duckdb.connect(str(database), read_only=True)) as connection:
            return PublicTables(
                about=connection.sql(_ABOUT).pl(),
                figures=connection.sql(_FIGURES).pl(),
                catalogue=connection.sql(_CATALOGUE).pl(),
                areas=connection.sql(_AREAS).pl(),
                reporting=connection.sql(_REPORTING).pl(),
                corrections=connection.sql(_CORRECTIONS).pl(),
                suppressed=connection.sql(_SUPPRESSED).pl(),
            )
    except duckdb.CatalogException as error:
        raise NotAReleaseError(f"{database} is no release's database: {error}") from error

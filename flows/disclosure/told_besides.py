"""What figures that are shown tell of a count besides: a least and a most, which the sum of an area narrows further.

Nobody protects money, and the form says how it hangs together: what the Land pays for posts is a part of what they
cost, and that is a part of all that a body spends; the Land's share in other things is public, too. And as zeros are
shown, everybody can count the languages in which there were assignments: at least so many are on offer.
"""

from collections.abc import Mapping
from typing import NamedTuple

import duckdb

_STAFF_COST = "PER-03"
_LANGUAGES = "DOL-04"
_OF_STAFF_COST = """
WITH periods AS (
    SELECT
        period,
        datediff('day', closing_day + INTERVAL 1 DAY - to_months(months), closing_day + INTERVAL 1 DAY) AS days
    FROM reference.periods
),

paid AS (
    SELECT
        period,
        ags,
        coalesce(sum(numerator) FILTER (WHERE breakdown = 'cost_type=Koordination'), 0) AS coordination_eur,
        coalesce(sum(numerator) FILTER (WHERE breakdown = 'cost_type=Mitarbeitsstelle'), 0) AS assistance_eur,
        coalesce(sum(numerator), 0) AS all_eur
    FROM indicators.body_values
    WHERE indicator_id = 'MIT-03' AND state = 'ok' AND starts_with(breakdown, 'cost_type=')
    GROUP BY period, ags
),

spent AS (
    SELECT
        period,
        ags,
        denominator AS spent_eur
    FROM indicators.body_values
    WHERE indicator_id = 'MIT-05' AND state = 'ok' AND breakdown = 'gesamt'
),

funded AS (
    SELECT
        period,
        ags,
        all_eur,
        unnest([
            {'breakdown': 'gesamt', 'eur': coordination_eur + assistance_eur},
            {'breakdown': 'function=WIR-Koordinationskraft', 'eur': coordination_eur},
            {'breakdown': 'function=WIR-Mitarbeitsstelle', 'eur': assistance_eur}
        ]) AS staff
    FROM paid
)

SELECT
    funded.staff.breakdown,
    funded.period,
    funded.ags,
    funded.staff.eur * periods.days AS least,
    (spent.spent_eur - funded.all_eur + funded.staff.eur) * periods.days AS most
FROM funded
INNER JOIN spent ON funded.period = spent.period AND funded.ags = spent.ags
INNER JOIN periods ON funded.period = periods.period
ORDER BY ALL
"""
_OF_LANGUAGES = """
SELECT
    'gesamt' AS breakdown,
    period,
    ags,
    count(*) AS least,
    'infinity'::DOUBLE AS most
FROM indicators.body_values
WHERE indicator_id = 'DOL-02' AND state = 'ok' AND starts_with(breakdown, 'language=') AND numerator > 0
GROUP BY period, ags
ORDER BY ALL
"""
_SELECTS: Mapping[str, str] = {_STAFF_COST: _OF_STAFF_COST, _LANGUAGES: _OF_LANGUAGES}


class Between(NamedTuple):
    """The least and the most that a count can be, as everybody knows."""

    least: float
    most: float


def read_between(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str, str, str], Between]:
    """Indicator, breakdown, period and body → between what its numerator lies; staff cost in euros times days."""
    return {
        (indicator, breakdown, period, ags): Between(float(least), float(most))
        for indicator, select in _SELECTS.items()
        for breakdown, period, ags, least, most in connection.execute(select).fetchall()
    }

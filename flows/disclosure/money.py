"""What public money tells of what employees cost.

Nobody protects money, and the form says how it hangs together: what the Land pays for posts is a part of what they
cost, and that is a part of all that a body spends; the Land's share in other things is public, too. So everybody knows
a least and a most, and the sum of an area narrows them further.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import duckdb

_STAFF_COST = "PER-03"
_BETWEEN = """
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


class Between(NamedTuple):
    """The least and the most that a count can be, as everybody knows."""

    least: float
    most: float


def read_between(connection: duckdb.DuckDBPyConnection) -> Mapping[tuple[str, str, str, str], Between]:
    """Indicator, breakdown, period and body → between what its numerator lies (euros times days, as PER-03 counts)."""
    return dict(_rows(connection))


def _rows(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[tuple[str, str, str, str], Between]]:
    for breakdown, period, ags, least, most in connection.execute(_BETWEEN).fetchall():
        yield (_STAFF_COST, breakdown, period, ags), Between(float(least), float(most))

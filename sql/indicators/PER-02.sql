-- id: PER-02
-- group: Personal
-- name_de: Besetzungsquote
-- name_en: Fill rate
-- question_de: Welcher Anteil der bewilligten Stellen war besetzt?
-- definition_de: Besetzter im Verhältnis zum bewilligten Umfang der Stellen im Zeitraum, auf den Tag genau
-- formula_de: Summe(Umfang besetzt × besetzte Tage) / Summe(Umfang bewilligt × bewilligte Tage) × 100, je im Zeitraum
-- unit: '%'
-- decimals: 1
-- direction: higher_better
-- protection: none
-- aggregation: ratio
-- scale: 100
-- basis: report
-- half_year: true
-- breakdowns: {function: Funktion}
-- note_de: >-
--   Eine Stelle zählt einmal, mit ihrer ersten Zeile, auch wenn mehrere Personen sie nacheinander besetzt haben. Sie
--   gilt vom ersten bis zum letzten Tag ihres Bescheids; fehlt der im Register, für den ganzen Zeitraum. Eine nie
--   besetzte Stelle steht mit dem besetzten Umfang 0 im Bericht.
-- denominator_note_de: Bewilligte Tage laut Bescheidregister, auf den Zeitraum begrenzt.
WITH occupancies AS (
    SELECT * FROM accepted.occupancies
),

grants AS (
    SELECT * FROM reference.grants
),

periods AS (
    SELECT * FROM reference.periods
),

grant_rows AS (
    SELECT
        periods.period,
        grants.ags,
        grants.grant_number,
        grants.row_key,
        grants.valid_from,
        grants.valid_to
    FROM grants
    INNER JOIN periods ON grants.budget_year BETWEEN year(periods.first_day) AND year(periods.closing_day)
),

grant_days AS (
    SELECT
        grant_rows.period,
        grant_rows.ags,
        grant_rows.grant_number,
        greatest(
            0,
            datediff(
                'day',
                greatest(min(grant_rows.valid_from), any_value(periods.first_day)),
                least(max(grant_rows.valid_to), any_value(periods.closing_day))
            ) + 1
        ) AS days_granted
    FROM grant_rows
    INNER JOIN periods ON grant_rows.period = periods.period
    GROUP BY grant_rows.period, grant_rows.ags, grant_rows.grant_number
)

SELECT
    occupancies.ags,
    occupancies.period,
    occupancies.submission_id,
    'posts' AS section,
    occupancies.row_key,
    unnest(['gesamt', 'function=' || occupancies.function]) AS breakdown,
    occupancies.fte_filled * occupancies.days_filled AS numerator,
    CASE
        WHEN occupancies.is_first_of_post
            THEN occupancies.fte_granted * coalesce(grant_days.days_granted, occupancies.days_of_period)
        ELSE 0
    END AS denominator
FROM occupancies
LEFT JOIN grant_days
    ON
        occupancies.period = grant_days.period
        AND occupancies.ags = grant_days.ags
        AND occupancies.grant = grant_days.grant_number
UNION ALL
-- The notices add nothing, but the days granted rest on them.
SELECT DISTINCT
    occupancies.ags,
    occupancies.period,
    occupancies.submission_id,
    'reference.grants' AS section,
    grant_rows.row_key,
    unnest(['gesamt', 'function=' || occupancies.function]) AS breakdown,
    0 AS numerator,
    0 AS denominator
FROM occupancies
INNER JOIN grant_rows
    ON
        occupancies.period = grant_rows.period
        AND occupancies.ags = grant_rows.ags
        AND occupancies.grant = grant_rows.grant_number

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
WITH posts AS (
    SELECT * FROM accepted.posts
),

empty_tables AS (
    SELECT * FROM accepted.empty_tables
    WHERE section = 'posts'
),

grants AS (
    SELECT * FROM reference.grants
),

periods AS (
    SELECT * FROM reference.periods
),

grant_validity AS (
    SELECT
        ags,
        grant_number,
        min(valid_from) AS valid_from,
        max(valid_to) AS valid_to
    FROM grants
    GROUP BY ags, grant_number
),

occupancies AS (
    SELECT
        posts.ags,
        posts.period,
        posts.submission_id,
        posts.row_key,
        posts.function,
        posts.fte_filled,
        posts.fte_granted,
        greatest(
            0,
            datediff(
                'day',
                greatest(posts.filled_from, periods.first_day),
                least(coalesce(posts.filled_to, periods.closing_day), periods.closing_day)
            ) + 1
        ) AS days_filled,
        greatest(
            0,
            datediff(
                'day',
                greatest(coalesce(grant_validity.valid_from, periods.first_day), periods.first_day),
                least(coalesce(grant_validity.valid_to, periods.closing_day), periods.closing_day)
            ) + 1
        ) AS days_granted,
        row_number() OVER (
            PARTITION BY posts.submission_id, posts.grant, posts.post_number
            ORDER BY posts.ordinal
        ) AS occupancy
    FROM posts
    INNER JOIN periods ON posts.period = periods.period
    LEFT JOIN grant_validity ON posts.ags = grant_validity.ags AND posts.grant = grant_validity.grant_number
)

SELECT
    ags,
    period,
    submission_id,
    'posts' AS section,
    row_key,
    unnest(['gesamt', 'function=' || function]) AS breakdown,
    fte_filled * days_filled AS numerator,
    CASE WHEN occupancy = 1 THEN fte_granted * days_granted ELSE 0 END AS denominator
FROM occupancies
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    section,
    '' AS row_key,
    'gesamt' AS breakdown,
    0 AS numerator,
    0 AS denominator
FROM empty_tables

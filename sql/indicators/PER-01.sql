-- id: PER-01
-- group: Personal
-- name_de: Besetzte geförderte Stellen (VZÄ)
-- name_en: Filled funded posts (FTE)
-- question_de: Wie viele geförderte Stellen waren im Durchschnitt besetzt?
-- definition_de: Besetzter Umfang der geförderten Stellen im Durchschnitt des Zeitraums, auf den Tag genau
-- formula_de: Summe(Umfang besetzt × besetzte Tage im Zeitraum / Tage des Zeitraums)
-- unit: FTE
-- decimals: 2
-- direction: higher_better
-- protection: none
-- aggregation: sum
-- basis: report
-- half_year: false
-- breakdowns: {function: Funktion}
-- note_de: Eine Besetzung zählt nur mit den Tagen, die im Zeitraum liegen; der letzte Tag zählt mit.
WITH posts AS (
    SELECT * FROM accepted.posts
),

empty_tables AS (
    SELECT * FROM accepted.empty_tables
    WHERE section = 'posts'
),

periods AS (
    SELECT * FROM reference.periods
),

occupancies AS (
    SELECT
        posts.ags,
        posts.period,
        posts.submission_id,
        posts.row_key,
        posts.function,
        posts.fte_filled,
        greatest(
            0,
            datediff(
                'day',
                greatest(posts.filled_from, periods.first_day),
                least(coalesce(posts.filled_to, periods.closing_day), periods.closing_day)
            ) + 1
        ) AS days_filled,
        datediff('day', periods.first_day, periods.closing_day) + 1 AS days_of_period
    FROM posts
    INNER JOIN periods ON posts.period = periods.period
)

SELECT
    ags,
    period,
    submission_id,
    'posts' AS section,
    row_key,
    unnest(['gesamt', 'function=' || function]) AS breakdown,
    cast(fte_filled * days_filled / days_of_period AS DECIMAL(28, 6)) AS numerator,
    NULL AS denominator
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
    NULL AS denominator
FROM empty_tables

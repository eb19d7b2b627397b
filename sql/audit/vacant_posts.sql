-- comment: Welche geförderten Stellen waren unbesetzt, und wo länger, als ohne Erläuterung hinzunehmen ist?
-- kind: question
-- columns:
--   period: Berichtszeitraum
--   ags: Kommune
--   municipality: Name der Kommune
--   post_number: Stellennummer
--   function: Funktion
--   fte_granted: Umfang bewilligt (VZÄ)
--   days_vacant: Unbesetzte Tage im Zeitraum
--   months_vacant: Unbesetzte Monate im Zeitraum
--   months_allowed: Zahl der Monate, ab der eine Vakanz zu erläutern ist (Parameter vacancy_months_max)
--   is_too_long: Ob sie überschritten ist
WITH occupancies AS (
    SELECT * FROM accepted.occupancies
),

submissions AS (
    SELECT * FROM intake.submissions
    WHERE in_force
),

periods AS (
    SELECT * FROM reference.periods
),

longest AS (
    SELECT * FROM reference.parameters_of_period
    WHERE name = 'vacancy_months_max'
),

municipalities AS (
    SELECT * FROM reference.areas
    WHERE area_kind = 'body'
),

posts AS (
    SELECT
        occupancies.ags,
        occupancies.period,
        occupancies.post_number,
        any_value(occupancies.function) AS function,
        max(occupancies.fte_granted) AS fte_granted,
        any_value(occupancies.days_of_period) AS days_of_period,
        greatest(
            0,
            any_value(occupancies.days_of_period)
            - coalesce(sum(occupancies.days_filled) FILTER (WHERE occupancies.fte_filled > 0), 0)
        ) AS days_vacant
    FROM occupancies
    INNER JOIN submissions ON occupancies.submission_id = submissions.submission_id
    GROUP BY occupancies.ags, occupancies.period, occupancies.grant, occupancies.post_number
),

measured AS (
    SELECT
        posts.*,
        cast(round(cast(periods.months * posts.days_vacant AS DOUBLE) / posts.days_of_period, 1) AS DECIMAL(10, 1))
            AS months_vacant
    FROM posts
    INNER JOIN periods ON posts.period = periods.period
)

SELECT
    measured.period,
    measured.ags,
    municipalities.area AS municipality,
    measured.post_number,
    measured.function,
    measured.fte_granted,
    measured.days_vacant,
    measured.months_vacant,
    longest.number AS months_allowed,
    measured.months_vacant > longest.number AS is_too_long
FROM measured
INNER JOIN municipalities ON measured.period = municipalities.period AND measured.ags = municipalities.ags
LEFT JOIN longest ON measured.period = longest.period
WHERE measured.days_vacant > 0
ORDER BY measured.months_vacant DESC, measured.period ASC, measured.ags ASC, measured.post_number ASC

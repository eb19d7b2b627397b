-- Einsätze nach Sprachen gegen Einsätze nach Feld und Form, wo beide vollständig erfasst sind.
WITH by_language AS (
    SELECT
        submission_id,
        CASE WHEN count(*) = count(assignments) THEN sum(assignments) END AS assignments
    FROM languages
    GROUP BY submission_id
    UNION ALL
    SELECT
        submission_id,
        0 AS assignments
    FROM empty_tables
    WHERE section = 'languages'
),

by_field AS (
    SELECT
        submission_id,
        CASE
            WHEN count(*) = count(on_site + telephone + video) THEN sum(on_site + telephone + video)
        END AS assignments
    FROM assignments
    GROUP BY submission_id
)

SELECT
    by_language.submission_id,
    '' AS row_key,
    by_language.assignments AS given,
    by_field.assignments AS expected
FROM by_language
INNER JOIN by_field ON by_language.submission_id = by_field.submission_id

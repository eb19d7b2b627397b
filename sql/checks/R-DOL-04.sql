-- Einsätze nach Sprachen gegen Einsätze nach Feld und Form, wo eine der beiden Tabellen nicht vollständig erfasst ist:
-- Verglichen wird, was erfasst ist. Vollständige Tabellen vergleicht R-DOL-07.
WITH by_language AS (
    SELECT
        submission_id,
        sum(assignments) AS assignments,
        count(*) = count(assignments) AS is_complete
    FROM languages
    GROUP BY submission_id
    UNION ALL
    SELECT
        submission_id,
        0 AS assignments,
        TRUE AS is_complete
    FROM empty_tables
    WHERE section = 'languages'
),

by_field AS (
    SELECT
        submission_id,
        sum(coalesce(on_site, 0) + coalesce(telephone, 0) + coalesce(video, 0)) AS assignments,
        count(*) = count(on_site + telephone + video) AS is_complete
    FROM assignments
    GROUP BY submission_id
)

SELECT
    by_language.submission_id,
    '' AS row_key,
    by_language.assignments AS given,
    CASE WHEN NOT (by_language.is_complete AND by_field.is_complete) THEN by_field.assignments END AS expected
FROM by_language
INNER JOIN by_field ON by_language.submission_id = by_field.submission_id

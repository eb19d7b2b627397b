-- Sprachen des Pools gegen die Mindestzahl, wo Landesmittel verwendet werden. Eine leere Tabelle zählt als 0.
WITH pool AS (
    SELECT
        submission_id,
        count(DISTINCT language) FILTER (WHERE persons > 0) AS languages
    FROM languages
    GROUP BY submission_id
    UNION ALL
    SELECT
        submission_id,
        0 AS languages
    FROM empty_tables
    WHERE section = 'languages'
)

SELECT
    interpreters.submission_id,
    '' AS row_key,
    pool.languages AS given,
    CASE WHEN interpreters.state_funds_eur > 0 THEN parameters.number END AS expected
FROM interpreters
INNER JOIN submissions ON interpreters.submission_id = submissions.submission_id
INNER JOIN pool ON interpreters.submission_id = pool.submission_id
LEFT JOIN reference.parameters
    ON
        parameters.name = 'interpreter_pool_min_languages'
        AND submissions.closing_day BETWEEN parameters.valid_from AND parameters.valid_to

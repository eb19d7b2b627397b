-- Größe des Pools gegen die Mindestzahl an Personen, wo Landesmittel verwendet werden.
SELECT
    interpreters.submission_id,
    interpreters.row_key,
    interpreters.pool_persons AS given,
    CASE WHEN interpreters.state_funds_eur > 0 THEN parameters.number END AS expected
FROM interpreters
INNER JOIN submissions ON interpreters.submission_id = submissions.submission_id
LEFT JOIN reference.parameters
    ON
        parameters.name = 'interpreter_pool_min_persons'
        AND submissions.closing_day BETWEEN parameters.valid_from AND parameters.valid_to

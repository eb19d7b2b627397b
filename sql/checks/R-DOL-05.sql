-- Jede Sprache steht in einer Zeile.
SELECT
    submission_id,
    row_key,
    row_number() OVER (PARTITION BY submission_id, language ORDER BY ordinal) AS given,
    1 AS expected,
    language
FROM languages
WHERE language IS NOT NULL

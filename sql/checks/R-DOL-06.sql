-- Personen je Sprache gegen die Personen im Pool.
SELECT
    languages.submission_id,
    languages.row_key,
    languages.persons AS given,
    interpreters.pool_persons AS expected
FROM languages
INNER JOIN interpreters ON languages.submission_id = interpreters.submission_id

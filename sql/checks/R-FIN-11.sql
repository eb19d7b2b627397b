-- Landesmittel der Zeile „Laiendolmetschen Einsatz“ gegen die Landesmittel für Einsätze der Laiendolmetschenden.
WITH line AS (
    SELECT
        submission_id,
        min_by(row_key, ordinal) AS row_key,
        CASE WHEN count(*) = count(state_funds_eur) THEN sum(state_funds_eur) END AS state_funds_eur
    FROM finances
    WHERE cost_type = 'Laiendolmetschen Einsatz'
    GROUP BY submission_id
)

SELECT
    line.submission_id,
    line.row_key,
    line.state_funds_eur AS given,
    interpreters.state_funds_eur AS expected
FROM line
INNER JOIN interpreters ON line.submission_id = interpreters.submission_id

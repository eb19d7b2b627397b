-- Landesmittel der Zeile „Laiendolmetschen Qualifizierung“ gegen die Summe der Kurse. Eine leere Tabelle zählt als 0.
WITH line AS (
    SELECT
        submission_id,
        min_by(row_key, ordinal) AS row_key,
        CASE WHEN count(*) = count(state_funds_eur) THEN sum(state_funds_eur) END AS state_funds_eur
    FROM finances
    WHERE cost_type = 'Laiendolmetschen Qualifizierung'
    GROUP BY submission_id
),

details AS (
    SELECT
        submission_id,
        CASE WHEN count(*) = count(state_funds_eur) THEN sum(state_funds_eur) END AS state_funds_eur
    FROM interpreter_training
    GROUP BY submission_id
    UNION ALL
    SELECT
        submission_id,
        0 AS state_funds_eur
    FROM empty_tables
    WHERE section = 'interpreter_training'
)

SELECT
    line.submission_id,
    line.row_key,
    line.state_funds_eur AS given,
    details.state_funds_eur AS expected
FROM line
INNER JOIN details ON line.submission_id = details.submission_id

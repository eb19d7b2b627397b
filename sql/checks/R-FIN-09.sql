-- Landesmittel der Zeile „Lotsen Qualifizierung“ gegen die Summe der Kurse. Eine leere Tabelle zählt als 0.
WITH details AS (
    SELECT
        submission_id,
        CASE WHEN count(*) = count(state_funds_eur) THEN sum(state_funds_eur) END AS state_funds_eur
    FROM guide_training
    GROUP BY submission_id
    UNION ALL
    SELECT
        submission_id,
        0 AS state_funds_eur
    FROM empty_tables
    WHERE section = 'guide_training'
)

SELECT
    cost_lines.submission_id,
    cost_lines.row_key,
    cost_lines.state_funds_eur AS given,
    details.state_funds_eur AS expected
FROM cost_lines
INNER JOIN details ON cost_lines.submission_id = details.submission_id
WHERE cost_lines.cost_type = 'Lotsen Qualifizierung'

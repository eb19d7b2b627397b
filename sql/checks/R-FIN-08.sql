-- Landesmittel der Zeile „Lotsen Einsatz“ gegen die Landesmittel der Integrationslotsinnen und -lotsen.
WITH line AS (
    SELECT
        submission_id,
        min_by(row_key, ordinal) AS row_key,
        CASE WHEN count(*) = count(state_funds_eur) THEN sum(state_funds_eur) END AS state_funds_eur
    FROM finances
    WHERE cost_type = 'Lotsen Einsatz'
    GROUP BY submission_id
)

SELECT
    line.submission_id,
    line.row_key,
    line.state_funds_eur AS given,
    guides.state_funds_eur AS expected
FROM line
INNER JOIN guides ON line.submission_id = guides.submission_id AND guides.guide_type = 'Integration'

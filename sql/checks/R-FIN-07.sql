-- Landesmittel der Zeile „Mikroprojekte“ gegen die im Zeitraum für Mikroprojekte weitergeleiteten Beträge abzüglich der
-- Rückforderungen. Eine leere Rückforderung heißt: nichts zurückgefordert; eine leere Tabelle zählt als 0.
WITH projects AS (
    SELECT
        forwarded_funds.submission_id,
        forwarded_funds.purpose,
        forwarded_funds.amount_eur - CASE
            WHEN forwarded_funds.reclaimed_eur_state = 'blank' THEN 0 ELSE forwarded_funds.reclaimed_eur
        END AS net_eur,
        year(forwarded_funds.forwarded_on) BETWEEN year(submissions.first_day) AND submissions.year AS in_period
    FROM forwarded_funds
    INNER JOIN submissions ON forwarded_funds.submission_id = submissions.submission_id
),

details AS (
    SELECT
        submission_id,
        CASE
            WHEN count(*) = count(CASE WHEN purpose IS NOT NULL AND in_period IS NOT NULL THEN net_eur END)
                THEN coalesce(sum(net_eur) FILTER (WHERE purpose = 'Mikroprojekt' AND in_period), 0)
        END AS forwarded_eur
    FROM projects
    GROUP BY submission_id
    UNION ALL
    SELECT
        submission_id,
        0 AS forwarded_eur
    FROM empty_tables
    WHERE section = 'forwarded_funds'
)

SELECT
    cost_lines.submission_id,
    cost_lines.row_key,
    cost_lines.state_funds_eur AS given,
    details.forwarded_eur AS expected
FROM cost_lines
INNER JOIN details ON cost_lines.submission_id = details.submission_id
WHERE cost_lines.cost_type = 'Mikroprojekte'

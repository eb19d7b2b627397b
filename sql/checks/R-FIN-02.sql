-- Verwendete Landesmittel je Bescheid gegen die Bewilligung dieses Bescheids für das Haushaltsjahr, im Schlussbericht
-- für alle: nach dem Zuwendungsregister, wo es vorliegt, sonst wie im Bogen vorgedruckt.
WITH register AS (
    SELECT
        submissions.submission_id,
        grants.grant_number,
        sum(grants.granted_eur) AS granted_eur
    FROM submissions
    INNER JOIN reference.grants
        ON
            submissions.ags = grants.ags
            AND grants.budget_year BETWEEN year(submissions.first_day) AND submissions.year
    GROUP BY submissions.submission_id, grants.grant_number
),

used AS (
    SELECT
        submission_id,
        "grant",
        min_by(row_key, ordinal) AS row_key,
        CASE WHEN count(*) = count(state_funds_eur) THEN sum(state_funds_eur) END AS state_funds_eur,
        CASE WHEN count(*) = count(granted_eur) THEN sum(granted_eur) END AS printed_eur
    FROM finances
    WHERE "grant" IS NOT NULL
    GROUP BY submission_id, "grant"
)

SELECT
    used.submission_id,
    used.row_key,
    used.state_funds_eur AS given,
    coalesce(register.granted_eur, used.printed_eur) AS expected,
    used."grant" AS grant_number,
    replace(submissions.period, '-', ' bis ') AS years
FROM used
INNER JOIN submissions ON used.submission_id = submissions.submission_id
LEFT JOIN register ON used.submission_id = register.submission_id AND used."grant" = register.grant_number

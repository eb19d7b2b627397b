-- Nicht verbrauchte Landesmittel je Bescheid im Haushaltsjahr, im Schlussbericht in allen: ausgezahlt abzüglich
-- verwendet abzüglich zurückgezahlt. Ein Rest ist ein Prüffall, noch keine Rückforderung.
WITH used AS (
    SELECT
        submission_id,
        "grant" AS grant_number,
        min_by(row_key, ordinal) AS row_key,
        CASE WHEN count(*) = count(state_funds_eur) THEN sum(state_funds_eur) END AS used_eur
    FROM finances
    WHERE "grant" IS NOT NULL
    GROUP BY submission_id, "grant"
),

drawn AS (
    SELECT
        drawdowns.submission_id,
        drawdowns."grant" AS grant_number,
        CASE WHEN count(*) = count(drawdowns.amount_eur) THEN sum(drawdowns.amount_eur) END AS amount_eur
    FROM drawdowns
    INNER JOIN submissions ON drawdowns.submission_id = submissions.submission_id
    WHERE drawdowns.budget_year BETWEEN year(submissions.first_day) AND submissions.year
    GROUP BY drawdowns.submission_id, drawdowns."grant"
),

repaid AS (
    SELECT
        repayments.submission_id,
        repayments."grant" AS grant_number,
        CASE WHEN count(*) = count(repayments.amount_eur) THEN sum(repayments.amount_eur) END AS amount_eur
    FROM repayments
    INNER JOIN submissions ON repayments.submission_id = submissions.submission_id
    WHERE repayments.budget_year BETWEEN year(submissions.first_day) AND submissions.year
    GROUP BY repayments.submission_id, repayments."grant"
),

sums AS (
    SELECT
        used.submission_id,
        used.row_key,
        used.grant_number,
        replace(submissions.period, '-', ' bis ') AS years,
        used.used_eur,
        CASE WHEN drawn.submission_id IS NULL THEN 0 ELSE drawn.amount_eur END AS drawn_eur,
        CASE WHEN repaid.submission_id IS NULL THEN 0 ELSE repaid.amount_eur END AS repaid_eur
    FROM used
    INNER JOIN submissions ON used.submission_id = submissions.submission_id
    LEFT JOIN drawn ON used.submission_id = drawn.submission_id AND used.grant_number = drawn.grant_number
    LEFT JOIN repaid ON used.submission_id = repaid.submission_id AND used.grant_number = repaid.grant_number
)

SELECT
    submission_id,
    row_key,
    drawn_eur - used_eur - repaid_eur AS given,
    0 AS expected,
    grant_number,
    years,
    drawn_eur,
    used_eur,
    repaid_eur
FROM sums

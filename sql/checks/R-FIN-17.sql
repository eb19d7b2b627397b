-- Nicht verbrauchte Landesmittel je Bescheid im Haushaltsjahr: ausgezahlt abzüglich verwendet abzüglich zurückgezahlt.
-- Ein Rest ist ein Prüffall, noch keine Rückforderung.
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
        submission_id,
        "grant" AS grant_number,
        budget_year,
        CASE WHEN count(*) = count(amount_eur) THEN sum(amount_eur) END AS amount_eur
    FROM drawdowns
    GROUP BY submission_id, "grant", budget_year
),

repaid AS (
    SELECT
        submission_id,
        "grant" AS grant_number,
        budget_year,
        CASE WHEN count(*) = count(amount_eur) THEN sum(amount_eur) END AS amount_eur
    FROM repayments
    GROUP BY submission_id, "grant", budget_year
),

sums AS (
    SELECT
        used.submission_id,
        used.row_key,
        used.grant_number,
        submissions.year AS budget_year,
        used.used_eur,
        CASE WHEN drawn.submission_id IS NULL THEN 0 ELSE drawn.amount_eur END AS drawn_eur,
        CASE WHEN repaid.submission_id IS NULL THEN 0 ELSE repaid.amount_eur END AS repaid_eur
    FROM used
    INNER JOIN submissions ON used.submission_id = submissions.submission_id
    LEFT JOIN drawn
        ON
            used.submission_id = drawn.submission_id
            AND used.grant_number = drawn.grant_number
            AND submissions.year = drawn.budget_year
    LEFT JOIN repaid
        ON
            used.submission_id = repaid.submission_id
            AND used.grant_number = repaid.grant_number
            AND submissions.year = repaid.budget_year
)

SELECT
    submission_id,
    row_key,
    drawn_eur - used_eur - repaid_eur AS given,
    0 AS expected,
    grant_number,
    budget_year,
    drawn_eur,
    used_eur,
    repaid_eur
FROM sums

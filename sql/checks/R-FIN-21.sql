-- Schlussbericht: Summen aller Jahre je Bescheid gegen die angenommenen Jahresberichte. Verglichen wird erst, wenn alle
-- Jahresberichte der Förderung angenommen sind (sonst meldet es R-VOR-05).
WITH years AS (
    SELECT
        submissions.submission_id,
        before.submission_id AS of_year
    FROM submissions
    INNER JOIN history.cover AS before
        ON
            submissions.ags = before.ags
            AND try_cast(before.period AS INTEGER) BETWEEN year(submissions.first_day) AND submissions.year
    QUALIFY
        count(*) OVER (PARTITION BY submissions.submission_id) = submissions.year - year(submissions.first_day) + 1
),

used AS (
    SELECT
        years.submission_id,
        before."grant" AS grant_number,
        sum(before.expenditure_eur) AS expenditure_eur,
        sum(before.state_funds_eur) AS state_funds_eur
    FROM years
    INNER JOIN history.finances AS before ON years.of_year = before.submission_id
    GROUP BY years.submission_id, before."grant"
),

repaid AS (
    SELECT
        years.submission_id,
        before."grant" AS grant_number,
        sum(before.amount_eur) AS repaid_eur
    FROM years
    INNER JOIN history.repayments AS before ON years.of_year = before.submission_id
    GROUP BY years.submission_id, before."grant"
),

totals AS (
    SELECT
        final_finances.submission_id,
        final_finances.row_key,
        final_finances."grant" AS grant_number,
        unnest(['expenditure_total_eur', 'state_funds_total_eur', 'repaid_total_eur']) AS name,
        unnest([
            final_finances.expenditure_total_eur,
            final_finances.state_funds_total_eur,
            final_finances.repaid_total_eur
        ]) AS total_eur,
        unnest([
            coalesce(used.expenditure_eur, 0), coalesce(used.state_funds_eur, 0), coalesce(repaid.repaid_eur, 0)
        ]) AS years_eur
    FROM final_finances
    LEFT JOIN used
        ON final_finances.submission_id = used.submission_id AND final_finances."grant" = used.grant_number
    LEFT JOIN repaid
        ON final_finances.submission_id = repaid.submission_id AND final_finances."grant" = repaid.grant_number
    WHERE final_finances.submission_id IN (SELECT years.submission_id FROM years)
)

SELECT
    submission_id,
    row_key,
    'final_finances.' || name AS field,
    total_eur AS given,
    years_eur AS expected,
    grant_number
FROM totals

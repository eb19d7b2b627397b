-- comment: >-
--   Wo ist mehr ausgezahlt als verwendet und zurückgezahlt, je Bescheid und Haushaltsjahr? Ein Prüffall, keine
--   Forderung
-- kind: question
WITH paid AS (
    SELECT
        ags,
        grant_number,
        budget_year,
        sum(amount_eur) AS paid_eur
    FROM reference.drawdowns
    GROUP BY ags, grant_number, budget_year
),

used AS (
    SELECT
        finances.ags,
        finances.grant AS grant_number,
        submissions.year AS budget_year,
        sum(finances.state_funds_eur) AS used_eur
    FROM reports.finances AS finances
    INNER JOIN intake.submissions AS submissions ON finances.submission_id = submissions.submission_id
    WHERE submissions.report_kind = 'Jahresbericht'
    GROUP BY finances.ags, finances.grant, submissions.year
),

repaid AS (
    SELECT
        repayments.ags,
        repayments.grant AS grant_number,
        repayments.budget_year,
        sum(repayments.amount_eur) AS repaid_eur
    FROM reports.repayments AS repayments
    INNER JOIN intake.submissions AS submissions ON repayments.submission_id = submissions.submission_id
    WHERE submissions.report_kind = 'Jahresbericht'
    GROUP BY repayments.ags, repayments.grant, repayments.budget_year
)

SELECT
    paid.ags,
    paid.grant_number,
    paid.budget_year,
    paid.paid_eur,
    used.used_eur,
    coalesce(repaid.repaid_eur, 0) AS repaid_eur,
    paid.paid_eur - used.used_eur - coalesce(repaid.repaid_eur, 0) AS difference_eur
FROM paid
INNER JOIN used
    ON
        paid.ags = used.ags
        AND paid.grant_number = used.grant_number
        AND paid.budget_year = used.budget_year
LEFT JOIN repaid
    ON
        paid.ags = repaid.ags
        AND paid.grant_number = repaid.grant_number
        AND paid.budget_year = repaid.budget_year
WHERE paid.paid_eur > used.used_eur + coalesce(repaid.repaid_eur, 0)
ORDER BY difference_eur DESC, paid.ags ASC, paid.grant_number ASC

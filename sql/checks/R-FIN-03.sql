-- Landesmittel stehen nur in Zeilen, deren Kostenart der Bescheid im Haushaltsjahr (im Schlussbericht in einem davon)
-- nach dem Register vorsieht. Bescheide, die das Register nicht kennt, meldet R-COV-03.
WITH notices AS (
    SELECT DISTINCT grant_number
    FROM reference.grants
)

SELECT
    finances.submission_id,
    finances.row_key,
    any_value(finances.state_funds_eur) AS given,
    CASE WHEN count(grants.cost_type) > 0 THEN any_value(finances.state_funds_eur) ELSE 0 END AS expected,
    notices.grant_number,
    replace(submissions.period, '-', ' bis ') AS years
FROM finances
INNER JOIN submissions ON finances.submission_id = submissions.submission_id
INNER JOIN notices ON finances."grant" = notices.grant_number
LEFT JOIN reference.grants
    ON
        notices.grant_number = grants.grant_number
        AND finances.cost_type = grants.cost_type
        AND grants.budget_year BETWEEN year(submissions.first_day) AND submissions.year
GROUP BY finances.submission_id, finances.row_key, notices.grant_number, submissions.period

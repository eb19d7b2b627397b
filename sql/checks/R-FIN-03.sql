-- Landesmittel stehen nur in Zeilen, deren Kostenart der Bescheid im Haushaltsjahr nach dem Register vorsieht.
SELECT
    finances.submission_id,
    finances.row_key,
    any_value(finances.state_funds_eur) AS given,
    CASE WHEN count(grants.grant_number) > 0 THEN any_value(finances.state_funds_eur) ELSE 0 END AS expected,
    finances."grant" AS grant_number,
    submissions.year AS budget_year
FROM finances
INNER JOIN submissions ON finances.submission_id = submissions.submission_id
LEFT JOIN reference.grants
    ON
        finances."grant" = grants.grant_number
        AND finances.cost_type = grants.cost_type
        AND submissions.year = grants.budget_year
WHERE finances."grant" IS NOT NULL
GROUP BY finances.submission_id, finances.row_key, finances."grant", submissions.year

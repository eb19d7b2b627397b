-- Vorgedruckte Bewilligung jeder Zeile gegen das heutige Zuwendungsregister: seit der Ausgabe des Bogens geändert?
WITH register AS (
    SELECT
        grant_number,
        cost_type,
        budget_year,
        sum(granted_eur) AS granted_eur
    FROM reference.grants
    GROUP BY grant_number, cost_type, budget_year
)

SELECT
    finances.submission_id,
    finances.row_key,
    finances.granted_eur AS given,
    register.granted_eur AS expected
FROM finances
INNER JOIN submissions ON finances.submission_id = submissions.submission_id
LEFT JOIN register
    ON
        finances."grant" = register.grant_number
        AND finances.cost_type = register.cost_type
        AND submissions.year = register.budget_year

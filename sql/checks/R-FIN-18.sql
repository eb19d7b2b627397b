-- Vorgedruckte Bewilligung jeder Zeile gegen das heutige Zuwendungsregister: seit der Ausgabe des Bogens geändert?
WITH register AS (
    SELECT
        submissions.submission_id,
        grants.grant_number,
        grants.cost_type,
        sum(grants.granted_eur) AS granted_eur,
        max(grants.amended_on) AS amended_on
    FROM submissions
    INNER JOIN reference.grants
        ON
            submissions.ags = grants.ags
            AND grants.budget_year BETWEEN year(submissions.first_day) AND submissions.year
    GROUP BY submissions.submission_id, grants.grant_number, grants.cost_type
)

SELECT
    finances.submission_id,
    finances.row_key,
    finances.granted_eur AS given,
    register.granted_eur AS expected,
    coalesce(', geändert am ' || strftime(register.amended_on, '%d.%m.%Y'), '') AS amended
FROM finances
LEFT JOIN register
    ON
        finances.submission_id = register.submission_id
        AND finances."grant" = register.grant_number
        AND finances.cost_type = register.cost_type

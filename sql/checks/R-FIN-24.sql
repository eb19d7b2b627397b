-- Schlussbericht: vorgedruckte Bewilligung aller Haushaltsjahre je Bescheid gegen das heutige Zuwendungsregister.
WITH register AS (
    SELECT
        grant_number,
        sum(granted_eur) AS granted_eur,
        max(amended_on) AS amended_on
    FROM reference.grants
    GROUP BY grant_number
)

SELECT
    final_finances.submission_id,
    final_finances.row_key,
    final_finances.granted_total_eur AS given,
    register.granted_eur AS expected,
    register.grant_number,
    coalesce(', geändert am ' || strftime(register.amended_on, '%d.%m.%Y'), '') AS amended
FROM final_finances
INNER JOIN register ON final_finances."grant" = register.grant_number

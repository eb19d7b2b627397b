-- Schlussbericht: verwendete Landesmittel aller Jahre je Bescheid gegen die Bewilligung aller Haushaltsjahre, nach dem
-- Zuwendungsregister, wo es vorliegt, sonst wie im Bogen vorgedruckt.
WITH register AS (
    SELECT
        grant_number,
        sum(granted_eur) AS granted_eur
    FROM reference.grants
    GROUP BY grant_number
)

SELECT
    final_finances.submission_id,
    final_finances.row_key,
    final_finances.state_funds_total_eur AS given,
    coalesce(register.granted_eur, final_finances.granted_total_eur) AS expected,
    final_finances."grant" AS grant_number
FROM final_finances
LEFT JOIN register ON final_finances."grant" = register.grant_number

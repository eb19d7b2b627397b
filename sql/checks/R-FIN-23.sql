-- Schlussbericht: Summen aller Jahre je Bescheid gegen die Zeilen der Kostenarten dieses Bescheids, die dort ebenfalls
-- die ganze Förderung umfassen.
WITH lines AS (
    SELECT
        submission_id,
        "grant" AS grant_number,
        CASE WHEN count(*) = count(expenditure_eur) THEN sum(expenditure_eur) END AS expenditure_eur,
        CASE WHEN count(*) = count(state_funds_eur) THEN sum(state_funds_eur) END AS state_funds_eur
    FROM finances
    GROUP BY submission_id, "grant"
)

SELECT
    final_finances.submission_id,
    final_finances.row_key,
    'final_finances.' || unnest(['expenditure_total_eur', 'state_funds_total_eur']) AS field,
    unnest([final_finances.expenditure_total_eur, final_finances.state_funds_total_eur]) AS given,
    unnest([lines.expenditure_eur, lines.state_funds_eur]) AS expected,
    lines.grant_number
FROM final_finances
INNER JOIN lines
    ON final_finances.submission_id = lines.submission_id AND final_finances."grant" = lines.grant_number

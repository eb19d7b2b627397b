-- Zwischenschritt: die Landesmittel einer Kostenart in einem Bericht, über alle Bescheide; fehlt eine Angabe, so ist
-- die Summe unbekannt.
SELECT
    submission_id,
    cost_type,
    min_by(row_key, ordinal) AS row_key,
    CASE WHEN count(*) = count(state_funds_eur) THEN sum(state_funds_eur) END AS state_funds_eur
FROM finances
GROUP BY submission_id, cost_type

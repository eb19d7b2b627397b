-- Gemeldete Verwendung von WIR-Landesmitteln in geltenden Berichten:
-- je Kommune, Zeitraum und Zeile der Finanzübersicht (Kostenart und Bescheid)
SELECT
    NULL AS indicator_id,
    finances.ags AS area_key,
    finances.period,
    NULL AS breakdown,
    finances.submission_id,
    'finances' AS section,
    finances.row_key,
    finances.state_funds_eur AS amount_eur,
    concat_ws('|', finances.ags, finances.period, finances.row_key) AS item
FROM reports.finances AS finances
ORDER BY item

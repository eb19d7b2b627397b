-- Weitergeleitete Mittel in geltenden Berichten: je Kommune, Zeitraum und Vorhaben
SELECT
    NULL AS indicator_id,
    forwarded_funds.ags AS area_key,
    forwarded_funds.period,
    NULL AS breakdown,
    forwarded_funds.submission_id,
    'forwarded_funds' AS section,
    forwarded_funds.row_key,
    forwarded_funds.amount_eur,
    concat_ws('|', forwarded_funds.ags, forwarded_funds.period, forwarded_funds.row_key) AS item
FROM reports.forwarded_funds AS forwarded_funds
ORDER BY item

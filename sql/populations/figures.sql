-- Alle Kennzahlen, die einen Wert haben: je Kennzahl, Gebiet, Zeitraum und Gliederung
SELECT
    figures.indicator_id,
    figures.area_key,
    figures.period,
    figures.breakdown,
    NULL AS submission_id,
    NULL AS section,
    NULL AS row_key,
    NULL AS amount_eur,
    concat_ws('|', figures.indicator_id, figures.area_key, figures.period, figures.breakdown) AS item
FROM indicators.figures AS figures
WHERE figures.state = 'ok'
ORDER BY item

-- Auszahlungen des Landes laut Auszahlungsregister: je Auszahlung; der Zeitraum ist das Haushaltsjahr
SELECT
    NULL AS indicator_id,
    drawdowns.ags AS area_key,
    drawdowns.budget_year::VARCHAR AS period,
    NULL AS breakdown,
    NULL AS submission_id,
    'reference.drawdowns' AS section,
    drawdowns.row_key,
    drawdowns.amount_eur,
    concat_ws('|', drawdowns.ags, drawdowns.budget_year, drawdowns.drawdown_number) AS item
FROM reference.drawdowns AS drawdowns
ORDER BY item

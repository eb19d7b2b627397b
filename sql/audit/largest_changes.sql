-- comment: >-
--   Welche Werte von Kommunen haben sich gegenüber dem Vorjahr am stärksten verändert? Die hundert größten
--   Veränderungen in Prozent, bei Anteilen in Prozentpunkten; was im Vorjahr 0 war, steht ohne Prozente am Ende
-- kind: question
-- columns:
--   period: Berichtszeitraum
--   ags: Kommune
--   municipality: Name der Kommune
--   indicator_id: Kennzahl
--   name_de: Name der Kennzahl
--   value_before: Wert im Vorjahr
--   value: Wert im Zeitraum
--   unit: Einheit
--   change: Veränderung; bei Anteilen in Prozentpunkten
--   change_percent: Veränderung in Prozent; leer bei Anteilen und wenn das Vorjahr 0 war
WITH growth AS (
    SELECT * FROM indicators.growth
    WHERE area_kind = 'body' AND breakdown = 'gesamt' AND state = 'ok'
),

catalogue AS (
    SELECT * FROM indicators.catalogue
)

SELECT
    growth.period,
    growth.area_key AS ags,
    growth.area AS municipality,
    growth.indicator_id,
    catalogue.name_de,
    growth.value_before,
    growth.value,
    growth.unit,
    growth.change,
    growth.change_percent
FROM growth
INNER JOIN catalogue ON growth.indicator_id = catalogue.id
WHERE growth.change <> 0
ORDER BY
    abs(CASE WHEN growth.unit = '%' THEN growth.change ELSE growth.change_percent END) DESC NULLS LAST,
    growth.period ASC,
    growth.indicator_id ASC,
    growth.area_key ASC
LIMIT 100

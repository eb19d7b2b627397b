-- comment: Wie steht das Land da? Jede Kennzahl mit der Zahl der Kommunen, auf denen sie beruht
-- kind: question
-- columns:
--   period: Berichtszeitraum
--   indicator_id: Kennzahl
--   name_de: Name der Kennzahl
--   value: Wert
--   unit: Einheit
--   state: ok, not_recorded = nicht erhoben, missing_report = Bericht fehlt, not_applicable = nicht anwendbar
--   bodies_counted: Kommunen, auf denen der Wert beruht
--   bodies_due: Kommunen mit Berichtspflicht oder Bericht
WITH figures AS (
    SELECT * FROM indicators.figures
),

catalogue AS (
    SELECT * FROM indicators.catalogue
)

SELECT
    figures.period,
    figures.indicator_id,
    catalogue.name_de,
    figures.value,
    figures.unit,
    figures.state,
    figures.bodies_counted,
    figures.bodies_due
FROM figures
INNER JOIN catalogue ON figures.indicator_id = catalogue.id
WHERE figures.area_kind = 'land' AND figures.breakdown = 'gesamt'
ORDER BY figures.period, figures.indicator_id

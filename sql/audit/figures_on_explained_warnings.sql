-- comment: >-
--   Welche Kennzahlen beruhen auf Angaben, die auffällig waren und erläutert sind? Jede Kennzahl einer Kommune, die das
--   betroffene Feld liest
-- kind: question
-- columns:
--   period: Berichtszeitraum
--   ags: Kommune
--   municipality: Name der Kommune
--   indicator_id: Kennzahl
--   name_de: Name der Kennzahl
--   value: Ihr Wert für die Kommune
--   unit: Einheit
--   code: Prüfcode der Auffälligkeit
--   cell: Tabellenblatt und Zelle
--   explained: Erläuterung der Kommune
WITH explanations AS (
    SELECT * FROM intake.explanations
    WHERE in_force
),

fields AS (
    SELECT * FROM indicators.fields
),

figures AS (
    SELECT * FROM indicators.figures
    WHERE area_kind = 'body' AND breakdown = 'gesamt'
),

catalogue AS (
    SELECT * FROM indicators.catalogue
)

SELECT
    explanations.period,
    explanations.ags,
    figures.area AS municipality,
    figures.indicator_id,
    catalogue.name_de,
    figures.value,
    figures.unit,
    explanations.code,
    explanations.sheet || '!' || explanations.cell AS cell,
    explanations.explained
FROM explanations
INNER JOIN fields ON explanations.field = fields.path
INNER JOIN figures
    ON
        fields.indicator_id = figures.indicator_id
        AND explanations.ags = figures.area_key
        AND explanations.period = figures.period
INNER JOIN catalogue ON figures.indicator_id = catalogue.id
WHERE figures.state <> 'not_applicable'
ORDER BY explanations.period, explanations.ags, figures.indicator_id, explanations.code, explanations.cell

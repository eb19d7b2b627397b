-- id: DOL-03
-- group: Laiendolmetschende
-- name_de: Deckungsquote der Anfragen
-- name_en: Coverage of requests
-- question_de: Welcher Anteil der angefragten Einsätze kommt zustande?
-- definition_de: Durchgeführte im Verhältnis zu angefragten Einsätzen, nur Sprachen mit erfassten Anfragen
-- formula_de: Summe(Einsätze) / Summe(Anfragen) × 100, über Sprachen mit erfassten Anfragen
-- unit: '%'
-- decimals: 1
-- direction: higher_better
-- protection: sensitive
-- aggregation: ratio
-- scale: 100
-- basis: report
-- half_year: false
-- breakdowns: {language: Sprache}
-- note_de: Erfasst eine Kommune für keine Sprache Anfragen, ist die Kennzahl „nicht erhoben“.
-- denominator_note_de: Nur Sprachen, deren Anfragen erfasst sind; Zähler und Nenner aus denselben Zeilen.
WITH languages AS (
    SELECT * FROM accepted.languages
),

recorded AS (
    SELECT
        *,
        count(requests) OVER (PARTITION BY submission_id) AS languages_recorded
    FROM languages
)

SELECT
    ags,
    period,
    submission_id,
    'languages' AS section,
    row_key,
    unnest(['gesamt', 'language=' || language]) AS breakdown,
    CASE WHEN requests IS NOT NULL THEN assignments END AS numerator,
    requests AS denominator
FROM recorded
WHERE requests IS NOT NULL OR languages_recorded = 0

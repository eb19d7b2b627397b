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
-- note_de: >-
--   Erfasst eine Kommune zu einer Sprache keine Anfragen, ist deren Wert „nicht erhoben“, und die Sprache zählt nicht
--   in „gesamt“; erfasst sie zu keiner Sprache Anfragen, ist auch „gesamt“ nicht erhoben. Gründe von Ablehnungen fragt
--   der Bogen nicht.
-- denominator_note_de: Nur Sprachen, deren Anfragen erfasst sind; Zähler und Nenner aus denselben Zeilen.
WITH languages AS (
    SELECT * FROM accepted.requested_languages
)

SELECT
    ags,
    period,
    submission_id,
    'languages' AS section,
    row_key,
    breakdown,
    assignments AS numerator,
    requests AS denominator
FROM languages

-- id: DOL-02
-- group: Laiendolmetschende
-- name_de: Dolmetscheinsätze
-- name_en: Interpreting assignments
-- question_de: Wie oft waren Laiendolmetschende im Einsatz?
-- definition_de: Durchgeführte Einsätze seit 1. Januar
-- formula_de: Summe(Einsätze vor Ort, am Telefon und per Video)
-- unit: count
-- decimals: 0
-- direction: higher_better
-- protection: sensitive
-- aggregation: sum
-- basis: report
-- half_year: true
-- breakdowns: {field: Einsatzfeld, mode: Form, language: Sprache}
-- note_de: Die Gliederung nach Sprachen kommt aus einer eigenen Tabelle und kann von der Summe abweichen.
WITH assignments AS (
    SELECT * FROM accepted.assignments
),

languages AS (
    SELECT * FROM accepted.languages
)

SELECT
    ags,
    period,
    submission_id,
    'assignments' AS section,
    row_key,
    unnest(['gesamt', 'field=' || field]) AS breakdown,
    on_site + telephone + video AS numerator,
    NULL AS denominator
FROM assignments
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'assignments' AS section,
    row_key,
    'mode=vor Ort' AS breakdown,
    on_site AS numerator,
    NULL AS denominator
FROM assignments
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'assignments' AS section,
    row_key,
    'mode=Telefon' AS breakdown,
    telephone AS numerator,
    NULL AS denominator
FROM assignments
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'assignments' AS section,
    row_key,
    'mode=Video' AS breakdown,
    video AS numerator,
    NULL AS denominator
FROM assignments
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'languages' AS section,
    row_key,
    'language=' || language AS breakdown,
    assignments AS numerator,
    NULL AS denominator
FROM languages

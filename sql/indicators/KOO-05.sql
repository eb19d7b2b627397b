-- id: KOO-05
-- group: Koordination & Strategie
-- name_de: Zielerreichungsgrad der Zielvereinbarung
-- name_en: Achievement of agreed targets
-- question_de: In welchem Maß erreichen die Kommunen die vereinbarten Ziele?
-- definition_de: Anteil der vereinbarten Ziele, gewichtet – erreicht 1, teilweise erreicht 0,5, sonst 0
-- formula_de: (erreicht + 0,5 × teilweise erreicht) / alle Ziele × 100; Gebiete – Median der Kommunen
-- unit: '%'
-- decimals: 1
-- direction: higher_better
-- protection: none
-- aggregation: median
-- scale: 100
-- basis: report
-- half_year: false
-- breakdowns: {field_of_action: Handlungsfeld}
-- own_breakdowns: [field_of_action]
-- note_de: >-
--   Selbsteinschätzung der Kommunen. Der Wert eines Gebiets ist der Median seiner Kommunen; Zähler und Nenner daneben
--   sind die Summen der Ziele. Noch offene Ziele zählen im Jahr als nicht erreicht. Im Halbjahr, in dem sie
--   außerhalb des Nenners stünden, fragt der Bogen nicht nach Zielen: nicht anwendbar.
-- denominator_note_de: Alle Ziele, die im Jahr gelten, laut Register der Zielvereinbarungen.
WITH targets AS (
    SELECT * FROM accepted.targets
)

SELECT
    ags,
    period,
    submission_id,
    'targets' AS section,
    row_key,
    unnest(['gesamt', 'field_of_action=' || coalesce(field_of_action, 'ohne Angabe')]) AS breakdown,
    CASE status
        WHEN 'erreicht' THEN 1
        WHEN 'teilweise erreicht' THEN 0.5
        WHEN 'nicht erreicht' THEN 0
        WHEN 'noch offen' THEN 0
    END AS numerator,
    1 AS denominator
FROM targets

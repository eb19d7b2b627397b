-- id: KOO-03
-- group: Koordination & Strategie
-- name_de: Eingebundene Kooperationspartner
-- name_en: Cooperation partners involved
-- question_de: Mit wie vielen Organisationen arbeiten die Vielfaltszentren zusammen?
-- definition_de: Organisationen, mit denen das Vielfaltszentrum im Berichtsjahr zusammengearbeitet hat; jede einmal
-- formula_de: Summe(Partner)
-- unit: count
-- decimals: 0
-- direction: higher_better
-- protection: none
-- aggregation: sum
-- basis: report
-- half_year: false
-- breakdowns: {type: Art des Partners}
-- note_de: >-
--   Je Kommune zählt jede Organisation einmal. Summen mehrerer Kommunen sind Nennungen: Wer mit zwei Vielfaltszentren
--   zusammenarbeitet, zählt dort zweimal.
WITH partners AS (
    SELECT * FROM accepted.partners
)

SELECT
    ags,
    period,
    submission_id,
    'partners' AS section,
    row_key,
    unnest(['gesamt', 'type=' || type]) AS breakdown,
    partners AS numerator,
    NULL AS denominator
FROM partners

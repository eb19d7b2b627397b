-- id: KOO-02
-- group: Koordination & Strategie
-- name_de: Netzwerk- und Gremientreffen
-- name_en: Network and committee meetings
-- question_de: Wie viele Treffen haben die Vielfaltszentren veranstaltet oder geleitet?
-- definition_de: Treffen, die das Vielfaltszentrum seit 1. Januar veranstaltet oder geleitet hat
-- formula_de: Summe(Treffen)
-- unit: count
-- decimals: 0
-- direction: neutral
-- protection: none
-- aggregation: sum
-- basis: report
-- half_year: true
-- breakdowns: {type: Art des Treffens}
WITH meetings AS (
    SELECT * FROM accepted.meetings
)

SELECT
    ags,
    period,
    submission_id,
    'meetings' AS section,
    row_key,
    unnest(['gesamt', 'type=' || type]) AS breakdown,
    meetings AS numerator,
    NULL AS denominator
FROM meetings

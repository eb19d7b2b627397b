-- id: PER-01
-- group: Personal
-- name_de: Besetzte geförderte Stellen (VZÄ)
-- name_en: Filled funded posts (FTE)
-- question_de: Wie viele geförderte Stellen waren im Durchschnitt besetzt?
-- definition_de: Besetzter Umfang der geförderten Stellen im Durchschnitt des Zeitraums, auf den Tag genau
-- formula_de: Summe(Umfang besetzt × besetzte Tage im Zeitraum / Tage des Zeitraums)
-- unit: FTE
-- decimals: 2
-- direction: higher_better
-- protection: none
-- aggregation: sum
-- basis: report
-- half_year: false
-- breakdowns: {function: Funktion}
-- note_de: Eine Besetzung zählt nur mit den Tagen, die im Zeitraum liegen; der letzte Tag zählt mit.
WITH occupancies AS (
    SELECT * FROM accepted.occupancies
)

SELECT
    ags,
    period,
    submission_id,
    'posts' AS section,
    row_key,
    unnest(['gesamt', 'function=' || function]) AS breakdown,
    cast(fte_filled * days_filled / days_of_period AS DECIMAL(28, 6)) AS numerator,
    NULL AS denominator
FROM occupancies

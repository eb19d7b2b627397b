-- id: PER-03
-- group: Personal
-- name_de: Förderfähige Personalausgaben je VZÄ
-- name_en: Eligible personnel cost per FTE
-- question_de: Was kostet eine besetzte Vollzeitstelle im Jahr?
-- definition_de: >-
--   Zuwendungsfähige Personalausgaben je Jahr im Verhältnis zum besetzten Umfang der Stellen, auf den Tag genau
-- formula_de: >-
--   Summe(Personalausgaben × Tage des Zeitraums) / Summe(Umfang besetzt × besetzte Tage im Zeitraum × Jahre des
--   Zeitraums)
-- unit: EUR per FTE
-- decimals: 0
-- direction: neutral
-- protection: employees
-- aggregation: ratio
-- basis: report
-- half_year: false
-- breakdowns: {function: Funktion}
-- note_de: >-
--   Betrifft ein bis drei bekannte Beschäftigte: je Kommune nie veröffentlicht. Ausgaben aus allen Quellen; ohne
--   besetzte Stelle nicht anwendbar. Zähler und Nenner sind mit Tagen multipliziert, damit nur einmal gerundet wird;
--   die Jahre sind 1, im Schlussbericht 5.
-- denominator_note_de: Besetzter Umfang, auf den Tag genau auf den Zeitraum begrenzt.
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
    -- Both sides in days: a share of the year would have to be rounded before it is divided by.
    staff_cost_eur * days_of_period AS numerator,
    fte_filled * days_filled * years_of_period AS denominator
FROM occupancies

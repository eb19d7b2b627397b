-- id: MIT-03
-- group: Mittel
-- name_de: Gemeldete Verwendung
-- name_en: Reported use of funds
-- question_de: Welchen Anteil der bewilligten Mittel haben die Kommunen nach eigener Angabe verwendet?
-- definition_de: Gemeldete Verwendung von WIR-Landesmitteln im Verhältnis zur Bewilligung des Haushaltsjahrs
-- formula_de: Summe(verwendete Landesmittel laut Bericht) / Summe(bewilligter Betrag laut Register) × 100
-- unit: '%'
-- decimals: 1
-- direction: higher_better
-- protection: none
-- aggregation: ratio
-- scale: 100
-- basis: report
-- half_year: false
-- breakdowns: {cost_type: Kostenart, grant: Bescheid}
-- own_breakdowns: [grant]
-- note_de: >-
--   Eine Angabe der Kommune, kein geprüfter Nachweis. Über 100 % ist ein Fehler. Im Schlussbericht stehen in beiden
--   alle fünf Haushaltsjahre.
-- denominator_note_de: Nenner aus dem Bescheidregister, nicht aus dem Bericht.
WITH finances AS (
    SELECT * FROM accepted.finances
),

grants AS (
    SELECT * FROM reference.grants
),

periods AS (
    SELECT * FROM reference.periods
),

terms AS (
    SELECT
        ags,
        period,
        submission_id,
        'finances' AS section,
        row_key,
        cost_type,
        coalesce("grant", 'ohne Angabe') AS grant_number,
        state_funds_eur AS numerator,
        0 AS denominator
    FROM finances
    UNION ALL
    SELECT
        grants.ags,
        periods.period,
        NULL AS submission_id,
        'reference.grants' AS section,
        grants.row_key,
        grants.cost_type,
        grants.grant_number,
        0 AS numerator,
        grants.granted_eur AS denominator
    FROM grants
    INNER JOIN periods ON grants.budget_year BETWEEN year(periods.first_day) AND periods.year
)

SELECT
    ags,
    period,
    submission_id,
    section,
    row_key,
    unnest(['gesamt', 'cost_type=' || cost_type, 'grant=' || grant_number]) AS breakdown,
    numerator,
    denominator
FROM terms

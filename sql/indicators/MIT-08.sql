-- id: MIT-08
-- group: Mittel
-- name_de: Verwendung seit Beginn der Förderung
-- name_en: Cumulative use of the whole grant
-- question_de: Welcher Anteil der ganzen Bewilligung ist seit 2026 verwendet?
-- definition_de: >-
--   Gemeldete Verwendung aller Jahre bis zum Berichtsjahr im Verhältnis zur Bewilligung aller Haushaltsjahre 2026 bis
--   2030
-- formula_de: Summe(verwendete Landesmittel der Jahre bis zum Berichtsjahr) / Summe(bewilligt 2026 bis 2030) × 100
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
--   Aus den geltenden Jahresberichten, im Zeitraum 2026-2030 aus dem Schlussbericht. Fehlt der Jahresbericht eines
--   geförderten Jahres, wird der Wert nicht gebildet; welcher fehlt, steht in der Anmerkung zum Nenner.
-- denominator_note_de: Nenner ist die ganze Bewilligung aus dem Bescheidregister, auch der Jahre, die noch kommen.
WITH finances AS (
    SELECT * FROM accepted.finances
),

grants AS (
    SELECT * FROM reference.grants
),

periods AS (
    SELECT * FROM reference.periods
    WHERE report_kind <> 'Halbjahresbericht'
),

submissions AS (
    SELECT * FROM intake.submissions
),

years_in_force AS (
    SELECT
        ags,
        year
    FROM submissions
    WHERE in_force AND report_kind = 'Jahresbericht'
),

-- The final report states all years itself.
missing_years AS (
    SELECT
        periods.period,
        grants.ags,
        string_agg(DISTINCT cast(grants.budget_year AS VARCHAR), ', ' ORDER BY cast(grants.budget_year AS VARCHAR))
            AS years
    FROM periods
    INNER JOIN grants ON periods.year >= grants.budget_year
    LEFT JOIN years_in_force ON grants.ags = years_in_force.ags AND grants.budget_year = years_in_force.year
    WHERE periods.report_kind = 'Jahresbericht' AND years_in_force.ags IS NULL
    GROUP BY periods.period, grants.ags
),

terms AS (
    SELECT
        finances.ags,
        periods.period,
        finances.submission_id,
        'finances' AS section,
        finances.row_key,
        finances.cost_type,
        coalesce(finances.grant, 'ohne Angabe') AS grant_number,
        finances.state_funds_eur AS numerator,
        0 AS denominator,
        TRUE AS applicable,
        NULL AS note
    FROM finances
    INNER JOIN submissions ON finances.submission_id = submissions.submission_id
    INNER JOIN periods
        ON submissions.report_kind = periods.report_kind AND submissions.year <= periods.year
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
        grants.granted_eur AS denominator,
        missing_years.years IS NULL AS applicable,
        'Nicht gebildet, wo ein Jahresbericht fehlt: ' || missing_years.years || '.' AS note
    FROM grants
    CROSS JOIN periods
    LEFT JOIN missing_years ON grants.ags = missing_years.ags AND periods.period = missing_years.period
)

SELECT
    ags,
    period,
    submission_id,
    section,
    row_key,
    unnest(['gesamt', 'cost_type=' || cost_type, 'grant=' || grant_number]) AS breakdown,
    numerator,
    denominator,
    applicable,
    note
FROM terms

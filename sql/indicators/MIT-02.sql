-- id: MIT-02
-- group: Mittel
-- name_de: Mittelabrufquote
-- name_en: Draw-down rate
-- question_de: Welcher Anteil der bewilligten Mittel ist ausgezahlt?
-- definition_de: Bis zum Stichtag ausgezahlte Mittel des Haushaltsjahrs im Verhältnis zu den dafür bewilligten
-- formula_de: Summe(ausgezahlter Betrag bis zum Stichtag) / Summe(bewilligter Betrag) × 100
-- unit: '%'
-- decimals: 1
-- direction: higher_better
-- protection: none
-- aggregation: ratio
-- scale: 100
-- basis: register
-- half_year: true
-- breakdowns: {grant: Bescheid, budget_year: Haushaltsjahr}
-- own_breakdowns: [grant]
-- note_de: >-
--   Zähler aus dem Zahlungsregister, nicht aus dem Bericht. Es zählt das Haushaltsjahr, für das gezahlt wurde; was nach
--   dem Stichtag gezahlt wird, zählt hier nicht. Der Wert zum 30. Juni („bis Stichtag“) wird nie mit einem Jahr
--   verglichen. Im Zeitraum 2026-2030 zählen alle fünf Haushaltsjahre.
-- denominator_note_de: Nenner ist die Bewilligung des ganzen Haushaltsjahrs.
WITH drawdowns AS (
    SELECT * FROM reference.drawdowns
),

grants AS (
    SELECT * FROM reference.grants
),

periods AS (
    SELECT * FROM reference.periods
),

terms AS (
    SELECT
        drawdowns.ags,
        periods.period,
        'reference.drawdowns' AS section,
        drawdowns.row_key,
        drawdowns.grant_number,
        drawdowns.budget_year,
        periods.closing_day,
        drawdowns.amount_eur AS numerator,
        0 AS denominator
    FROM drawdowns
    INNER JOIN periods
        ON
            drawdowns.budget_year BETWEEN year(periods.first_day) AND year(periods.closing_day)
            AND drawdowns.paid_on <= periods.closing_day
    UNION ALL
    SELECT
        grants.ags,
        periods.period,
        'reference.grants' AS section,
        grants.row_key,
        grants.grant_number,
        grants.budget_year,
        periods.closing_day,
        0 AS numerator,
        grants.granted_eur AS denominator
    FROM grants
    INNER JOIN periods ON grants.budget_year BETWEEN year(periods.first_day) AND year(periods.closing_day)
)

SELECT
    ags,
    period,
    NULL AS submission_id,
    section,
    row_key,
    unnest(['gesamt', 'grant=' || grant_number, 'budget_year=' || budget_year]) AS breakdown,
    numerator,
    denominator,
    'Ausgezahlt bis zum ' || strftime(closing_day, '%d.%m.%Y') || '.' AS note
FROM terms

-- id: MIT-04
-- group: Mittel
-- name_de: Nicht verbrauchte Landesmittel
-- name_en: Unspent state funds
-- question_de: Wie viel ist ausgezahlt, aber weder verwendet noch zurückgezahlt?
-- definition_de: >-
--   Je Bescheid und Haushaltsjahr ausgezahlte abzüglich verwendeter und zurückgezahlter Mittel, mindestens 0
-- formula_de: Summe je Bescheid(max(0, ausgezahlt laut Zahlungsregister − verwendet − zurückgezahlt))
-- unit: EUR
-- decimals: 2
-- direction: lower_better
-- protection: none
-- aggregation: sum
-- basis: report
-- half_year: false
-- breakdowns: {grant: Bescheid}
-- own_breakdowns: [grant]
-- note_de: >-
--   Ein Prüffall, keine Forderung; vorläufig, bis die letzte Zahlung für das Haushaltsjahr geleistet ist. Auszahlungen
--   zählen nach dem Haushaltsjahr, für das gezahlt wurde, auch wenn sie nach dem Stichtag kamen. Rückzahlungen für das
--   Haushaltsjahr zählen aus jedem geltenden Bericht, auch aus dem eines späteren Jahres, jede einmal. Ein Bescheid,
--   für den mehr verwendet als ausgezahlt ist, zählt 0 und mindert die anderen nicht; Gebiete summieren die Werte ihrer
--   Kommunen. Im Schlussbericht je Bescheid über alle Haushaltsjahre, nach dessen Summen.
WITH finances AS (
    SELECT * FROM accepted.finances
),

final_finances AS (
    SELECT * FROM accepted.final_finances
),

repayments AS (
    SELECT * FROM accepted.repayments_in_force
),

drawdowns AS (
    SELECT * FROM reference.drawdowns
),

submissions AS (
    SELECT * FROM intake.submissions
    WHERE in_force AND report_kind <> 'Halbjahresbericht'
),

periods AS (
    SELECT * FROM reference.periods
),

reports AS (
    SELECT
        submissions.submission_id,
        submissions.ags,
        submissions.period,
        submissions.report_kind,
        year(periods.first_day) AS first_year,
        periods.year
    FROM submissions
    INNER JOIN periods ON submissions.period = periods.period
),

-- The body's use is stated by year and cost type, at the end once more as a sum of all years.
movements AS (
    SELECT
        reports.ags,
        reports.period,
        reports.submission_id,
        'reference.drawdowns' AS section,
        drawdowns.row_key,
        drawdowns.grant_number,
        drawdowns.amount_eur
    FROM reports
    INNER JOIN drawdowns
        ON reports.ags = drawdowns.ags AND drawdowns.budget_year BETWEEN reports.first_year AND reports.year
    UNION ALL
    SELECT
        reports.ags,
        reports.period,
        reports.submission_id,
        'finances' AS section,
        finances.row_key,
        coalesce(finances.grant, '') AS grant_number,
        -finances.state_funds_eur AS amount_eur
    FROM reports
    INNER JOIN finances ON reports.submission_id = finances.submission_id
    WHERE reports.report_kind = 'Jahresbericht'
    UNION ALL
    SELECT
        reports.ags,
        reports.period,
        reports.submission_id,
        'final_finances' AS section,
        final_finances.row_key,
        coalesce(final_finances.grant, '') AS grant_number,
        -(final_finances.state_funds_total_eur + final_finances.repaid_total_eur) AS amount_eur
    FROM reports
    INNER JOIN final_finances ON reports.submission_id = final_finances.submission_id
    UNION ALL
    SELECT
        reports.ags,
        reports.period,
        repayments.submission_id,
        'repayments' AS section,
        repayments.row_key,
        repayments.grant_number,
        -repayments.amount_eur AS amount_eur
    FROM reports
    INNER JOIN repayments ON reports.ags = repayments.ags AND reports.year = repayments.budget_year
    WHERE reports.report_kind = 'Jahresbericht'
),

balances AS (
    SELECT
        *,
        sum(amount_eur) OVER (PARTITION BY ags, period, grant_number) AS balance_eur
    FROM movements
)

SELECT
    ags,
    period,
    submission_id,
    section,
    row_key,
    unnest(['gesamt', 'grant=' || coalesce(nullif(grant_number, ''), 'ohne Angabe')]) AS breakdown,
    CASE WHEN balance_eur > 0 OR amount_eur IS NULL THEN amount_eur ELSE 0 END AS numerator,
    NULL AS denominator
FROM balances

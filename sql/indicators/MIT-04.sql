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
--   zählen nach dem Haushaltsjahr, für das gezahlt wurde, auch wenn sie nach dem Stichtag kamen. Rückzahlungen zählen,
--   wie sie im Bericht desselben Jahres stehen. Ein Bescheid, für den mehr verwendet als ausgezahlt ist, zählt 0 und
--   mindert die anderen nicht; Gebiete summieren die Werte ihrer Kommunen.
WITH finances AS (
    SELECT * FROM accepted.finances
),

repayments AS (
    SELECT * FROM accepted.repayments
),

drawdowns AS (
    SELECT * FROM reference.drawdowns
),

periods AS (
    SELECT * FROM reference.periods
    WHERE report_kind = 'Jahresbericht'
),

reports AS (
    SELECT DISTINCT
        finances.ags,
        finances.period,
        finances.submission_id,
        periods.year
    FROM finances
    INNER JOIN periods ON finances.period = periods.period
),

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
    INNER JOIN drawdowns ON reports.ags = drawdowns.ags AND reports.year = drawdowns.budget_year
    UNION ALL
    SELECT
        reports.ags,
        reports.period,
        reports.submission_id,
        'finances' AS section,
        finances.row_key,
        finances.grant AS grant_number,
        -finances.state_funds_eur AS amount_eur
    FROM reports
    INNER JOIN finances ON reports.submission_id = finances.submission_id
    UNION ALL
    SELECT
        reports.ags,
        reports.period,
        reports.submission_id,
        'repayments' AS section,
        repayments.row_key,
        repayments.grant AS grant_number,
        -repayments.amount_eur AS amount_eur
    FROM reports
    INNER JOIN repayments
        ON reports.submission_id = repayments.submission_id AND reports.year = repayments.budget_year
),

balances AS (
    SELECT
        *,
        sum(amount_eur) OVER (PARTITION BY submission_id, grant_number) AS balance_eur
    FROM movements
)

SELECT
    ags,
    period,
    submission_id,
    section,
    row_key,
    unnest(['gesamt', 'grant=' || coalesce(grant_number, 'ohne Angabe')]) AS breakdown,
    CASE WHEN balance_eur > 0 OR amount_eur IS NULL THEN amount_eur ELSE 0 END AS numerator,
    NULL AS denominator
FROM balances

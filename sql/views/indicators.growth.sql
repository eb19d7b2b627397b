-- comment: >-
--   Veränderung gegenüber dem Vorjahr, nur zwischen Berichten gleicher Art und nur über Kommunen, deren Wert in beiden
--   Zeiträumen ok ist; beide Werte sind über genau diese Kommunen neu gebildet. Zeiträume ohne Vorjahr und
--   Gliederungen, die es nur in einem der beiden gibt, haben keine Zeile. Gerundet wird einmal, am Ende
-- kind: table
-- columns:
--   indicator_id: Kennzahl
--   area_kind: body = Kommune, regierungsbezirk, type = Art der Kommune, land
--   area_key: Schlüssel des Gebiets – Gemeindeschlüssel, 064, type:Landkreis, 06
--   area: Name des Gebiets
--   period: Berichtszeitraum
--   period_before: Zeitraum des Vorjahrs
--   report_kind: Halbjahresbericht oder Jahresbericht
--   breakdown: gesamt oder eine Gliederung als name=wert
--   value_before: Wert im Vorjahr über die gleichen Kommunen
--   value: Wert im Zeitraum über die gleichen Kommunen
--   unit: Einheit beider Werte
--   change: Veränderung; bei Anteilen in Prozentpunkten
--   change_unit: Einheit der Veränderung
--   change_percent: Veränderung in Prozent des Vorjahrs; leer bei Anteilen und wenn das Vorjahr 0 war
--   state: >-
--     ok, oder was den Vergleich verhindert: not_recorded = nicht erhoben, missing_report = Bericht fehlt,
--     not_applicable = nicht anwendbar, jeweils in einem der beiden Zeiträume
--   bodies_counted: Kommunen, auf denen der Vergleich beruht
--   bodies_due: Kommunen mit Berichtspflicht oder Bericht im Zeitraum, die es schon im Vorjahr gab
WITH areas AS (
    SELECT * FROM reference.areas
),

periods AS (
    SELECT * FROM reference.periods
    WHERE has_figures
),

catalogue AS (
    SELECT * FROM indicators.catalogue
),

body_values AS (
    SELECT * FROM indicators.body_values
),

terms AS (
    SELECT * FROM indicators.terms_in_force
),

neighbours AS (
    SELECT
        periods.period,
        periods.report_kind,
        before.period AS period_before
    FROM periods
    INNER JOIN periods AS before ON periods.report_kind = before.report_kind AND periods.year = before.year + 1
),

pairs AS (
    SELECT
        now.indicator_id,
        now.period,
        neighbours.period_before,
        neighbours.report_kind,
        now.ags,
        now.breakdown,
        now.is_due,
        CASE
            WHEN now.state = 'ok' AND before.state = 'ok' THEN 'ok'
            WHEN 'not_recorded' IN (now.state, before.state) THEN 'not_recorded'
            WHEN 'missing_report' IN (now.state, before.state) THEN 'missing_report'
            ELSE 'not_applicable'
        END AS state,
        now.numerator,
        now.denominator,
        now.exact_value,
        before.numerator AS numerator_before,
        before.denominator AS denominator_before,
        before.exact_value AS exact_value_before
    FROM body_values AS now
    INNER JOIN neighbours ON now.period = neighbours.period
    INNER JOIN body_values AS before
        ON
            now.indicator_id = before.indicator_id
            AND neighbours.period_before = before.period
            AND now.ags = before.ags
            AND now.breakdown = before.breakdown
),

totals AS (
    SELECT
        pairs.indicator_id,
        areas.area_kind,
        areas.area_key,
        areas.area,
        pairs.period,
        pairs.period_before,
        pairs.report_kind,
        pairs.breakdown,
        count(*) FILTER (WHERE pairs.state = 'ok' AND pairs.ags <> '06') AS bodies_counted,
        count(*) FILTER (WHERE pairs.is_due) AS bodies_due,
        sum(pairs.numerator) FILTER (WHERE pairs.state = 'ok') AS numerator,
        sum(pairs.denominator) FILTER (WHERE pairs.state = 'ok') AS denominator,
        median(pairs.exact_value) FILTER (WHERE pairs.state = 'ok') AS median_value,
        sum(pairs.numerator_before) FILTER (WHERE pairs.state = 'ok') AS numerator_before,
        sum(pairs.denominator_before) FILTER (WHERE pairs.state = 'ok') AS denominator_before,
        median(pairs.exact_value_before) FILTER (WHERE pairs.state = 'ok') AS median_value_before,
        CASE
            WHEN bool_or(pairs.state = 'ok') THEN 'ok'
            WHEN bool_or(pairs.state = 'not_recorded') THEN 'not_recorded'
            WHEN bool_or(pairs.state = 'missing_report') THEN 'missing_report'
            ELSE 'not_applicable'
        END AS state
    FROM pairs
    INNER JOIN areas ON pairs.period = areas.period AND pairs.ags = areas.ags
    GROUP BY
        pairs.indicator_id,
        areas.area_kind,
        areas.area_key,
        areas.area,
        pairs.period,
        pairs.period_before,
        pairs.report_kind,
        pairs.breakdown
),

-- What is counted once per area, counted in each of the two periods over the same bodies.
distinct_rows AS (
    SELECT
        pairs.indicator_id,
        areas.area_key,
        pairs.period,
        pairs.breakdown,
        count(DISTINCT terms.row_key) FILTER (WHERE terms.period = pairs.period) AS row_keys,
        count(DISTINCT terms.row_key) FILTER (WHERE terms.period = pairs.period_before) AS row_keys_before
    FROM pairs
    INNER JOIN catalogue ON pairs.indicator_id = catalogue.id AND catalogue.aggregation = 'distinct'
    INNER JOIN areas ON pairs.period = areas.period AND pairs.ags = areas.ags
    INNER JOIN terms
        ON
            pairs.indicator_id = terms.indicator_id
            AND pairs.ags = terms.ags
            AND pairs.breakdown = terms.breakdown
            AND terms.period IN (pairs.period, pairs.period_before)
    WHERE pairs.state = 'ok' AND terms.numerator > 0
    GROUP BY pairs.indicator_id, areas.area_key, pairs.period, pairs.breakdown
),

exact AS (
    SELECT
        totals.indicator_id,
        totals.area_kind,
        totals.area_key,
        totals.area,
        totals.period,
        totals.period_before,
        totals.report_kind,
        totals.breakdown,
        totals.state,
        totals.bodies_counted,
        totals.bodies_due,
        catalogue.unit,
        catalogue.decimals,
        CASE
            WHEN totals.state <> 'ok' THEN NULL
            WHEN catalogue.aggregation = 'median' THEN totals.median_value
            WHEN catalogue.aggregation = 'distinct' THEN coalesce(distinct_rows.row_keys, 0)
            WHEN catalogue.aggregation = 'ratio'
                THEN catalogue.scale * cast(totals.numerator AS DOUBLE) / nullif(totals.denominator, 0)
            ELSE totals.numerator
        END AS value_exact,
        CASE
            WHEN totals.state <> 'ok' THEN NULL
            WHEN catalogue.aggregation = 'median' THEN totals.median_value_before
            WHEN catalogue.aggregation = 'distinct' THEN coalesce(distinct_rows.row_keys_before, 0)
            WHEN catalogue.aggregation = 'ratio'
                THEN catalogue.scale * cast(totals.numerator_before AS DOUBLE) / nullif(totals.denominator_before, 0)
            ELSE totals.numerator_before
        END AS value_before_exact
    FROM totals
    INNER JOIN catalogue ON totals.indicator_id = catalogue.id
    LEFT JOIN distinct_rows
        ON
            totals.indicator_id = distinct_rows.indicator_id
            AND totals.area_key = distinct_rows.area_key
            AND totals.period = distinct_rows.period
            AND totals.breakdown = distinct_rows.breakdown
    WHERE totals.area_kind = 'land' OR NOT catalogue.land_only
),

-- A quotient is a floating-point number: ten decimals keep a value that ends in 5 exactly on the 5.
compared AS (
    SELECT
        * EXCLUDE (value_exact, value_before_exact),
        cast(value_exact AS DECIMAL(38, 10)) AS exact_value,
        cast(value_before_exact AS DECIMAL(38, 10)) AS exact_value_before,
        cast(value_exact - value_before_exact AS DECIMAL(38, 10)) AS exact_change
    FROM exact
)

SELECT
    indicator_id,
    area_kind,
    area_key,
    area,
    period,
    period_before,
    report_kind,
    breakdown,
    CASE decimals
        WHEN 0 THEN cast(round(exact_value_before, 0) AS DECIMAL(20, 2))
        WHEN 1 THEN cast(round(exact_value_before, 1) AS DECIMAL(20, 2))
        ELSE cast(round(exact_value_before, 2) AS DECIMAL(20, 2))
    END AS value_before,
    CASE decimals
        WHEN 0 THEN cast(round(exact_value, 0) AS DECIMAL(20, 2))
        WHEN 1 THEN cast(round(exact_value, 1) AS DECIMAL(20, 2))
        ELSE cast(round(exact_value, 2) AS DECIMAL(20, 2))
    END AS value,
    unit,
    CASE decimals
        WHEN 0 THEN cast(round(exact_change, 0) AS DECIMAL(20, 2))
        WHEN 1 THEN cast(round(exact_change, 1) AS DECIMAL(20, 2))
        ELSE cast(round(exact_change, 2) AS DECIMAL(20, 2))
    END AS change,
    CASE WHEN unit = '%' THEN 'percentage points' ELSE unit END AS change_unit,
    CASE
        WHEN unit <> '%'
            THEN
                cast(
                    round(100 * cast(exact_change AS DOUBLE) / nullif(abs(exact_value_before), 0), 1) AS DECIMAL(20, 1)
                )
    END AS change_percent,
    state,
    cast(bodies_counted AS INTEGER) AS bodies_counted,
    cast(bodies_due AS INTEGER) AS bodies_due
FROM compared
ORDER BY indicator_id, period, area_kind, area_key, breakdown

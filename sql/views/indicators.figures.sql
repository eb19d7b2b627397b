-- comment: >-
--   Kennzahlen aller Kommunen und Gebiete. Ein Gebiet summiert Zähler und Nenner seiner Kommunen mit dem Zustand ok
--   (Median und verschiedene Sprachen wie im Katalog vermerkt) und wird einmal gerundet; ein Halbjahr wird nie zu
--   einem Jahr addiert
-- kind: table
-- columns:
--   indicator_id: Kennzahl
--   area_kind: body = Kommune, regierungsbezirk, type = Art der Kommune, land
--   area_key: Schlüssel des Gebiets – Gemeindeschlüssel, 064, type:Landkreis, 06
--   area: Name des Gebiets
--   period: Berichtszeitraum
--   report_kind: Halbjahresbericht, Jahresbericht oder Schlussbericht
--   breakdown: gesamt oder eine Gliederung als name=wert
--   value: Wert der Kennzahl, kaufmännisch gerundet; leer, wenn der Zustand nicht ok ist
--   numerator: Zähler
--   denominator: Nenner; leer bei Summen
--   unit: Einheit
--   state: ok, not_recorded = nicht erhoben, missing_report = Bericht fehlt, not_applicable = nicht anwendbar
--   bodies_counted: Kommunen, auf denen der Wert beruht
--   bodies_due: >-
--     Kommunen mit Berichtspflicht im Zeitraum (ohne befreite und freiwillige) oder mit Bericht; bei Registern alle.
--     Auch Kommunen, auf die die Kennzahl nicht anwendbar ist, sind darunter
--   denominator_note: Anmerkung zum Nenner
WITH areas AS (
    SELECT * FROM reference.areas
),

periods AS (
    SELECT * FROM reference.periods
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

-- A body is an area of one, so its own figure goes the same way.
totals AS (
    SELECT
        body_values.indicator_id,
        areas.area_kind,
        areas.area_key,
        areas.area,
        body_values.period,
        body_values.breakdown,
        sum(body_values.numerator) AS numerator,
        sum(body_values.denominator) AS denominator,
        median(body_values.exact_value) AS median_value,
        count(*) FILTER (WHERE body_values.state = 'ok' AND body_values.ags <> '06') AS bodies_counted,
        count(*) FILTER (WHERE body_values.is_due) AS bodies_listed,
        CASE
            WHEN bool_or(body_values.state = 'ok') THEN 'ok'
            WHEN bool_or(body_values.state = 'not_recorded') THEN 'not_recorded'
            WHEN bool_or(body_values.state = 'missing_report') THEN 'missing_report'
            ELSE 'not_applicable'
        END AS state
    FROM body_values
    INNER JOIN areas ON body_values.period = areas.period AND body_values.ags = areas.ags
    GROUP BY
        body_values.indicator_id,
        areas.area_kind,
        areas.area_key,
        areas.area,
        body_values.period,
        body_values.breakdown
),

notes AS (
    SELECT
        body_values.indicator_id,
        areas.area_key,
        body_values.period,
        body_values.breakdown,
        string_agg(DISTINCT body_values.note, ' ' ORDER BY body_values.note) AS note
    FROM body_values
    INNER JOIN areas ON body_values.period = areas.period AND body_values.ags = areas.ags
    WHERE body_values.note IS NOT NULL
    GROUP BY body_values.indicator_id, areas.area_key, body_values.period, body_values.breakdown
),

distinct_rows AS (
    SELECT
        terms.indicator_id,
        areas.area_key,
        terms.period,
        terms.breakdown,
        count(DISTINCT terms.row_key) AS row_keys
    FROM terms
    INNER JOIN body_values
        ON
            terms.indicator_id = body_values.indicator_id
            AND terms.period = body_values.period
            AND terms.ags = body_values.ags
            AND terms.breakdown = body_values.breakdown
    INNER JOIN areas ON terms.period = areas.period AND terms.ags = areas.ags
    INNER JOIN catalogue ON terms.indicator_id = catalogue.id
    WHERE catalogue.aggregation = 'distinct' AND body_values.state = 'ok' AND terms.numerator > 0
    GROUP BY terms.indicator_id, areas.area_key, terms.period, terms.breakdown
),

valued AS (
    SELECT
        totals.indicator_id,
        totals.area_kind,
        totals.area_key,
        totals.area,
        totals.period,
        totals.breakdown,
        CASE
            WHEN catalogue.aggregation = 'distinct' AND totals.state = 'ok' THEN coalesce(distinct_rows.row_keys, 0)
            ELSE totals.numerator
        END AS numerator,
        totals.denominator,
        totals.median_value,
        totals.state,
        totals.bodies_counted,
        -- A breakdown that belongs to single bodies lists only those: all of the area's bodies count as due.
        max(totals.bodies_listed) OVER (
            PARTITION BY totals.indicator_id, totals.period, totals.area_key
        ) AS bodies_due,
        concat_ws(' ', nullif(catalogue.denominator_note, ''), notes.note) AS denominator_note,
        catalogue.aggregation,
        catalogue.scale,
        catalogue.decimals,
        catalogue.unit,
        catalogue.land_only
    FROM totals
    INNER JOIN catalogue ON totals.indicator_id = catalogue.id
    LEFT JOIN distinct_rows
        ON
            totals.indicator_id = distinct_rows.indicator_id
            AND totals.area_key = distinct_rows.area_key
            AND totals.period = distinct_rows.period
            AND totals.breakdown = distinct_rows.breakdown
    LEFT JOIN notes
        ON
            totals.indicator_id = notes.indicator_id
            AND totals.area_key = notes.area_key
            AND totals.period = notes.period
            AND totals.breakdown = notes.breakdown
),

exact AS (
    SELECT
        *,
        CASE
            WHEN aggregation = 'median' THEN median_value
            WHEN aggregation = 'ratio'
                THEN cast(scale * cast(numerator AS DOUBLE) / nullif(denominator, 0) AS DECIMAL(38, 10))
            ELSE cast(numerator AS DECIMAL(38, 10))
        END AS exact_value
    FROM valued
)

SELECT
    exact.indicator_id,
    exact.area_kind,
    exact.area_key,
    exact.area,
    exact.period,
    periods.report_kind,
    exact.breakdown,
    -- Each branch has the same type: DuckDB would otherwise give all of them the scale of the first.
    CASE exact.decimals
        WHEN 0 THEN cast(round(exact.exact_value, 0) AS DECIMAL(20, 2))
        WHEN 1 THEN cast(round(exact.exact_value, 1) AS DECIMAL(20, 2))
        ELSE cast(round(exact.exact_value, 2) AS DECIMAL(20, 2))
    END AS value,
    cast(exact.numerator AS DECIMAL(28, 6)) AS numerator,
    cast(exact.denominator AS DECIMAL(28, 6)) AS denominator,
    exact.unit,
    exact.state,
    cast(exact.bodies_counted AS INTEGER) AS bodies_counted,
    cast(exact.bodies_due AS INTEGER) AS bodies_due,
    exact.denominator_note
FROM exact
INNER JOIN periods ON exact.period = periods.period
WHERE exact.area_kind = 'land' OR NOT exact.land_only
ORDER BY
    exact.indicator_id,
    exact.period,
    exact.area_kind,
    exact.area_key,
    exact.breakdown

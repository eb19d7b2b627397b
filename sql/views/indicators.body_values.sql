-- comment: >-
--   Werte der einzelnen Kommunen mit ihrem Zustand, ungerundet: die Grundlage aller Summen. Ein nicht erhobener Term
--   macht den Wert der Kommune „nicht erhoben“; er zählt nie als 0
-- kind: table
-- columns:
--   indicator_id: Kennzahl
--   period: Berichtszeitraum
--   ags: Kommune; 06 = Land, bei Kennzahlen, die keine Kommune betreffen
--   breakdown: gesamt oder eine Gliederung als name=wert
--   numerator: Zähler
--   denominator: Nenner; leer bei Summen
--   exact_value: Ungerundeter Wert
--   state: ok, not_recorded, missing_report oder not_applicable
--   is_due: Ob die Kommune im Zeitraum berichtspflichtig war (nicht befreit, nicht freiwillig) oder berichtet hat
--   note: Anmerkung zum Nenner
WITH catalogue AS (
    SELECT * FROM indicators.catalogue
),

periods AS (
    SELECT * FROM reference.periods
    WHERE has_figures
),

periods_asked AS (
    SELECT * FROM indicators.periods_asked
),

bodies AS (
    SELECT * FROM reference.areas
    WHERE area_key = ags
),

reports AS (
    SELECT * FROM intake.submissions
    WHERE in_force
),

obligations AS (
    SELECT * FROM intake.obligations
),

terms AS (
    SELECT * FROM indicators.terms_in_force
),

-- Every indicator of every body, whether or not anything was reported: nothing is missing silently.
questions AS (
    SELECT
        catalogue.id AS indicator_id,
        bodies.period,
        bodies.ags,
        catalogue.basis,
        catalogue.aggregation IN ('ratio', 'median') AS is_ratio,
        catalogue.scale,
        periods_asked.period IS NOT NULL AS is_asked,
        reports.submission_id IS NOT NULL AS is_reported,
        coalesce(NOT obligations.exempt AND obligations.duty_basis <> 'freiwillig', FALSE) AS is_obliged,
        CASE
            WHEN catalogue.basis = 'register' THEN TRUE
            WHEN catalogue.basis = 'publication' THEN FALSE
            ELSE reports.submission_id IS NOT NULL OR is_obliged
        END AS is_due
    FROM catalogue
    INNER JOIN bodies ON (catalogue.basis = 'publication') = (bodies.area_kind = 'land')
    INNER JOIN periods ON bodies.period = periods.period
    LEFT JOIN periods_asked ON catalogue.id = periods_asked.indicator_id AND bodies.period = periods_asked.period
    LEFT JOIN reports ON bodies.period = reports.period AND bodies.ags = reports.ags
    LEFT JOIN obligations ON bodies.period = obligations.period AND bodies.ags = obligations.ags
),

sums AS (
    SELECT
        terms.indicator_id,
        terms.period,
        terms.ags,
        terms.breakdown,
        sum(terms.numerator) AS numerator,
        sum(terms.denominator) AS denominator,
        count(*) > count(terms.numerator) AS lacks_numerator,
        count(*) > count(terms.denominator) AS lacks_denominator,
        bool_and(terms.applicable) AS is_applicable
    FROM terms
    GROUP BY terms.indicator_id, terms.period, terms.ags, terms.breakdown
),

-- Few terms bear a note, and collecting distinct texts costs more than all sums.
notes AS (
    SELECT
        indicator_id,
        period,
        ags,
        breakdown,
        string_agg(DISTINCT note, ' ' ORDER BY note) AS note
    FROM terms
    WHERE note IS NOT NULL
    GROUP BY indicator_id, period, ags, breakdown
),

shared_breakdowns AS (
    SELECT DISTINCT
        sums.indicator_id,
        sums.period,
        sums.breakdown
    FROM sums
    INNER JOIN catalogue ON sums.indicator_id = catalogue.id
    WHERE NOT list_contains(string_split(catalogue.own_breakdowns, '; '), string_split(sums.breakdown, '=')[1])
),

grid AS (
    SELECT
        indicator_id,
        period,
        ags,
        'gesamt' AS breakdown
    FROM questions
    UNION DISTINCT
    SELECT
        questions.indicator_id,
        questions.period,
        questions.ags,
        shared_breakdowns.breakdown
    FROM questions
    INNER JOIN shared_breakdowns
        ON
            questions.indicator_id = shared_breakdowns.indicator_id
            AND questions.period = shared_breakdowns.period
    WHERE questions.is_asked
    UNION DISTINCT
    SELECT
        sums.indicator_id,
        sums.period,
        sums.ags,
        sums.breakdown
    FROM sums
    INNER JOIN questions
        ON
            sums.indicator_id = questions.indicator_id
            AND sums.period = questions.period
            AND sums.ags = questions.ags
    WHERE questions.is_asked
),

contributors AS (
    SELECT DISTINCT
        indicator_id,
        period,
        ags
    FROM sums
),

judged AS (
    SELECT
        grid.indicator_id,
        grid.period,
        grid.ags,
        grid.breakdown,
        coalesce(sums.numerator, 0) AS numerator,
        CASE WHEN questions.is_ratio THEN coalesce(sums.denominator, 0) END AS denominator,
        questions.scale,
        questions.is_due,
        notes.note,
        CASE
            WHEN NOT questions.is_asked THEN 'not_applicable'
            WHEN
                questions.is_obliged AND NOT questions.is_reported
                AND (questions.basis = 'report' OR (questions.basis = 'intake' AND contributors.ags IS NULL))
                THEN 'missing_report'
            WHEN contributors.ags IS NULL OR (questions.basis = 'report' AND NOT questions.is_reported)
                THEN 'not_applicable'
            WHEN sums.lacks_numerator OR (questions.is_ratio AND sums.lacks_denominator) THEN 'not_recorded'
            WHEN NOT sums.is_applicable THEN 'not_applicable'
            WHEN questions.is_ratio AND coalesce(sums.denominator, 0) = 0 THEN 'not_applicable'
            ELSE 'ok'
        END AS state
    FROM grid
    INNER JOIN questions
        ON
            grid.indicator_id = questions.indicator_id
            AND grid.period = questions.period
            AND grid.ags = questions.ags
    LEFT JOIN contributors
        ON
            grid.indicator_id = contributors.indicator_id
            AND grid.period = contributors.period
            AND grid.ags = contributors.ags
    LEFT JOIN sums
        ON
            grid.indicator_id = sums.indicator_id
            AND grid.period = sums.period
            AND grid.ags = sums.ags
            AND grid.breakdown = sums.breakdown
    LEFT JOIN notes
        ON
            grid.indicator_id = notes.indicator_id
            AND grid.period = notes.period
            AND grid.ags = notes.ags
            AND grid.breakdown = notes.breakdown
)

SELECT
    indicator_id,
    period,
    ags,
    breakdown,
    CASE WHEN state = 'ok' THEN numerator END AS numerator,
    CASE WHEN state = 'ok' THEN denominator END AS denominator,
    -- A quotient is a floating-point number: ten decimals keep a value that ends in 5 exactly on the 5.
    CASE
        WHEN state = 'ok'
            THEN cast(scale * cast(numerator AS DOUBLE) / coalesce(nullif(denominator, 0), 1) AS DECIMAL(38, 10))
    END AS exact_value,
    state,
    is_due,
    note
FROM judged
ORDER BY indicator_id ASC, period ASC, ags ASC, breakdown ASC

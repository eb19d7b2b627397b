-- comment: >-
--   Kommunen, deren Beitrag zu einer Kennzahl sich unterscheidet: Terme, die hinzukamen, entfielen oder andere Zahlen
--   tragen, und Zustände. Nur Zeiträume, zu denen es vorher und nachher Kennzahlen gibt
-- columns:
--   indicator_id: Kennzahl
--   period: Berichtszeitraum
--   breakdown: gesamt oder eine Gliederung als name=wert
--   ags: Kommune
--   section: Abschnitt oder Register des Terms; leer, wenn sich allein der Zustand unterscheidet
--   row_key: Zeile im Register; leer bei Abschnitten des Bogens
WITH both_periods AS (
    SELECT period
    FROM before.reference.periods
    WHERE has_figures
    INTERSECT
    SELECT period
    FROM after.reference.periods
    WHERE has_figures
),

terms AS (
    SELECT
        -1 AS side,
        *
    FROM before.indicators.terms_in_force
    UNION ALL BY NAME
    SELECT
        1 AS side,
        *
    FROM after.indicators.terms_in_force
),

states AS (
    SELECT
        -1 AS side,
        *
    FROM before.indicators.body_values
    UNION ALL BY NAME
    SELECT
        1 AS side,
        *
    FROM after.indicators.body_values
),

changed_terms AS (
    SELECT
        indicator_id,
        period,
        breakdown,
        ags,
        section,
        row_key
    FROM terms
    GROUP BY
        indicator_id, period, breakdown, ags, section, row_key, submission_id, numerator, denominator, applicable, note
    HAVING sum(side) <> 0
),

changed_states AS (
    SELECT
        indicator_id,
        period,
        breakdown,
        ags
    FROM states
    GROUP BY indicator_id, period, breakdown, ags, state, is_due
    HAVING sum(side) <> 0
),

touched AS (
    SELECT DISTINCT
        indicator_id,
        period,
        breakdown,
        ags,
        section,
        if(contains(section, '.'), row_key, '') AS row_key
    FROM changed_terms
    UNION ALL
    SELECT DISTINCT
        changed_states.indicator_id,
        changed_states.period,
        changed_states.breakdown,
        changed_states.ags,
        '' AS section,
        '' AS row_key
    FROM changed_states
    ANTI JOIN changed_terms
        ON
            changed_states.indicator_id = changed_terms.indicator_id
            AND changed_states.period = changed_terms.period
            AND changed_states.breakdown = changed_terms.breakdown
            AND changed_states.ags = changed_terms.ags
)

SELECT touched.*
FROM touched
SEMI JOIN both_periods ON touched.period = both_periods.period

-- comment: >-
--   Eine Zahl bis zu ihren Zellen und Dateien: jeder Term, aus dem sie besteht, mit jedem Feld, das die Kennzahl in
--   seiner Zeile liest. Summen führen nur die Kommunen auf, die in ihnen zählen; Terme aus Registern nennen deren Zeile
--   statt einer Zelle. Eine Gliederung, zu der eine Kommune keine Zeile hat, ist dort 0 und hat keinen Term
-- kind: macro
-- parameters: [indicator, area_key, period, "breakdown := 'gesamt'"]
WITH asked AS (
    SELECT
        indicator AS asked_indicator,
        area_key AS asked_area,
        period AS asked_period,
        breakdown AS asked_breakdown
),

terms AS (
    SELECT terms_in_force.*
    FROM asked
    INNER JOIN reference.areas AS areas
        ON asked.asked_area = areas.area_key AND asked.asked_period = areas.period
    INNER JOIN indicators.body_values AS body_values
        ON
            areas.period = body_values.period
            AND areas.ags = body_values.ags
            AND asked.asked_indicator = body_values.indicator_id
            AND asked.asked_breakdown = body_values.breakdown
    INNER JOIN indicators.terms_in_force AS terms_in_force
        ON
            body_values.indicator_id = terms_in_force.indicator_id
            AND body_values.period = terms_in_force.period
            AND body_values.ags = terms_in_force.ags
            AND body_values.breakdown = terms_in_force.breakdown
    WHERE body_values.state = 'ok' OR areas.area_kind = 'body'
),

from_cells AS (
    SELECT
        terms.*,
        cells.field,
        cells.sheet,
        cells.cell,
        cells.raw,
        cells.value
    FROM terms
    INNER JOIN indicators.fields AS fields
        ON terms.indicator_id = fields.indicator_id AND terms.section = fields.section
    INNER JOIN reports.cells AS cells
        ON
            terms.submission_id = cells.submission_id
            AND terms.row_key = cells.row_key
            AND fields.path = cells.field
),

from_empty_tables AS (
    SELECT
        terms.*,
        empty_tables.section AS field,
        empty_tables.sheet,
        empty_tables.cell,
        '' AS raw,
        '0' AS value
    FROM terms
    INNER JOIN accepted.empty_tables AS empty_tables
        ON terms.submission_id = empty_tables.submission_id AND terms.section = empty_tables.section
    WHERE terms.row_key = ''
),

from_registers AS (
    SELECT
        terms.*,
        fields.path AS field,
        NULL AS sheet,
        NULL AS cell,
        NULL AS raw,
        register_values.value
    FROM terms
    INNER JOIN indicators.fields AS fields
        ON terms.indicator_id = fields.indicator_id AND terms.section = fields.section
    INNER JOIN audit.register_values AS register_values
        ON
            terms.section = register_values.register
            AND terms.row_key = register_values.row_key
            AND fields.field = register_values.field
),

traced AS (
    SELECT * FROM from_cells
    UNION ALL
    SELECT * FROM from_empty_tables
    UNION ALL
    SELECT * FROM from_registers
)

SELECT
    concat_ws(': ', traced.section, nullif(traced.row_key, '')) AS term,
    traced.field,
    traced.submission_id,
    submissions.sha256,
    traced.sheet,
    traced.cell,
    traced.raw,
    traced.value,
    submissions.received_at,
    submissions.verdict,
    traced.ags,
    traced.section,
    traced.row_key,
    traced.numerator,
    traced.denominator
FROM traced
-- A register's row is in no file, even where it counts together with a report.
LEFT JOIN intake.submissions AS submissions
    ON traced.submission_id = submissions.submission_id AND NOT starts_with(traced.section, 'reference.')
ORDER BY traced.ags, traced.section, traced.submission_id, traced.row_key, traced.field

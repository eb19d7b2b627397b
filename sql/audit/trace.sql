-- comment: >-
--   Eine Zahl bis zu ihren Zellen und Dateien: jeder Term, aus dem sie besteht, mit jedem Feld, das die Kennzahl in
--   seiner Zeile liest. Summen führen nur die Kommunen auf, die in ihnen zählen; Terme aus Registern nennen deren
--   Zeile statt einer Zelle. Eine Gliederung, zu der eine Kommune keine Zeile hat, ist dort 0 und hat keinen Term.
--   Spalte side: ob der Term zum Zähler (numerator), zum Nenner (denominator) oder zu beiden (both) beiträgt; basis =
--   die Zahl beruht auf ihm, er selbst trägt 0 bei. Spalte explained: was die Kommune zu Auffälligkeiten dieser
--   Angabe sagt
-- kind: macro
-- parameters: [indicator, area_key, period, "breakdown := 'gesamt'"]
WITH terms AS (
    SELECT
        terms_in_force.*,
        areas.area_key AS asked_area
    FROM reference.areas AS areas
    INNER JOIN indicators.body_values AS body_values
        ON areas.period = body_values.period AND areas.ags = body_values.ags
    INNER JOIN indicators.terms_in_force AS terms_in_force
        ON
            body_values.indicator_id = terms_in_force.indicator_id
            AND body_values.period = terms_in_force.period
            AND body_values.ags = terms_in_force.ags
            AND body_values.breakdown = terms_in_force.breakdown
    -- What stands without a table's name is a parameter.
    WHERE
        areas.area_key = area_key  -- noqa: RF02
        AND areas.period = period  -- noqa: RF02
        AND body_values.indicator_id = upper(indicator)  -- noqa: RF02
        AND body_values.breakdown = breakdown  -- noqa: RF02
        AND (body_values.state = 'ok' OR areas.area_kind = 'body')
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
),

explanations AS (
    SELECT
        submission_id,
        field,
        row_key,
        string_agg(code || ': ' || explained, ' · ' ORDER BY code, explained) AS explained
    FROM intake.findings
    WHERE explained <> ''
    GROUP BY submission_id, field, row_key
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
    traced.denominator,
    CASE
        WHEN traced.denominator IS NULL THEN 'numerator'
        WHEN coalesce(traced.numerator, 1) <> 0 AND traced.denominator <> 0 THEN 'both'
        WHEN coalesce(traced.numerator, 1) <> 0 THEN 'numerator'
        WHEN traced.denominator <> 0 THEN 'denominator'
        ELSE 'basis'
    END AS side,
    submissions.verdict_at,
    explanations.explained,
    submissions.approved_at
FROM traced
-- A register's row is in no file, even where it counts together with a report.
LEFT JOIN intake.submissions AS submissions
    ON traced.submission_id = submissions.submission_id AND NOT starts_with(traced.section, 'reference.')
LEFT JOIN explanations
    ON
        traced.submission_id = explanations.submission_id
        AND traced.field = explanations.field
        AND traced.row_key = explanations.row_key
ORDER BY traced.ags, traced.section, traced.submission_id, traced.row_key, traced.field

-- comment: >-
--   Zeilen der Register und Stammdaten, die sich unterscheiden; bei Berichtspflichten und Schritten nur, was ein
--   Bescheid oder eine Entscheidung ändert, nicht der Eingang: den zeigen reports und arrivals
-- columns:
--   register: Register, zum Beispiel reference.grants
--   row_key: Zeile im Register
--   ags: Kommune, zu der die Zeile gehört; leer, wenn sie für alle gilt
--   fields: Spalten, die sich unterscheiden
WITH lines AS (
    SELECT
        -1 AS side,
        *
    FROM before.audit.register_values
    UNION ALL
    SELECT
        1 AS side,
        *
    FROM after.audit.register_values
),

others AS (
    SELECT
        -1 AS side,
        'reference.targets' AS register,
        ags || ' · ' || target_number AS row_key,
        unnest([
            ('ags', ags), ('field_of_action', field_of_action), ('target_text', target_text),
            ('baseline', cast(baseline AS VARCHAR)), ('target', cast(target AS VARCHAR)), ('unit', unit),
            ('direction', direction), ('year_from', cast(year_from AS VARCHAR)), ('year_to', cast(year_to AS VARCHAR))
        ]) AS pair
    FROM before.reference.targets
    UNION ALL
    SELECT
        1 AS side,
        'reference.targets' AS register,
        ags || ' · ' || target_number AS row_key,
        unnest([
            ('ags', ags), ('field_of_action', field_of_action), ('target_text', target_text),
            ('baseline', cast(baseline AS VARCHAR)), ('target', cast(target AS VARCHAR)), ('unit', unit),
            ('direction', direction), ('year_from', cast(year_from AS VARCHAR)), ('year_to', cast(year_to AS VARCHAR))
        ]) AS pair
    FROM after.reference.targets
    UNION ALL
    SELECT
        -1 AS side,
        'reference.municipalities' AS register,
        ags || ' · ' || valid_from AS row_key,
        unnest([
            ('ags', ags), ('name', name), ('type', type), ('regierungsbezirk', regierungsbezirk),
            ('kreis_ags', kreis_ags), ('valid_to', cast(valid_to AS VARCHAR))
        ]) AS pair
    FROM before.reference.municipalities
    UNION ALL
    SELECT
        1 AS side,
        'reference.municipalities' AS register,
        ags || ' · ' || valid_from AS row_key,
        unnest([
            ('ags', ags), ('name', name), ('type', type), ('regierungsbezirk', regierungsbezirk),
            ('kreis_ags', kreis_ags), ('valid_to', cast(valid_to AS VARCHAR))
        ]) AS pair
    FROM after.reference.municipalities
),

all_lines AS (
    SELECT
        side,
        register,
        row_key,
        field,
        value
    FROM lines
    UNION ALL
    SELECT
        side,
        register,
        row_key,
        pair[1] AS field,
        pair[2] AS value
    FROM others
),

changed AS (
    SELECT
        register,
        row_key,
        field
    FROM all_lines
    WHERE
        CASE register
            WHEN 'intake.submissions' THEN FALSE
            WHEN 'publication.suppressed' THEN FALSE
            WHEN 'intake.obligations' THEN field IN ('due_on', 'duty_basis', 'exempt', 'extended_to')
            WHEN 'intake.steps' THEN value IN ('approved', 'sent_back')
            ELSE TRUE
        END
    GROUP BY register, row_key, field, value
    HAVING sum(side) <> 0
),

whose AS (
    SELECT
        register,
        row_key,
        any_value(value) AS ags
    FROM all_lines
    WHERE field = 'ags'
    GROUP BY register, row_key
)

SELECT
    changed.register,
    changed.row_key,
    whose.ags,
    string_agg(DISTINCT changed.field, ', ' ORDER BY changed.field) AS fields
FROM changed
LEFT JOIN whose ON changed.register = whose.register AND changed.row_key = whose.row_key
GROUP BY changed.register, changed.row_key, whose.ags

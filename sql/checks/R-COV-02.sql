-- Vorgedruckte Angaben des Deckblatts: Schlüssel, Name, Berichtsart, Jahr und Fassung gehören zu dem Bogen,
-- als der die Datei eingereicht wurde.
WITH printed AS (
    SELECT
        submission_id,
        unnest([
            {'field': 'cover.ags', 'text': ags},
            {'field': 'cover.body_name', 'text': body_name},
            {'field': 'cover.report_kind', 'text': report_kind},
            {'field': 'cover.year', 'text': year::VARCHAR},
            {'field': 'cover.form_version', 'text': form_version}
        ]) AS entry
    FROM cover
),

due AS (
    SELECT
        submissions.submission_id,
        unnest([
            {'field': 'cover.ags', 'text': submissions.ags},
            {'field': 'cover.body_name', 'text': municipalities.name},
            {'field': 'cover.report_kind', 'text': submissions.kind},
            {'field': 'cover.year', 'text': submissions.year::VARCHAR},
            {'field': 'cover.form_version', 'text': submissions.form_version}
        ]) AS entry
    FROM submissions
    LEFT JOIN reference.municipalities
        ON
            submissions.ags = municipalities.ags
            AND submissions.closing_day BETWEEN municipalities.valid_from AND municipalities.valid_to
)

SELECT
    printed.submission_id,
    '' AS row_key,
    printed.entry.field AS field,
    (printed.entry.text = due.entry.text)::INTEGER AS given,
    1 AS expected,
    printed.entry.text AS given_text,
    due.entry.text AS expected_text
FROM printed
INNER JOIN due ON printed.submission_id = due.submission_id AND printed.entry.field = due.entry.field

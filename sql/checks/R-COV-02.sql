-- Vorgedruckte Angaben des Deckblatts: Schlüssel, Name, Berichtsart, Jahr und Fassung gehören zu dem Bogen,
-- als der die Datei eingereicht wurde.
WITH printed AS (
    SELECT
        submission_id,
        name,
        printed_text
    FROM (
        SELECT
            submission_id,
            ags,
            body_name,
            report_kind,
            year::VARCHAR AS year,
            form_version
        FROM cover
    ) AS cover
    UNPIVOT (printed_text FOR name IN (ags, body_name, report_kind, year, form_version))
),

due AS (
    SELECT
        submission_id,
        name,
        due_text
    FROM (
        SELECT
            submissions.submission_id,
            submissions.ags,
            municipalities.name AS body_name,
            submissions.kind AS report_kind,
            submissions.year::VARCHAR AS year,
            submissions.form_version
        FROM submissions
        LEFT JOIN reference.municipalities
            ON
                submissions.ags = municipalities.ags
                AND submissions.closing_day BETWEEN municipalities.valid_from AND municipalities.valid_to
    ) AS cover
    UNPIVOT (due_text FOR name IN (ags, body_name, report_kind, year, form_version))
)

SELECT
    printed.submission_id,
    '' AS row_key,
    'cover.' || printed.name AS field,
    (printed.printed_text = due.due_text)::INTEGER AS given,
    1 AS expected,
    printed.printed_text AS given_text,
    due.due_text AS expected_text
FROM printed
INNER JOIN due ON printed.submission_id = due.submission_id AND printed.name = due.name

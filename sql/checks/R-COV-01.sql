-- Der Gemeindeschlüssel des Bogens gehört am Stichtag zu einer Kommune des Programms.
-- Der Schlüssel gilt mit Datum: Hanau führt seit dem 1. Januar 2026 einen eigenen.
SELECT
    submissions.submission_id,
    '' AS row_key,
    least(count(municipalities.ags), 1) AS given,
    1 AS expected,
    submissions.ags AS given_text,
    'ein am Stichtag gültiger Schlüssel' AS expected_text,
    submissions.closing_day
FROM submissions
LEFT JOIN reference.municipalities
    ON
        submissions.ags = municipalities.ags
        AND submissions.closing_day BETWEEN municipalities.valid_from AND municipalities.valid_to
GROUP BY submissions.submission_id, submissions.ags, submissions.closing_day

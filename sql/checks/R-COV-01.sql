-- Der Gemeindeschlüssel des Bogens gehört am Stichtag zu einer Kommune des Programms.
-- Der Schlüssel gilt mit Datum: Hanau führt seit dem 1. Januar 2026 einen eigenen. Unbekannte meldet R-COV-08.
SELECT
    submissions.submission_id,
    '' AS row_key,
    least(count(municipalities.ags) FILTER (
        WHERE submissions.closing_day BETWEEN municipalities.valid_from AND municipalities.valid_to
    ), 1) AS given,
    CASE WHEN count(municipalities.ags) > 0 THEN 1 END AS expected,
    submissions.ags AS given_text,
    'ein am Stichtag gültiger Schlüssel' AS expected_text,
    submissions.closing_day
FROM submissions
LEFT JOIN reference.municipalities ON submissions.ags = municipalities.ags
GROUP BY submissions.submission_id, submissions.ags, submissions.closing_day

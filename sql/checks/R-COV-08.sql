-- Der Gemeindeschlüssel des Bogens ist irgendwann der einer Kommune des Programms; ob er es am Stichtag ist, prüft
-- R-COV-01.
SELECT
    submissions.submission_id,
    '' AS row_key,
    least(count(municipalities.ags), 1) AS given,
    1 AS expected,
    submissions.ags AS given_text,
    'ein Schlüssel aus dem Verzeichnis der Kommunen' AS expected_text
FROM submissions
LEFT JOIN reference.municipalities ON submissions.ags = municipalities.ags
GROUP BY submissions.submission_id, submissions.ags

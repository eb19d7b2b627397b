-- Quartale, die noch nicht begonnen hatten, als der Bericht einging oder, wenn er ein späteres Datum trägt, erstellt
-- wurde, haben keine Anfragen.
WITH started AS (
    SELECT
        quarters.submission_id,
        quarters.row_key,
        quarters.enquiries,
        make_date(submissions.year, substr(quarters.quarter, 2)::INTEGER * 3 - 2, 1) AS first_day,
        greatest(submissions.received_on, cover.prepared_on) AS known_on
    FROM quarters
    INNER JOIN submissions ON quarters.submission_id = submissions.submission_id
    LEFT JOIN cover ON quarters.submission_id = cover.submission_id
)

SELECT
    submission_id,
    row_key,
    enquiries AS given,
    CASE WHEN first_day > known_on THEN 0 ELSE enquiries END AS expected,
    first_day
FROM started

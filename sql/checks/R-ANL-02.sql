-- Summe der Themen gegen die Anfragen von Personen: Jede Anfrage hat mindestens ein Thema.
WITH by_topic AS (
    SELECT
        submission_id,
        CASE WHEN count(*) = count(enquiries) THEN sum(enquiries) END AS enquiries
    FROM topics
    GROUP BY submission_id
),

by_person AS (
    SELECT
        submission_id,
        CASE WHEN count(*) = count(persons) THEN sum(persons) END AS enquiries
    FROM enquiries
    GROUP BY submission_id
)

SELECT
    by_topic.submission_id,
    '' AS row_key,
    by_topic.enquiries AS given,
    by_person.enquiries AS expected
FROM by_topic
INNER JOIN by_person ON by_topic.submission_id = by_person.submission_id

-- Weiterverwiesene Anfragen gegen die Anfragen von Personen.
WITH by_person AS (
    SELECT
        submission_id,
        CASE WHEN count(*) = count(persons) THEN sum(persons) END AS enquiries
    FROM enquiries
    GROUP BY submission_id
)

SELECT
    counselling.submission_id,
    counselling.row_key,
    counselling.enquiries_referred AS given,
    by_person.enquiries AS expected
FROM counselling
INNER JOIN by_person ON counselling.submission_id = by_person.submission_id

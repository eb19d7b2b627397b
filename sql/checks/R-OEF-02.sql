-- Wo eine Maßnahme eine Art von Einrichtung nennt, ist mindestens eine Einrichtung dieser Art erreicht.
WITH measures AS (
    SELECT
        submission_id,
        institution_type,
        sum(measures) AS measures
    FROM opening_measures
    GROUP BY submission_id, institution_type
)

SELECT
    institutions_reached.submission_id,
    institutions_reached.row_key,
    institutions_reached.institutions AS given,
    CASE WHEN measures.measures > 0 THEN 1 END AS expected,
    measures.measures
FROM institutions_reached
LEFT JOIN measures
    ON
        institutions_reached.submission_id = measures.submission_id
        AND institutions_reached.institution_type = measures.institution_type

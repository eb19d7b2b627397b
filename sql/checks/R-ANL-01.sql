-- Summe der Quartale gegen die Summe aller Zugänge, wo beide vollständig erfasst sind.
WITH by_quarter AS (
    SELECT
        submission_id,
        CASE WHEN count(*) = count(enquiries) THEN sum(enquiries) END AS enquiries
    FROM quarters
    GROUP BY submission_id
),

by_channel AS (
    SELECT
        submission_id,
        CASE
            WHEN count(*) = count(persons + organisations + authorities)
                THEN sum(persons + organisations + authorities)
        END AS enquiries
    FROM enquiries
    GROUP BY submission_id
)

SELECT
    by_quarter.submission_id,
    '' AS row_key,
    by_quarter.enquiries AS given,
    by_channel.enquiries AS expected
FROM by_quarter
INNER JOIN by_channel ON by_quarter.submission_id = by_channel.submission_id

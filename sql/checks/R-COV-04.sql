-- Erstellt am: nicht nach dem Abgabetermin des Zeitraums oder, wenn der Bericht später einging, nach seinem Eingang.
WITH due AS (
    SELECT
        submissions.submission_id,
        submissions.received_on,
        make_date(
            year(submissions.closing_day) + (submissions.kind <> 'Halbjahresbericht')::INTEGER,
            substr(parameters.value, 1, 2)::INTEGER,
            substr(parameters.value, 4, 2)::INTEGER
        ) AS due_on
    FROM submissions
    LEFT JOIN reference.parameters
        ON
            parameters.name = CASE submissions.kind
                WHEN 'Halbjahresbericht' THEN 'half_year_due' ELSE 'year_due'
            END
            AND submissions.closing_day BETWEEN parameters.valid_from AND parameters.valid_to
)

SELECT
    cover.submission_id,
    '' AS row_key,
    datediff('day', DATE '1970-01-01', cover.prepared_on) AS given,
    datediff('day', DATE '1970-01-01', greatest(due.received_on, due.due_on)) AS expected
FROM cover
INNER JOIN due ON cover.submission_id = due.submission_id

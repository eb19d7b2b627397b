-- Besuchte Vernetzungstreffen des Landes gegen die Zahl der angebotenen, im Schlussbericht die aller Jahre.
SELECT
    strategy.submission_id,
    strategy.row_key,
    strategy.state_meetings_attended AS given,
    parameters.number * (submissions.year - year(submissions.first_day) + 1) AS expected
FROM strategy
INNER JOIN submissions ON strategy.submission_id = submissions.submission_id
LEFT JOIN reference.parameters
    ON
        parameters.name = 'state_meetings_offered'
        AND submissions.closing_day BETWEEN parameters.valid_from AND parameters.valid_to

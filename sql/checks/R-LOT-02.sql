-- Landesmittel der Integrationslotsinnen und -lotsen gegen Stunden mal Pauschale. Eigenmittel dürfen aufstocken.
SELECT
    guides.submission_id,
    guides.row_key,
    guides.state_funds_eur AS given,
    round(guides.hours * parameters.number, 2)::DECIMAL(14, 2) AS expected,
    guides.hours
FROM guides
INNER JOIN submissions ON guides.submission_id = submissions.submission_id
LEFT JOIN reference.parameters
    ON
        parameters.name = 'guide_allowance_eur_per_hour'
        AND submissions.closing_day BETWEEN parameters.valid_from AND parameters.valid_to
WHERE guides.guide_type = 'Integration'

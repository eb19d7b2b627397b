-- Einsatzstunden der Integrationslotsinnen und -lotsen gegen die Höchststunden je Person und Jahr, für koordinierende
-- mehr.
SELECT
    guides.submission_id,
    guides.row_key,
    guides.hours AS given,
    ((guides.active_total - guides.coordinating) * simple.number + guides.coordinating * coordinating.number)
    * (submissions.year - year(submissions.first_day) + 1) AS expected,
    guides.active_total,
    guides.coordinating
FROM guides
INNER JOIN submissions ON guides.submission_id = submissions.submission_id
LEFT JOIN reference.parameters AS simple
    ON
        simple.name = 'guide_hours_per_year'
        AND submissions.closing_day BETWEEN simple.valid_from AND simple.valid_to
LEFT JOIN reference.parameters AS coordinating
    ON
        coordinating.name = 'coordinating_guide_hours_per_year'
        AND submissions.closing_day BETWEEN coordinating.valid_from AND coordinating.valid_to
WHERE guides.guide_type = 'Integration'

-- Umfang einer Basisqualifizierung: höchstens so viele Unterrichtseinheiten wie vorgesehen.
SELECT
    guide_training.submission_id,
    guide_training.row_key,
    guide_training.teaching_units AS given,
    parameters.number AS expected
FROM guide_training
INNER JOIN submissions ON guide_training.submission_id = submissions.submission_id
LEFT JOIN reference.parameters
    ON
        parameters.name = 'basic_training_units_max'
        AND submissions.closing_day BETWEEN parameters.valid_from AND parameters.valid_to
WHERE guide_training.training_type = 'Basisqualifizierung'

-- Landesmittel eines Kurses gegen Teilnehmende mal Unterrichtseinheiten mal Satz.
SELECT
    guide_training.submission_id,
    guide_training.row_key,
    guide_training.state_funds_eur AS given,
    round(guide_training.participants * guide_training.teaching_units * parameters.number, 2)::DECIMAL(14, 2)
        AS expected,
    guide_training.participants,
    guide_training.teaching_units
FROM guide_training
INNER JOIN submissions ON guide_training.submission_id = submissions.submission_id
LEFT JOIN reference.parameters
    ON
        parameters.name = 'basic_training_eur_per_unit'
        AND submissions.closing_day BETWEEN parameters.valid_from AND parameters.valid_to

-- comment: Wer hat zu welchem Zeitraum noch keinen angenommenen Bericht, und wie lange ist die Frist vorüber?
-- kind: question
WITH obligations AS (
    SELECT * FROM intake.obligations
),

municipalities AS (
    SELECT * FROM reference.areas
    WHERE area_kind = 'body'
),

submissions AS (
    SELECT * FROM intake.submissions
    WHERE in_force
)

SELECT
    obligations.period,
    obligations.ags,
    municipalities.area AS municipality,
    obligations.due_on,
    obligations.extended_to,
    obligations.received_on,
    obligations.days_late,
    obligations.state
FROM obligations
INNER JOIN municipalities ON obligations.period = municipalities.period AND obligations.ags = municipalities.ags
LEFT JOIN submissions ON obligations.period = submissions.period AND obligations.ags = submissions.ags
WHERE submissions.submission_id IS NULL AND NOT obligations.exempt
ORDER BY obligations.period ASC, obligations.days_late DESC NULLS LAST, obligations.ags ASC

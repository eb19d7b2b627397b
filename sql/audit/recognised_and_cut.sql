-- comment: Was hat die Bewilligungsbehörde anerkannt, was gekürzt, und mit welchem Prüfvermerk?
-- kind: question
-- columns:
--   period: Berichtszeitraum
--   ags: Kommune
--   municipality: Name der Kommune
--   submission_id: Einreichung
--   grant_number: Nummer des Zuwendungsbescheids
--   reported_eur: Als verwendet gemeldet (EUR)
--   recognised_eur: Davon anerkannt (EUR)
--   cut_eur: Davon gekürzt (EUR)
--   recognised_by: Wer entschieden hat (Kennung)
--   why: Prüfvermerk
WITH recognitions AS (
    SELECT * FROM intake.recognitions
    WHERE in_force
),

submissions AS (
    SELECT * FROM intake.submissions
),

municipalities AS (
    SELECT * FROM reference.areas
    WHERE area_kind = 'body'
)

SELECT
    submissions.period,
    submissions.ags,
    municipalities.area AS municipality,
    recognitions.submission_id,
    recognitions.grant_number,
    recognitions.reported_eur,
    recognitions.recognised_eur,
    recognitions.cut_eur,
    recognitions.recognised_by,
    recognitions.why
FROM recognitions
INNER JOIN submissions ON recognitions.submission_id = submissions.submission_id
INNER JOIN municipalities ON submissions.period = municipalities.period AND submissions.ags = municipalities.ags
ORDER BY recognitions.cut_eur DESC, recognitions.submission_id ASC, recognitions.grant_number ASC

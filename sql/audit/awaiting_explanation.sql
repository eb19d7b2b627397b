-- comment: >-
--   Welche Berichte warten auf eine Erläuterung, und zu welcher Auffälligkeit? Es zählt die neueste Einreichung
-- kind: question
-- columns:
--   period: Berichtszeitraum
--   ags: Kommune
--   municipality: Name der Kommune
--   submission_id: Einreichung
--   received_on: Tag des Eingangs
--   code: Prüfcode
--   sheet: Tabellenblatt
--   cell: Zelle
--   message: Feststellung
WITH newest AS (
    -- Whoever sends a workbook again no longer explains the one before.
    SELECT * FROM intake.submissions
    WHERE NOT voided AND NOT erased
    QUALIFY row_number() OVER (PARTITION BY ags, period ORDER BY received_at DESC, submission_id DESC) = 1
),

submissions AS (
    SELECT * FROM newest
    WHERE verdict = 'awaiting_explanation'
),

findings AS (
    SELECT * FROM intake.findings
    WHERE severity = 'warning' AND NOT trial AND coalesce(explained, '') = ''
),

municipalities AS (
    SELECT * FROM reference.areas
    WHERE area_kind = 'body'
)

SELECT
    submissions.period,
    submissions.ags,
    municipalities.area AS municipality,
    submissions.submission_id,
    submissions.received_on,
    findings.code,
    findings.sheet,
    findings.cell,
    findings.message
FROM submissions
INNER JOIN findings ON submissions.submission_id = findings.submission_id
INNER JOIN municipalities ON submissions.period = municipalities.period AND submissions.ags = municipalities.ags
ORDER BY submissions.received_on, submissions.submission_id, findings.code, findings.cell

-- comment: >-
--   Erläuterte Auffälligkeiten mit dem, was die Kommune dazu sagt – auf Blatt 11 ihres Bogens oder nachträglich –, und
--   ob sie damit eine frühere Erläuterung bestätigt
-- columns:
--   submission_id: Einreichung
--   ags: Amtlicher Gemeindeschlüssel der Kommune
--   period: Berichtszeitraum
--   in_force: Ob diese Einreichung gilt
--   code: Prüfcode
--   sheet: Tabellenblatt in der eingereichten Datei
--   cell: Zelle in der eingereichten Datei
--   field: Feld des Bogens
--   finding_row: Zeile im Abschnitt
--   message: Feststellung
--   explained: Erläuterung der Kommune
--   confirms_earlier: Ob sie bestätigt, was im letzten Bericht oder zuvor in diesem stand
WITH findings AS (
    SELECT * FROM intake.findings
    WHERE explained <> ''
),

submissions AS (
    SELECT * FROM intake.submissions
)

SELECT
    submissions.submission_id,
    submissions.ags,
    submissions.period,
    submissions.in_force,
    findings.code,
    findings.sheet,
    findings.cell,
    findings.field,
    findings.row_key AS finding_row,
    findings.message,
    findings.explained,
    coalesce(findings.explained = findings.offered, FALSE) AS confirms_earlier
FROM findings
INNER JOIN submissions ON findings.submission_id = submissions.submission_id

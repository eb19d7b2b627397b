-- comment: >-
--   Leere Tabellen angenommener Berichte; als vollständig bestätigt zählen sie 0, und ihre Adresse ist ihre erste Zelle
-- columns:
--   submission_id: Einreichung
--   ags: Amtlicher Gemeindeschlüssel der berichtenden Kommune
--   period: Berichtszeitraum
--   section: Abschnitt des Bogens
--   sheet: Tabellenblatt in der eingereichten Datei
--   cell: Erste Zelle der Tabelle
WITH empty_tables AS (
    SELECT * FROM intake.empty_tables
),

cover AS (
    SELECT * FROM accepted.cover
),

submissions AS (
    SELECT * FROM intake.submissions
)

SELECT
    empty_tables.submission_id,
    submissions.ags,
    submissions.period,
    empty_tables.section,
    empty_tables.sheet,
    empty_tables.cell
FROM empty_tables
INNER JOIN submissions ON empty_tables.submission_id = submissions.submission_id
INNER JOIN cover ON empty_tables.submission_id = cover.submission_id
WHERE cover.confirmed_complete = 'Ja'

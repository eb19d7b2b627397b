-- comment: >-
--   Die erste geprüfte Einreichung jeder Kommune zu jedem Zeitraum. Wer im Zeitraum nicht besteht, schuldet nichts –
--   eine Datei mit erfundenem Gemeindeschlüssel zählt für niemanden
-- columns:
--   submission_id: Einreichung
--   ags: Amtlicher Gemeindeschlüssel der Kommune
--   period: Berichtszeitraum
--   year: Berichtsjahr
--   row_key: Zeile in intake.submissions
--   verdict: Heutiges Prüfergebnis
--   form_version: Fassung des Erhebungsbogens
WITH submissions AS (
    SELECT * FROM intake.submissions
    WHERE verdict IS NOT NULL
),

obligations AS (
    SELECT * FROM intake.obligations
)

SELECT
    submissions.submission_id,
    submissions.ags,
    submissions.period,
    submissions.year,
    submissions.row_key,
    submissions.verdict,
    submissions.form_version
FROM submissions
SEMI JOIN obligations ON submissions.ags = obligations.ags AND submissions.period = obligations.period
QUALIFY row_number() OVER (
    PARTITION BY submissions.ags, submissions.period ORDER BY submissions.received_at, submissions.submission_id
) = 1

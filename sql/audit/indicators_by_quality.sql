-- comment: >-
--   Wie belastbar sind die Kennzahlen des Landes? Auf wie vielen Kommunen sie beruhen, und warum die anderen fehlen –
--   die lückenhaftesten zuerst; ohne Kennzahlen, die auf keine Kommune anwendbar sind
-- kind: question
-- columns:
--   period: Berichtszeitraum
--   indicator_id: Kennzahl
--   name_de: Name der Kennzahl
--   bodies_due: Kommunen, für die es die Kennzahl geben sollte
--   bodies_ok: Davon mit Wert
--   ok_percent: Anteil in Prozent
--   not_recorded: Davon nicht erhoben
--   missing_report: Davon ohne Bericht
--   not_applicable: Davon nicht anwendbar
--   with_explained_warnings: Kommunen mit Wert, deren Bericht erläuterte Auffälligkeiten enthält
WITH body_values AS (
    SELECT * FROM indicators.body_values
    WHERE breakdown = 'gesamt' AND is_due
),

catalogue AS (
    SELECT * FROM indicators.catalogue
),

submissions AS (
    SELECT * FROM intake.submissions
    WHERE in_force AND verdict = 'accepted_with_warnings'
),

periods_asked AS (
    SELECT * FROM indicators.periods_asked
)

SELECT
    body_values.period,
    body_values.indicator_id,
    any_value(catalogue.name_de) AS name_de,
    count(*) AS bodies_due,
    count(*) FILTER (WHERE body_values.state = 'ok') AS bodies_ok,
    cast(round(100.0 * count(*) FILTER (WHERE body_values.state = 'ok') / count(*), 1) AS DECIMAL(5, 1)) AS ok_percent,
    count(*) FILTER (WHERE body_values.state = 'not_recorded') AS not_recorded,
    count(*) FILTER (WHERE body_values.state = 'missing_report') AS missing_report,
    count(*) FILTER (WHERE body_values.state = 'not_applicable') AS not_applicable,
    count(*) FILTER (
        WHERE body_values.state = 'ok' AND catalogue.basis = 'report' AND submissions.submission_id IS NOT NULL
    ) AS with_explained_warnings
FROM body_values
INNER JOIN catalogue ON body_values.indicator_id = catalogue.id
INNER JOIN periods_asked
    ON body_values.indicator_id = periods_asked.indicator_id AND body_values.period = periods_asked.period
LEFT JOIN submissions ON body_values.period = submissions.period AND body_values.ags = submissions.ags
GROUP BY body_values.period, body_values.indicator_id
HAVING count(*) FILTER (WHERE body_values.state <> 'not_applicable') > 0
ORDER BY ok_percent ASC, body_values.period ASC, body_values.indicator_id ASC

-- comment: >-
--   Welche Angaben werden am häufigsten nicht erhoben? Anteil an den Antworten der geltenden Berichte; Angaben, die
--   leer bleiben dürfen, weil sie nicht immer anfallen, am Ende
-- kind: question
-- columns:
--   period: Berichtszeitraum
--   field: Feld des Bogens
--   label: Bezeichnung im Bogen
--   answers: Antworten, mit „nicht erhoben“ und leeren
--   not_recorded: Davon „nicht erhoben“
--   blank: Davon leer
--   not_recorded_percent: Anteil „nicht erhoben“ und leer in Prozent
--   bodies: Kommunen, die etwas nicht erheben
--   may_stay_blank: Ob die Zelle leer bleiben darf; dann heißt leer nicht immer „nicht erhoben“
WITH cells AS (
    SELECT * FROM reports.cells
),

submissions AS (
    SELECT * FROM intake.submissions
    WHERE in_force
),

form_fields AS (
    SELECT * FROM reference.form_fields
    WHERE type IN ('integer', 'money', 'hours', 'fte', 'number')
)

SELECT
    submissions.period,
    cells.field,
    any_value(form_fields.label) AS label,
    count(*) AS answers,
    count(*) FILTER (WHERE cells.state = 'not_recorded') AS not_recorded,
    count(*) FILTER (WHERE cells.state = 'blank') AS blank,
    cast(round(100.0 * count(*) FILTER (WHERE cells.state <> 'given') / count(*), 1) AS DECIMAL(5, 1))
        AS not_recorded_percent,
    count(DISTINCT submissions.ags) FILTER (WHERE cells.state <> 'given') AS bodies,
    NOT any_value(form_fields.must_be_filled) AS may_stay_blank
FROM cells
INNER JOIN submissions ON cells.submission_id = submissions.submission_id
INNER JOIN form_fields ON submissions.year = form_fields.year AND cells.field = form_fields.field
GROUP BY submissions.period, cells.field
HAVING count(*) FILTER (WHERE cells.state <> 'given') > 0
ORDER BY may_stay_blank ASC, not_recorded_percent DESC, submissions.period ASC, cells.field ASC

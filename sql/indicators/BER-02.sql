-- id: BER-02
-- group: Berichtspflicht
-- name_de: Vollständigkeitsgrad
-- name_en: Completeness
-- question_de: Wie vollständig sind die Berichte bei der ersten Einreichung?
-- definition_de: Ausgefüllte im Verhältnis zu allen ausgefüllten und leeren Pflichtangaben der ersten Einreichung
-- formula_de: Anzahl(ausgefüllte Pflichtangaben) / Anzahl(ausgefüllte und leere Pflichtangaben) × 100
-- unit: '%'
-- decimals: 2
-- direction: higher_better
-- protection: none
-- aggregation: ratio
-- scale: 100
-- basis: intake
-- half_year: true
-- breakdowns: {sheet: Tabellenblatt, not_recorded: Anteil „nicht erhoben“ je Feld}
-- own_breakdowns: [not_recorded]
-- note_de: >-
--   Eine 0 ist eine Angabe, eine leere Zelle nicht; „nicht erhoben“ zählt hier weder als ausgefüllt noch als leer. Die
--   zweite Quote, „not_recorded=Feld“, ist der Anteil der Antworten „nicht erhoben“ an allen Antworten zu diesem Feld,
--   für Felder, bei denen sie im Zeitraum vorkommt. Felder, die leer bleiben dürfen, und Abschnitte, die eine Kommune
--   nicht betreffen, zählen nicht; auch die Sprachen zählen nicht, weil die Zahl ihrer Zeilen verriete, was DOL-04
--   geheim hält. Zwei Nachkommastellen, damit eine einzelne leere Angabe des Landes nicht in 100 % verschwindet. Die
--   einzelnen Zellen stehen in reports.cells.
-- denominator_note_de: Pflichtangaben der ersten Einreichung, ausgefüllt oder leer; ohne „nicht erhoben“ und Sprachen.
WITH first_uploads AS (
    SELECT * FROM intake.first_uploads
),

cells AS (
    SELECT * FROM reports.cells
),

-- Each row of the table of languages holds as many answers: their number would tell how many rows there are.
form_fields AS (
    SELECT * FROM reference.form_fields
    WHERE must_be_filled AND section <> 'languages'
),

answers AS (
    SELECT
        first_uploads.ags,
        first_uploads.period,
        first_uploads.submission_id,
        first_uploads.row_key,
        form_fields.sheet,
        form_fields.field,
        count(*) FILTER (WHERE cells.state = 'given') AS given,
        count(*) FILTER (WHERE cells.state = 'blank') AS blank,
        count(*) FILTER (WHERE cells.state = 'not_recorded') AS not_recorded
    FROM first_uploads
    INNER JOIN cells ON first_uploads.submission_id = cells.submission_id
    INNER JOIN form_fields ON cells.field = form_fields.field AND first_uploads.year = form_fields.year
    GROUP BY ALL
),

shares AS (
    SELECT
        ags,
        period,
        submission_id,
        row_key,
        unnest(['gesamt', 'sheet=' || sheet]) AS breakdown,
        given AS numerator,
        given + blank AS denominator
    FROM answers
    UNION ALL
    SELECT
        ags,
        period,
        submission_id,
        row_key,
        'not_recorded=' || field AS breakdown,
        not_recorded AS numerator,
        given + blank + not_recorded AS denominator
    FROM answers
    QUALIFY sum(not_recorded) OVER (PARTITION BY period, field) > 0
)

SELECT
    ags,
    period,
    submission_id,
    'intake.submissions' AS section,
    row_key,
    breakdown,
    sum(numerator) AS numerator,
    sum(denominator) AS denominator
FROM shares
GROUP BY ags, period, submission_id, row_key, breakdown

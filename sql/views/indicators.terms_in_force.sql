-- comment: Terme, die heute zählen – aus geltenden Berichten, aus Registern und aus dem Eingang
-- kind: table
-- columns:
--   indicator_id: Kennzahl
--   ags: Kommune, zu der der Term zählt
--   period: Berichtszeitraum
--   submission_id: Einreichung, aus der er stammt; leer bei Registern
--   section: Abschnitt des Bogens oder Register
--   row_key: Zeile im Abschnitt oder Register
--   breakdown: gesamt oder eine Gliederung als name=wert
--   numerator: Beitrag zum Zähler; leer = nicht erhoben
--   denominator: Beitrag zum Nenner
--   applicable: Falsch, wenn die Kennzahl mit diesem Term nicht gebildet werden darf
--   note: Anmerkung zum Nenner
WITH terms AS (
    SELECT * FROM indicators.terms
),

catalogue AS (
    SELECT * FROM indicators.catalogue
),

submissions AS (
    SELECT * FROM intake.submissions
),

periods_asked AS (
    SELECT * FROM indicators.periods_asked
)

SELECT
    terms.indicator_id,
    terms.ags,
    terms.period,
    terms.submission_id,
    terms.section,
    terms.row_key,
    terms.breakdown,
    terms.numerator,
    terms.denominator,
    coalesce(terms.applicable, TRUE) AS applicable,
    terms.note
FROM terms
INNER JOIN catalogue ON terms.indicator_id = catalogue.id
SEMI JOIN periods_asked ON terms.indicator_id = periods_asked.indicator_id AND terms.period = periods_asked.period
LEFT JOIN submissions ON terms.submission_id = submissions.submission_id
WHERE catalogue.basis = 'intake' OR terms.submission_id IS NULL OR submissions.in_force
ORDER BY
    terms.indicator_id,
    terms.period,
    terms.ags,
    terms.submission_id,
    terms.section,
    terms.row_key,
    terms.breakdown

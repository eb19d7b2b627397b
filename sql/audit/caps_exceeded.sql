-- comment: >-
--   Wo gingen Angaben über einen Höchstbetrag oder eine Höchstzahl des Förderprogramms hinaus? Auch in Einreichungen,
--   die deshalb zurückgegeben und später berichtigt wurden
-- kind: question
-- columns:
--   period: Berichtszeitraum
--   ags: Kommune
--   municipality: Name der Kommune
--   submission_id: Einreichung
--   verdict: Ihr Prüfergebnis
--   code: Prüfcode
--   sheet: Tabellenblatt
--   cell: Zelle
--   given: Angabe
--   allowed: Höchstens
--   message: Feststellung
--   in_force: Ob die Einreichung gilt
--   is_replaced: Ob inzwischen eine andere Einreichung gilt
WITH findings AS (
    SELECT * FROM intake.findings
    WHERE
        code IN (
            -- Posts and their FTE, funds per post, hours and allowance of guides, training per participant,
            -- micro-projects; funds used or paid beyond a grant.
            'R-POS-01', 'R-POS-02', 'R-POS-06', 'R-LOT-01', 'R-LOT-02', 'R-LOT-04', 'R-LOT-05', 'R-WEI-01',
            'R-FIN-02', 'R-FIN-03', 'R-FIN-04', 'R-FIN-15', 'R-FIN-22'
        )
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
    submissions.submission_id,
    submissions.verdict,
    findings.code,
    findings.sheet,
    findings.cell,
    findings.given,
    findings.expected AS allowed,
    findings.message,
    submissions.in_force,
    successors.submission_id IS NOT NULL AS is_replaced
FROM findings
INNER JOIN submissions ON findings.submission_id = submissions.submission_id
INNER JOIN municipalities ON submissions.period = municipalities.period AND submissions.ags = municipalities.ags
LEFT JOIN submissions AS successors
    ON
        submissions.period = successors.period
        AND submissions.ags = successors.ags
        AND submissions.submission_id <> successors.submission_id
        AND successors.in_force
ORDER BY submissions.submission_id, findings.code, findings.cell

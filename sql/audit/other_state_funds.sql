-- comment: Wo sind in geförderten Ausgaben auch andere Landesmittel enthalten – möglicherweise doppelt gefördert?
-- kind: question
-- columns:
--   period: Berichtszeitraum
--   ags: Kommune
--   municipality: Name der Kommune
--   cost_type: Kostenart
--   expenditure_eur: Ausgaben (EUR)
--   state_funds_eur: Davon WIR-Landesmittel (EUR)
--   other_state_funds_eur: Davon andere Landesmittel (EUR)
--   explained: Erläuterung der Kommune; leer, wenn keine vorliegt
WITH finances AS (
    SELECT * FROM reports.finances
    WHERE other_state_funds_eur > 0
),

-- Several rules may ask about one cell.
findings AS (
    SELECT
        submission_id,
        row_key,
        string_agg(DISTINCT explained, ' · ' ORDER BY explained) AS explained
    FROM intake.findings
    WHERE field = 'finances.other_state_funds_eur' AND explained <> ''
    GROUP BY submission_id, row_key
),

municipalities AS (
    SELECT * FROM reference.areas
    WHERE area_kind = 'body'
)

SELECT
    finances.period,
    finances.ags,
    municipalities.area AS municipality,
    finances.cost_type,
    finances.expenditure_eur,
    finances.state_funds_eur,
    finances.other_state_funds_eur,
    findings.explained
FROM finances
INNER JOIN municipalities ON finances.period = municipalities.period AND finances.ags = municipalities.ags
LEFT JOIN findings ON finances.submission_id = findings.submission_id AND finances.row_key = findings.row_key
ORDER BY finances.other_state_funds_eur DESC, finances.ags ASC, finances.cost_type ASC

-- comment: Welche Fristen wurden verlängert und wer wurde befreit, wann, von wem und warum?
-- kind: question
-- columns:
--   period: Berichtszeitraum
--   ags: Kommune
--   municipality: Name der Kommune
--   act: extend = Fristverlängerung, waive = Befreiung
--   due_on: Ursprüngliche Frist
--   until: Verlängert bis
--   retroactive: Ob die Frist schon abgelaufen war
--   decided_on: Tag der Entscheidung
--   by_first: Kennung der ersten Person
--   by_second: Kennung der zweiten Person
--   why: Begründung
WITH decisions AS (
    SELECT * FROM intake.decisions
    WHERE act IN ('extend', 'waive')
),

obligations AS (
    SELECT * FROM intake.obligations
),

municipalities AS (
    SELECT * FROM reference.areas
    WHERE area_kind = 'body'
)

SELECT
    decisions.period,
    decisions.ags,
    municipalities.area AS municipality,
    decisions.act,
    obligations.due_on,
    decisions.until,
    decisions.retroactive,
    decisions.decided_on,
    decisions.by_first,
    decisions.by_second,
    decisions.why
FROM decisions
INNER JOIN municipalities ON decisions.period = municipalities.period AND decisions.ags = municipalities.ags
LEFT JOIN obligations ON decisions.period = obligations.period AND decisions.ags = obligations.ags
ORDER BY decisions.seq

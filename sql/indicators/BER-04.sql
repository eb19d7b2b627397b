-- id: BER-04
-- group: Berichtspflicht
-- name_de: Durchlaufzeit bis zur Freigabe
-- name_en: Days to approval
-- question_de: Wie lange dauert es von der ersten Einreichung bis zur Freigabe, und wer war so lange am Zug?
-- definition_de: Kalendertage von der ersten Einreichung bis zur Freigabe des geltenden Berichts
-- formula_de: Summe(Tage bis zum nächsten Schritt) je Bericht; Gebiete – Median der Kommunen
-- unit: days
-- decimals: 1
-- direction: lower_better
-- protection: none
-- aggregation: median
-- scale: 1
-- basis: intake
-- half_year: true
-- breakdowns: {turn: Wer am Zug war}
-- denominator_note_de: Nur Kommunen, deren geltender Bericht freigegeben ist.
-- note_de: >-
--   Am Zug ist die Kommune nach einem Prüfergebnis, das sie zu etwas auffordert (zurückgegeben, nicht lesbar,
--   Erläuterung steht aus), und nach einer Rückgabe durch das Ministerium; sonst das Ministerium. Die Tage beider
--   ergeben zusammen die Durchlaufzeit; ihre Mediane ergeben zusammen nicht deren Median. Zähler und Nenner eines
--   Gebiets sind die Summe der Tage und die Zahl der Berichte. Gezählt wird nach Kalendertagen in Hessen.
WITH steps AS (
    SELECT * FROM intake.steps
),

submissions AS (
    SELECT * FROM intake.submissions
    WHERE ags IS NOT NULL
),

obligations AS (
    SELECT * FROM intake.obligations
),

happened AS (
    SELECT
        submissions.ags,
        submissions.period,
        submissions.in_force,
        submissions.approved_at,
        steps.submission_id,
        steps.row_key,
        steps.step,
        steps.happened_at,
        steps.happened_on,
        steps.seq
    FROM steps
    INNER JOIN submissions ON steps.submission_id = submissions.submission_id
    SEMI JOIN obligations ON submissions.ags = obligations.ags AND submissions.period = obligations.period
),

-- The approval that counts: that of the report in force, unless it was given back since.
approvals AS (
    SELECT
        ags,
        period,
        submission_id,
        row_key,
        happened_at,
        seq
    FROM happened
    WHERE in_force AND approved_at IS NOT NULL AND step = 'approved'
    QUALIFY row_number() OVER (PARTITION BY ags, period ORDER BY seq DESC) = 1
),

turns AS (
    SELECT
        happened.ags,
        happened.period,
        happened.submission_id,
        happened.row_key,
        CASE
            WHEN happened.step IN ('returned', 'unreadable', 'awaiting_explanation', 'sent_back') THEN 'Kommune'
            ELSE 'Ministerium'
        END AS turn,
        datediff(
            'day',
            happened.happened_on,
            lead(happened.happened_on) OVER (
                PARTITION BY happened.ags, happened.period ORDER BY happened.happened_at, happened.seq
            )
        ) AS days
    FROM happened
    INNER JOIN approvals ON happened.ags = approvals.ags AND happened.period = approvals.period
    WHERE (happened.happened_at, happened.seq) <= (approvals.happened_at, approvals.seq)
)

SELECT
    ags,
    period,
    submission_id,
    'intake.steps' AS section,
    row_key,
    unnest(['gesamt', 'turn=' || turn]) AS breakdown,
    days AS numerator,
    0 AS denominator
FROM turns
WHERE days IS NOT NULL
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'intake.steps' AS section,
    row_key,
    unnest(['gesamt', 'turn=Kommune', 'turn=Ministerium']) AS breakdown,
    0 AS numerator,
    1 AS denominator
FROM approvals

-- comment: >-
--   Alles über eine Einreichung, in zeitlicher Reihenfolge: SELECT * FROM audit.evidence(17). Eine Zeile je Vorgang:
--   happened_at = Zeitpunkt (UTC); what = received (eingegangen), identified (erkannt), judged (geprüft, mit den
--   Fassungen von Bogen, Regeln, Stammdaten und Leser), finding (Feststellung des letzten Prüfergebnisses), explained
--   (erläutert), not_run (Regel nicht gelaufen), in_force (gilt ab hier), not_in_force (gilt ab hier nicht mehr),
--   superseded (ersetzt), approve, return, void, recognise, erase (Entscheidungen), amount (anerkannter Betrag),
--   figures (Kennzahlen, die heute auf ihr beruhen); who = Kennung oder Absender; detail = in Worten; code = Prüfcode
--   oder Bescheid; sheet, cell, field und row_key = Stelle im Bogen; entry = Eintrag im Journal
-- kind: macro
-- parameters: [submission]
WITH submissions AS (
    SELECT * FROM intake.submissions
    WHERE submission_id = submission
),

states AS (
    SELECT
        *,
        lag(in_force) OVER (ORDER BY known_from) AS was_in_force
    FROM history.intake_submissions
    WHERE submission_id = submission
),

findings AS (
    SELECT * FROM intake.findings
    WHERE submission_id = submission
),

rule_results AS (
    SELECT * FROM intake.rule_results
    WHERE submission_id = submission AND outcome = 'not_run'
),

decisions AS (
    SELECT
        decisions.*,
        known.known_from
    FROM intake.decisions AS decisions
    INNER JOIN history.intake_decisions AS known ON decisions.seq = known.seq
    WHERE decisions.submission_id = submission  -- noqa: RF02
),

recognitions AS (
    SELECT * FROM intake.recognitions
    WHERE submission_id = submission
),

later AS (
    SELECT
        submission_id,
        min(known_from) AS known_from
    FROM history.intake_submissions
    WHERE supersedes = submission
    GROUP BY submission_id
),

terms AS (
    SELECT DISTINCT indicator_id
    FROM indicators.terms_in_force
    WHERE submission_id = submission
),

business_time AS (
    SELECT * FROM intake.business_time
),

events AS (
    SELECT
        1 AS step,
        received_at AS happened_at,
        'received' AS what,
        channel AS who,
        'Datei mit ' || size_bytes || ' Byte, SHA-256 ' || sha256 || '; abgeholt ' || collected_at AS detail,
        submission_id AS entry
    FROM submissions
    UNION ALL BY NAME
    SELECT
        2 AS step,
        collected_at AS happened_at,
        'identified' AS what,
        ags AS who,
        concat_ws(' ', report_kind, period, 'nach dem Bogen', form_version) AS detail,
        submission_id AS entry
    FROM submissions
    WHERE ags IS NOT NULL
    UNION ALL BY NAME
    SELECT DISTINCT
        3 AS step,
        verdict_at AS happened_at,
        'judged' AS what,
        verdict || '; Bogen ' || coalesce(form_version, '–') || ', Regeln ' || coalesce(rules_version, '–')
        || ', Stammdaten ' || coalesce(reference_version, '–') || ', Leser ' || coalesce(reader_version, '–') AS detail
    FROM states
    WHERE verdict IS NOT NULL
    UNION ALL BY NAME
    SELECT
        4 AS step,
        submissions.verdict_at AS happened_at,
        'finding' AS what,
        findings.severity || ': ' || findings.message AS detail,
        findings.code,
        findings.sheet,
        findings.cell,
        findings.field,
        findings.row_key
    FROM findings
    CROSS JOIN submissions
    UNION ALL BY NAME
    SELECT
        5 AS step,
        submissions.verdict_at AS happened_at,
        'explained' AS what,
        submissions.ags AS who,
        findings.explained AS detail,
        findings.code,
        findings.sheet,
        findings.cell,
        findings.field,
        findings.row_key
    FROM findings
    CROSS JOIN submissions
    WHERE findings.explained <> ''
    UNION ALL BY NAME
    SELECT
        6 AS step,
        submissions.verdict_at AS happened_at,
        'not_run' AS what,
        rule_results.reason AS detail,
        rule_results.code
    FROM rule_results
    CROSS JOIN submissions
    UNION ALL BY NAME
    SELECT
        7 AS step,
        decided_at AS happened_at,
        act AS what,
        concat_ws(', ', by_first, by_second) AS who,
        why AS detail,
        seq AS entry,
        known_from AS known_at
    FROM decisions
    UNION ALL BY NAME
    SELECT
        8 AS step,
        recognised_at AS happened_at,
        'amount' AS what,
        recognised_by AS who,
        recognised_eur || ' EUR von ' || reported_eur || ' EUR anerkannt, ' || cut_eur || ' EUR gekürzt' AS detail,
        grant_number AS code,
        entry
    FROM recognitions
    UNION ALL BY NAME
    SELECT
        9 AS step,
        known_from AS happened_at,
        CASE WHEN in_force THEN 'in_force' ELSE 'not_in_force' END AS what,
        CASE
            WHEN in_force THEN 'gilt' || coalesce(' anstelle von Einreichung ' || supersedes, '')
            ELSE 'gilt nicht mehr'
        END AS detail
    FROM states
    WHERE in_force <> coalesce(was_in_force, FALSE)
    UNION ALL BY NAME
    SELECT
        10 AS step,
        known_from AS happened_at,
        'superseded' AS what,
        'ersetzt durch Einreichung ' || submission_id AS detail,
        submission_id AS entry
    FROM later
    UNION ALL BY NAME
    SELECT
        11 AS step,
        any_value(business_time.business_at) AS happened_at,
        'figures' AS what,
        count(terms.indicator_id) || ' Kennzahlen'
        || coalesce(': ' || string_agg(terms.indicator_id, ', ' ORDER BY terms.indicator_id), '') AS detail
    FROM business_time
    CROSS JOIN submissions
    LEFT JOIN terms ON TRUE
    GROUP BY submissions.submission_id
)

SELECT
    happened_at,
    what,
    who,
    detail,
    code,
    sheet,
    cell,
    field,
    row_key,
    entry
FROM events
-- What was decided after a night at the same time comes after what the night found.
ORDER BY coalesce(known_at, happened_at), step, code, sheet, cell, row_key

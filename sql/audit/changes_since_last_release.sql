-- comment: >-
--   Was hat sich seit der letzten Veröffentlichung ereignet, das Kennzahlen ändern kann? Ohne Veröffentlichung seit
--   Beginn. Was sich dadurch an den Zahlen änderte, zeigt der Vergleich zweier Veröffentlichungen (wir changes)
-- kind: question
-- columns:
--   seq: Eintrag im Journal
--   recorded_at: Zeitpunkt (UTC, ISO 8601)
--   event: >-
--     accepted, accepted_with_warnings = Prüfergebnis, mit dem ein Bericht gilt; approved = freigegeben, voided =
--     aufgehoben, erased = gelöscht; extend, waive, recognise = Entscheidung; reference = neue Stammdaten
--   submission_id: Einreichung
--   ags: Kommune
--   period: Berichtszeitraum
--   detail: Begründung, oder Name der Stammdaten
WITH ledger AS (
    SELECT * FROM audit.ledger
),

steps AS (
    SELECT * FROM intake.steps
),

decisions AS (
    SELECT * FROM intake.decisions
),

submissions AS (
    SELECT * FROM intake.submissions
),

last_release AS (
    SELECT coalesce(max(seq), 0) AS released_seq
    FROM ledger
    WHERE kind = 'release'
),

events AS (
    SELECT
        steps.seq,
        steps.step AS event,
        steps.submission_id,
        submissions.ags,
        submissions.period,
        decisions.why AS detail
    FROM steps
    INNER JOIN submissions ON steps.submission_id = submissions.submission_id
    LEFT JOIN decisions ON steps.seq = decisions.seq
    WHERE steps.step IN ('accepted', 'accepted_with_warnings', 'approved', 'voided', 'erased')
    UNION ALL
    SELECT
        seq,
        act AS event,
        submission_id,
        ags,
        period,
        why AS detail
    FROM decisions
    WHERE act IN ('extend', 'waive', 'recognise')
    UNION ALL
    SELECT
        seq,
        'reference' AS event,
        NULL AS submission_id,
        NULL AS ags,
        NULL AS period,
        json_extract_string(body, '$.dataset') AS detail
    FROM ledger
    WHERE kind = 'reference'
)

SELECT
    events.seq,
    ledger.recorded_at,
    events.event,
    events.submission_id,
    events.ags,
    events.period,
    events.detail
FROM events
INNER JOIN ledger ON events.seq = ledger.seq
INNER JOIN last_release ON events.seq > last_release.released_seq
ORDER BY events.seq

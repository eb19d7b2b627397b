-- comment: >-
--   Kommunen und Zeiträume, deren Bericht in Kraft ein anderer ist oder anders geprüft wurde, mit der Ursache: aus dem
--   Journal, wie es in der späteren Datenbank steht
-- columns:
--   ags: Kommune
--   period: Berichtszeitraum
--   submission_before: Einreichung, die vorher galt
--   submission_after: Einreichung, die nachher gilt
--   received_before: Tag ihres Eingangs
--   received_after: Tag ihres Eingangs
--   cause: first_report, resubmission, acceptance, recheck, voiding oder erasure
--   detail: Was sich an den Grundlagen des Prüfergebnisses geändert hat
WITH earlier AS (
    SELECT * FROM before.intake.submissions
),

later AS (
    SELECT * FROM after.intake.submissions
),

earlier_in_force AS (
    SELECT * FROM earlier
    WHERE in_force
),

later_in_force AS (
    SELECT * FROM later
    WHERE in_force
),

undone AS (
    SELECT
        cast(json_extract_string(body, '$.submission_id') AS BIGINT) AS submission_id,
        bool_or(kind = 'erased') AS is_erased,
        bool_or(kind = 'voiding') AS is_voided
    FROM after.audit.ledger
    WHERE kind IN ('voiding', 'erased')
    GROUP BY submission_id
),

pairs AS (
    SELECT
        coalesce(old.ags, new.ags) AS ags,
        coalesce(old.period, new.period) AS period,
        old.submission_id AS submission_before,
        new.submission_id AS submission_after,
        old.received_on AS received_before,
        new.received_on AS received_after,
        old.verdict_at AS judged_before,
        new.verdict_at AS judged_after,
        concat_ws(
            ', ',
            CASE WHEN old.form_version <> new.form_version THEN 'Erhebungsbogen' END,
            CASE WHEN old.rules_version <> new.rules_version THEN 'Prüfregeln' END,
            CASE WHEN old.reference_version <> new.reference_version THEN 'Stammdaten' END,
            CASE WHEN old.reader_version <> new.reader_version THEN 'Leser' END
        ) AS detail
    FROM earlier_in_force AS old
    FULL JOIN later_in_force AS new ON old.ags = new.ags AND old.period = new.period
),

known AS (
    SELECT
        pairs.*,
        coalesce(pairs.submission_before, 0) <> coalesce(pairs.submission_after, 0) AS is_replaced,
        latest.verdict IN ('accepted', 'accepted_with_warnings') AS is_still_accepted,
        arrived.submission_id IS NULL AND pairs.submission_after IS NOT NULL AS is_new,
        coalesce(undone.is_erased, FALSE) AS is_erased,
        coalesce(undone.is_voided, FALSE) AS is_voided
    FROM pairs
    LEFT JOIN later AS latest ON pairs.submission_before = latest.submission_id
    LEFT JOIN earlier AS arrived ON pairs.submission_after = arrived.submission_id
    LEFT JOIN undone ON pairs.submission_before = undone.submission_id
    WHERE
        pairs.submission_before IS DISTINCT FROM pairs.submission_after
        OR pairs.judged_before IS DISTINCT FROM pairs.judged_after
)

SELECT
    ags,
    period,
    submission_before,
    submission_after,
    received_before,
    received_after,
    unnest(list_distinct([
        CASE WHEN is_replaced AND is_erased THEN 'erasure' END,
        CASE WHEN is_replaced AND is_voided AND NOT is_erased THEN 'voiding' END,
        CASE
            WHEN NOT is_replaced THEN 'recheck'
            WHEN submission_before IS NULL THEN if(is_new, 'first_report', 'acceptance')
            WHEN is_new THEN 'resubmission'
            WHEN is_erased OR is_voided THEN NULL
            WHEN submission_after IS NULL OR NOT is_still_accepted THEN 'recheck'
            ELSE 'acceptance'
        END
    ])) AS cause,
    detail
FROM known

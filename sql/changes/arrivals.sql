-- comment: >-
--   Einreichungen, die nachher da sind und vorher nicht, je Kommune und Zeitraum die letzte; und solche, deren
--   Prüfergebnis ein anderes ist. Für Kennzahlen, die den Eingang betrachten
-- columns:
--   ags: Kommune
--   period: Berichtszeitraum
--   cause: first_report, resubmission oder acceptance
--   submission_before: Letzte Einreichung vorher
--   submission_after: Letzte Einreichung nachher
--   received_before: Tag ihres Eingangs
--   received_after: Tag ihres Eingangs
WITH earlier AS (
    SELECT * FROM before.intake.submissions
),

later AS (
    SELECT * FROM after.intake.submissions
),

arrived AS (
    SELECT
        later.ags,
        later.period,
        max(later.submission_id) FILTER (WHERE earlier.submission_id IS NULL) AS newest,
        max(later.submission_id) FILTER (WHERE earlier.submission_id IS NOT NULL) AS known,
        max(later.received_on) FILTER (WHERE earlier.submission_id IS NULL) AS received_after,
        max(later.received_on) FILTER (WHERE earlier.submission_id IS NOT NULL) AS received_before,
        coalesce(bool_or(earlier.verdict <> later.verdict), FALSE) AS is_judged_otherwise
    FROM later
    LEFT JOIN earlier ON later.submission_id = earlier.submission_id
    WHERE later.ags IS NOT NULL
    GROUP BY later.ags, later.period
)

SELECT
    ags,
    period,
    CASE
        WHEN newest IS NULL THEN 'acceptance'
        WHEN known IS NULL THEN 'first_report'
        ELSE 'resubmission'
    END AS cause,
    known AS submission_before,
    coalesce(newest, known) AS submission_after,
    received_before,
    coalesce(received_after, received_before) AS received_after
FROM arrived
WHERE newest IS NOT NULL OR is_judged_otherwise

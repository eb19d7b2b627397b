-- comment: >-
--   Warum der Beitrag einer Kommune zu einer Kennzahl ein anderer ist: durch ihren Bericht, ein Register, eine
--   Entscheidung oder eine andere Berechnung; mehrere Ursachen sind möglich
-- columns:
--   indicator_id: Kennzahl
--   period: Berichtszeitraum
--   breakdown: gesamt oder eine Gliederung als name=wert
--   ags: Kommune
--   cause: Schlüssel der Ursache
--   submission_before: Einreichung vorher
--   submission_after: Einreichung nachher
--   received_before: Tag ihres Eingangs
--   received_after: Tag ihres Eingangs
--   register: Register oder Stammdaten
--   row_key: Zeile darin
--   detail: Näheres
WITH touched AS (
    SELECT * FROM changes.touched
),

catalogue AS (
    SELECT * FROM after.indicators.catalogue
),

sources AS (
    SELECT DISTINCT
        indicator_id,
        section AS register
    FROM after.indicators.fields
),

by_report AS (
    SELECT
        touched.*,
        reports.cause,
        reports.submission_before,
        reports.submission_after,
        reports.received_before,
        reports.received_after,
        reports.detail
    FROM touched
    INNER JOIN changes.reports AS reports ON touched.ags = reports.ags AND touched.period = reports.period
    INNER JOIN catalogue ON touched.indicator_id = catalogue.id
    WHERE
        catalogue.basis <> 'register'
        AND (touched.section NOT LIKE 'reference.%' OR reports.cause <> 'recheck')
),

by_arrival AS (
    SELECT
        touched.*,
        arrivals.cause,
        arrivals.submission_before,
        arrivals.submission_after,
        arrivals.received_before,
        arrivals.received_after,
        '' AS detail
    FROM touched
    INNER JOIN changes.arrivals AS arrivals ON touched.ags = arrivals.ags AND touched.period = arrivals.period
    INNER JOIN catalogue ON touched.indicator_id = catalogue.id
    ANTI JOIN changes.reports AS reports ON touched.ags = reports.ags AND touched.period = reports.period
    WHERE catalogue.basis = 'intake'
),

-- A term names its row of the register; where only a state differs, it is the duty that may have changed.
by_register AS (
    SELECT
        touched.*,
        CASE registers.register
            WHEN 'intake.obligations' THEN 'duty'
            WHEN 'intake.recognitions' THEN 'recognition'
            WHEN 'intake.steps' THEN 'review'
            ELSE 'reference'
        END AS cause,
        registers.register,
        registers.row_key AS register_row,
        registers.fields AS detail
    FROM touched
    INNER JOIN changes.registers AS registers
        ON
            (touched.section = registers.register AND touched.row_key = registers.row_key)
            OR (
                registers.register = 'intake.obligations'
                AND registers.row_key = touched.ags || ' · ' || touched.period
                AND touched.section IN ('', 'intake.submissions')
            )
),

-- How much is hidden is another number with every release.
by_release AS (
    SELECT
        *,
        'disclosure' AS cause
    FROM touched
    WHERE section = 'publication.suppressed'
),

by_definition AS (
    SELECT
        touched.*,
        'definition' AS cause,
        definitions.detail
    FROM touched
    INNER JOIN changes.definitions AS definitions ON touched.indicator_id = definitions.indicator_id
),

explained AS (
    SELECT * FROM by_report
    UNION ALL BY NAME
    SELECT * FROM by_arrival
    UNION ALL BY NAME
    SELECT * REPLACE (register_row AS row_key) FROM by_register
    UNION ALL BY NAME
    SELECT * FROM by_release
    UNION ALL BY NAME
    SELECT * FROM by_definition
),

unexplained AS (
    SELECT touched.*
    FROM touched
    ANTI JOIN explained
        ON
            touched.indicator_id = explained.indicator_id
            AND touched.period = explained.period
            AND touched.breakdown = explained.breakdown
            AND touched.ags = explained.ags
),

-- The same report gives another term: then a register that the indicator reads beside it has changed …
by_register_read AS (
    SELECT
        unexplained.indicator_id,
        unexplained.period,
        unexplained.breakdown,
        unexplained.ags,
        'reference' AS cause,
        registers.register,
        registers.row_key,
        registers.fields AS detail
    FROM unexplained
    INNER JOIN sources ON unexplained.indicator_id = sources.indicator_id
    INNER JOIN catalogue ON unexplained.indicator_id = catalogue.id
    INNER JOIN changes.registers AS registers
        ON
            sources.register = registers.register
            AND coalesce(registers.ags, unexplained.ags) = unexplained.ags
            AND (
                registers.register <> 'reference.parameters'
                OR contains(catalogue.sql, split_part(registers.row_key, ' · ', 1))
            )
),

-- … or the SQL that all indicators share.
by_computation AS (
    SELECT
        unexplained.*,
        'computation' AS cause
    FROM unexplained
    ANTI JOIN by_register_read
        ON
            unexplained.indicator_id = by_register_read.indicator_id
            AND unexplained.period = by_register_read.period
            AND unexplained.breakdown = by_register_read.breakdown
            AND unexplained.ags = by_register_read.ags
),

all_causes AS (
    SELECT * FROM explained
    UNION ALL BY NAME
    SELECT * FROM by_register_read
    UNION ALL BY NAME
    SELECT * FROM by_computation
)

SELECT DISTINCT
    indicator_id,
    period,
    breakdown,
    ags,
    cause,
    submission_before,
    submission_after,
    received_before,
    received_after,
    register,
    CASE WHEN register IS NOT NULL THEN row_key END AS row_key,
    coalesce(detail, '') AS detail
FROM all_causes

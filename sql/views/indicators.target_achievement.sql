-- comment: >-
--   Erreichte Werte gegen die vereinbarten Ziele: je Kommune, Ziel des Registers und Jahr, in dem es gilt. Der
--   gerechnete Stand vergleicht den gemeldeten Wert mit Ausgangswert und Zielwert des Registers; daneben steht die
--   Selbsteinschätzung der Kommune
-- columns:
--   ags: Kommune
--   period: Berichtszeitraum
--   target_number: Nummer in der Zielvereinbarung
--   field_of_action: Handlungsfeld
--   target_text: Vereinbartes Ziel
--   unit: Einheit von Ausgangswert, Zielwert und erreichtem Wert
--   direction: Richtung – steigend oder sinkend
--   year_from: Erstes Jahr des Ziels
--   year_to: Letztes Jahr des Ziels; vorher darf es noch offen sein
--   baseline: Ausgangswert laut Register
--   target: Zielwert laut Register
--   actual_value: Erreichter Wert laut Bericht
--   achieved_percent: >-
--     Zurückgelegter Weg vom Ausgangswert zum Zielwert in Prozent; über 100 bei Übererfüllung, unter 0 bei Rückschritt,
--     leer, wenn beide gleich sind
--   status_computed: Gerechneter Stand – erreicht, teilweise erreicht oder nicht erreicht
--   status_reported: Selbsteinschätzung der Kommune
--   statuses_differ: >-
--     Ob gerechneter Stand und Selbsteinschätzung voneinander abweichen; „noch offen“ widerspricht nur „erreicht“
--   state: >-
--     ok, not_recorded = erreichter Wert nicht erhoben, missing_report = Bericht fehlt, not_applicable = nicht
--     berichtspflichtig, oder das Ziel stand nicht im Bogen
--   submission_id: Einreichung, aus der der Wert stammt
--   row_key: Zeile im Abschnitt targets
WITH targets AS (
    SELECT * FROM reference.targets
),

periods AS (
    SELECT * FROM reference.periods
    WHERE has_figures AND report_kind <> 'Halbjahresbericht'
),

bodies AS (
    SELECT * FROM reference.areas
    WHERE area_kind = 'body'
),

obligations AS (
    SELECT * FROM intake.obligations
),

submissions AS (
    SELECT * FROM intake.submissions
    WHERE in_force
),

answers AS (
    SELECT * FROM accepted.targets
),

agreed AS (
    SELECT
        bodies.ags,
        bodies.period,
        targets.target_number,
        targets.field_of_action,
        targets.target_text,
        targets.unit,
        targets.direction,
        targets.year_from,
        targets.year_to,
        targets.baseline,
        targets.target
    FROM targets
    INNER JOIN periods
        ON targets.year_from <= year(periods.closing_day) AND targets.year_to >= year(periods.first_day)
    INNER JOIN bodies ON targets.ags = bodies.ags AND periods.period = bodies.period
),

answered AS (
    SELECT
        agreed.*,
        answers.submission_id,
        answers.row_key,
        answers.actual_value,
        answers.status AS status_reported,
        CASE
            WHEN answers.actual_value IS NOT NULL THEN 'ok'
            WHEN answers.submission_id IS NOT NULL THEN 'not_recorded'
            WHEN submissions.submission_id IS NOT NULL THEN 'not_applicable'
            WHEN obligations.exempt OR obligations.duty_basis = 'freiwillig' THEN 'not_applicable'
            WHEN obligations.ags IS NOT NULL THEN 'missing_report'
            ELSE 'not_applicable'
        END AS state
    FROM agreed
    LEFT JOIN submissions ON agreed.ags = submissions.ags AND agreed.period = submissions.period
    LEFT JOIN answers
        ON submissions.submission_id = answers.submission_id AND agreed.target_number = answers.target_number
    LEFT JOIN obligations ON agreed.ags = obligations.ags AND agreed.period = obligations.period
),

measured AS (
    SELECT
        *,
        cast(
            round(100 * cast(actual_value - baseline AS DOUBLE) / nullif(target - baseline, 0), 1) AS DECIMAL(20, 1)
        ) AS achieved_percent,
        CASE
            WHEN CASE direction WHEN 'sinkend' THEN actual_value <= target ELSE actual_value >= target END
                THEN 'erreicht'
            WHEN CASE direction WHEN 'sinkend' THEN actual_value < baseline ELSE actual_value > baseline END
                THEN 'teilweise erreicht'
            WHEN actual_value IS NOT NULL THEN 'nicht erreicht'
        END AS status_computed
    FROM answered
)

SELECT
    ags,
    period,
    target_number,
    field_of_action,
    target_text,
    unit,
    direction,
    year_from,
    year_to,
    baseline,
    target,
    actual_value,
    achieved_percent,
    status_computed,
    status_reported,
    CASE
        WHEN status_computed IS NULL OR status_reported IS NULL THEN NULL
        WHEN status_reported = 'noch offen' THEN status_computed = 'erreicht'
        ELSE status_computed <> status_reported
    END AS statuses_differ,
    state,
    submission_id,
    row_key
FROM measured
ORDER BY ags, period, target_number

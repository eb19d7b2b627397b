-- id: BER-01
-- group: Berichtspflicht
-- name_de: Fristgerechte Abgabe
-- name_en: Timely submission
-- question_de: Welcher Anteil der Berichte kam pünktlich?
-- definition_de: Fällige Berichte, deren erste später angenommene Einreichung bis zur ursprünglichen Frist einging
-- formula_de: Anzahl(fristgerecht) / Anzahl(fällige Berichte) × 100
-- unit: '%'
-- decimals: 1
-- direction: higher_better
-- protection: none
-- aggregation: ratio
-- scale: 100
-- basis: intake
-- half_year: true
-- breakdowns: {deadline: Frist}
-- note_de: >-
--   Wer befreit ist oder freiwillig berichtet, zählt nicht. Bewilligte Verlängerungen zählen nur in der Gliederung
--   „deadline=mit Fristverlängerung“; dort zählt ein Bericht erst, wenn auch die verlängerte Frist vorüber ist. Was das
--   Ministerium aufgehoben hat oder was gelöscht ist, gilt nicht als angenommen.
-- denominator_note_de: >-
--   Berichtspflichten, deren ursprüngliche Frist am Geschäftstag vorüber war; „mit Fristverlängerung“ deren
--   verlängerte.
WITH obligations AS (
    SELECT * FROM intake.obligations
),

submissions AS (
    SELECT * FROM intake.submissions
),

business_time AS (
    SELECT * FROM intake.business_time
),

due AS (
    SELECT
        obligations.*,
        greatest(obligations.due_on, obligations.extended_to) AS last_on
    FROM obligations
    INNER JOIN business_time ON obligations.due_on < business_time.business_on
    WHERE NOT obligations.exempt AND obligations.duty_basis <> 'freiwillig'
),

-- Whoever still has time is neither in time nor late.
due_at_last AS (
    SELECT due.*
    FROM due
    INNER JOIN business_time ON due.last_on < business_time.business_on
),

first_accepted AS (
    SELECT * FROM submissions
    WHERE verdict IN ('accepted', 'accepted_with_warnings') AND NOT voided AND NOT erased
    QUALIFY row_number() OVER (PARTITION BY ags, period ORDER BY received_at, submission_id) = 1
)

SELECT
    ags,
    period,
    NULL AS submission_id,
    'intake.obligations' AS section,
    row_key,
    'gesamt' AS breakdown,
    0 AS numerator,
    1 AS denominator
FROM due
UNION ALL
SELECT
    ags,
    period,
    NULL AS submission_id,
    'intake.obligations' AS section,
    row_key,
    'deadline=mit Fristverlängerung' AS breakdown,
    0 AS numerator,
    1 AS denominator
FROM due_at_last
UNION ALL
SELECT
    due.ags,
    due.period,
    first_accepted.submission_id,
    'intake.submissions' AS section,
    first_accepted.row_key,
    'gesamt' AS breakdown,
    cast(first_accepted.received_on <= due.due_on AS INTEGER) AS numerator,
    0 AS denominator
FROM due
INNER JOIN first_accepted ON due.ags = first_accepted.ags AND due.period = first_accepted.period
UNION ALL
SELECT
    due_at_last.ags,
    due_at_last.period,
    first_accepted.submission_id,
    'intake.submissions' AS section,
    first_accepted.row_key,
    'deadline=mit Fristverlängerung' AS breakdown,
    cast(first_accepted.received_on <= due_at_last.last_on AS INTEGER) AS numerator,
    0 AS denominator
FROM due_at_last
INNER JOIN first_accepted ON due_at_last.ags = first_accepted.ags AND due_at_last.period = first_accepted.period

-- id: MIK-03
-- group: Mikroprojekte/Weiterleitung
-- name_de: Geprüfte Nachweise der Letztempfangenden
-- name_en: Checked proofs of final recipients
-- question_de: Für welchen Anteil der weitergeleiteten Mittel ist der Nachweis geprüft?
-- definition_de: >-
--   Von den im Berichtsjahr weitergeleiteten Mitteln jene, deren Nachweis die Kommune bis zum Stichtag geprüft hat
-- formula_de: Summe(geprüfter Betrag, geprüft bis zum Stichtag) / Summe(weitergeleiteter Betrag) × 100
-- unit: '%'
-- decimals: 1
-- direction: higher_better
-- protection: none
-- aggregation: ratio
-- scale: 100
-- basis: report
-- half_year: false
-- breakdowns: {cohort: Jahrgang}
-- note_de: >-
--   „cohort=Vorjahr“ sind die im Jahr davor weitergeleiteten Mittel, geprüft bis zum Stichtag dieses Jahres; ihn gibt
--   es nur, wenn beide Jahresberichte vorliegen. Ein Vorhaben, das im neuen Bericht nicht mehr steht, zählt so, wie es
--   im alten stand. Ohne Datum der Prüfung gilt ein Nachweis als nicht geprüft.
-- denominator_note_de: Alle im Jahrgang weitergeleiteten Mittel, vor Rückforderungen.
WITH forwarded AS (
    SELECT * FROM accepted.forwarded_funds
),

submissions AS (
    SELECT * FROM intake.submissions
    WHERE in_force AND report_kind = 'Jahresbericht'
),

periods AS (
    SELECT * FROM reference.periods
),

of_period AS (
    SELECT * FROM accepted.forwarded_of_period
),

two_reports AS (
    SELECT
        this_year.ags,
        this_year.period,
        periods.closing_day,
        this_year.year - 1 AS cohort,
        this_year.submission_id,
        last_year.submission_id AS last_submission_id
    FROM submissions AS this_year
    INNER JOIN submissions AS last_year ON this_year.ags = last_year.ags AND this_year.year = last_year.year + 1
    INNER JOIN periods ON this_year.period = periods.period
),

last_cohort AS (
    SELECT
        two_reports.ags,
        two_reports.period,
        two_reports.closing_day,
        forwarded.submission_id,
        forwarded.row_key,
        forwarded.amount_eur,
        forwarded.checked_eur,
        forwarded.proof_checked_on
    FROM two_reports
    INNER JOIN forwarded
        ON
            forwarded.submission_id IN (two_reports.submission_id, two_reports.last_submission_id)
            AND year(forwarded.forwarded_on) = two_reports.cohort
    -- A project counts once, from the newer of the two reports that list it.
    QUALIFY row_number() OVER (
        PARTITION BY two_reports.submission_id, forwarded.row_key
        ORDER BY forwarded.submission_id = two_reports.submission_id DESC
    ) = 1
)

SELECT
    ags,
    period,
    submission_id,
    'forwarded_funds' AS section,
    row_key,
    'gesamt' AS breakdown,
    checked_of_period_eur AS numerator,
    amount_of_period_eur AS denominator
FROM of_period
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'forwarded_funds' AS section,
    row_key,
    'cohort=Vorjahr' AS breakdown,
    CASE WHEN proof_checked_on <= closing_day THEN checked_eur ELSE 0 END AS numerator,
    amount_eur AS denominator
FROM last_cohort

-- id: MIT-07
-- group: Mittel
-- name_de: Anerkannte Verwendung
-- name_en: Recognised use of funds
-- question_de: Welchen Anteil der bewilligten Mittel hat die Bewilligungsbehörde als verwendet anerkannt?
-- definition_de: >-
--   Von der Bewilligungsbehörde anerkannte Landesmittel im Verhältnis zur Bewilligung; als „outcome=gekürzt“ der Teil
--   der gemeldeten Verwendung, den sie nicht anerkannt hat
-- formula_de: Summe(anerkannt) / Summe(bewilligt) × 100; gekürzt entsprechend Summe(gekürzt) / Summe(bewilligt) × 100
-- unit: '%'
-- decimals: 1
-- direction: higher_better
-- protection: none
-- aggregation: ratio
-- scale: 100
-- basis: report
-- half_year: false
-- breakdowns: {outcome: Ergebnis, grant: Bescheid}
-- own_breakdowns: [grant]
-- note_de: >-
--   Anerkannt und gekürzt ergeben zusammen die gemeldete Verwendung (MIT-03). Es zählt die letzte Entscheidung über den
--   geltenden Bericht; eine Entscheidung über einen ersetzten Bericht bleibt bei diesem und zählt hier nicht. Im
--   Zeitraum 2026-2030 zählt die Entscheidung über den Schlussbericht. Eine Kürzung ist keine Forderung.
-- denominator_note_de: >-
--   Nenner aus dem Bescheidregister. Kommunen, über deren Bericht noch nicht entschieden ist, zählen nicht.
WITH recognitions AS (
    SELECT * FROM intake.recognitions
),

grants AS (
    SELECT * FROM reference.grants
),

periods AS (
    SELECT * FROM reference.periods
),

submissions AS (
    SELECT * FROM intake.submissions
    WHERE verdict IN ('accepted', 'accepted_with_warnings') AND report_kind <> 'Halbjahresbericht'
),

decided AS (
    SELECT DISTINCT submission_id FROM recognitions
),

terms AS (
    SELECT
        submissions.ags,
        submissions.period,
        submissions.submission_id,
        'intake.recognitions' AS section,
        recognitions.row_key,
        unnest(['gesamt', 'grant=' || recognitions.grant_number, 'outcome=gekürzt']) AS breakdown,
        unnest([recognitions.recognised_eur, recognitions.recognised_eur, recognitions.cut_eur]) AS numerator,
        0 AS denominator,
        TRUE AS applicable
    FROM submissions
    INNER JOIN recognitions ON submissions.submission_id = recognitions.submission_id
    UNION ALL
    SELECT
        submissions.ags,
        submissions.period,
        submissions.submission_id,
        'reference.grants' AS section,
        grants.row_key,
        unnest(['gesamt', 'grant=' || grants.grant_number, 'outcome=gekürzt']) AS breakdown,
        0 AS numerator,
        grants.granted_eur AS denominator,
        decided.submission_id IS NOT NULL AS applicable
    FROM submissions
    INNER JOIN periods ON submissions.period = periods.period
    INNER JOIN grants
        ON submissions.ags = grants.ags AND grants.budget_year BETWEEN year(periods.first_day) AND periods.year
    LEFT JOIN decided ON submissions.submission_id = decided.submission_id
)

SELECT
    ags,
    period,
    submission_id,
    section,
    row_key,
    breakdown,
    numerator,
    denominator,
    applicable
FROM terms

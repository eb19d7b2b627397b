-- id: ANL-03
-- group: Anlaufstelle/Beratung
-- name_de: Verweisquote
-- name_en: Referral rate
-- question_de: Welcher Anteil der Anfragen von Personen wird an andere Stellen verwiesen?
-- definition_de: Weiterverwiesene Anfragen von Personen (jede einmal) im Verhältnis zu allen Anfragen von Personen
-- formula_de: Summe(weiterverwiesene Anfragen) / Summe(Anfragen von Personen) × 100
-- unit: '%'
-- decimals: 1
-- direction: neutral
-- protection: persons
-- aggregation: ratio
-- scale: 100
-- basis: report
-- half_year: false
-- denominator_note_de: Alle Anfragen von Personen, nach Zugang erfasst; andere Anfragende zählen nicht.
WITH counselling AS (
    SELECT * FROM accepted.counselling
),

enquiries AS (
    SELECT * FROM accepted.enquiries
)

SELECT
    ags,
    period,
    submission_id,
    'counselling' AS section,
    row_key,
    'gesamt' AS breakdown,
    enquiries_referred AS numerator,
    0 AS denominator
FROM counselling
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'enquiries' AS section,
    row_key,
    'gesamt' AS breakdown,
    0 AS numerator,
    persons AS denominator
FROM enquiries

-- id: OEF-05
-- group: Öffnung & Antidiskriminierung
-- name_de: Verweise bei diskriminierungsbezogenen Anfragen
-- name_en: Referrals of discrimination-related enquiries
-- question_de: Welcher Anteil der Anfragen zu Diskriminierung wird an eine Fachstelle verwiesen?
-- definition_de: >-
--   An eine Antidiskriminierungs- oder andere Fachstelle verwiesene im Verhältnis zu allen Anfragen zu Diskriminierung
-- formula_de: Summe(verwiesene Anfragen zu Diskriminierung) / Summe(Anfragen zum Thema Diskriminierung) × 100
-- unit: '%'
-- decimals: 1
-- direction: neutral
-- protection: sensitive
-- aggregation: ratio
-- scale: 100
-- basis: report
-- half_year: false
-- denominator_note_de: Anfragen von Personen mit dem Thema Diskriminierung; ohne sie ist die Quote nicht anwendbar.
WITH counselling AS (
    SELECT * FROM accepted.counselling
),

topics AS (
    SELECT * FROM accepted.topics
)

SELECT
    ags,
    period,
    submission_id,
    'counselling' AS section,
    row_key,
    'gesamt' AS breakdown,
    discrimination_referred AS numerator,
    0 AS denominator
FROM counselling
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'topics' AS section,
    row_key,
    'gesamt' AS breakdown,
    0 AS numerator,
    enquiries AS denominator
FROM topics
WHERE topic = 'Diskriminierung'

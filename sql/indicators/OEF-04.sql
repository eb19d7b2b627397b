-- id: OEF-04
-- group: Öffnung & Antidiskriminierung
-- name_de: Diskriminierungsbezogene Anfragen
-- name_en: Discrimination-related enquiries
-- question_de: Wie viele Anfragen von Personen betreffen Diskriminierung?
-- definition_de: Anfragen von Personen mit dem Thema Diskriminierung seit 1. Januar
-- formula_de: Summe(Anfragen zum Thema Diskriminierung)
-- unit: count
-- decimals: 0
-- direction: neutral
-- protection: sensitive
-- aggregation: sum
-- basis: report
-- half_year: false
-- note_de: Keine Merkmale; der Bogen fragt nicht danach. Der Anteil der Verweise steht in OEF-05.
WITH topics AS (
    SELECT * FROM accepted.topics
)

SELECT
    ags,
    period,
    submission_id,
    'topics' AS section,
    row_key,
    'gesamt' AS breakdown,
    enquiries AS numerator,
    NULL AS denominator
FROM topics
WHERE topic = 'Diskriminierung'

-- id: ANL-04
-- group: Anlaufstelle/Beratung
-- name_de: Beratungen mit Sprachmittlung
-- name_en: Consultations with interpreting
-- question_de: Bei welchem Anteil der Beratungen wird gedolmetscht?
-- definition_de: Beratungen ab 15 Minuten mit Sprachmittlung im Verhältnis zu allen Beratungen ab 15 Minuten
-- formula_de: Summe(Beratungen mit Sprachmittlung) / Summe(Beratungen) × 100
-- unit: '%'
-- decimals: 1
-- direction: neutral
-- protection: persons
-- aggregation: ratio
-- scale: 100
-- basis: report
-- half_year: false
-- note_de: Nicht nach Sprachen gegliedert; der Bogen fragt nicht danach.
-- denominator_note_de: Alle Beratungen ab 15 Minuten; kürzere Auskünfte zählen nicht.
WITH counselling AS (
    SELECT * FROM accepted.counselling
)

SELECT
    ags,
    period,
    submission_id,
    'counselling' AS section,
    row_key,
    'gesamt' AS breakdown,
    consultations_with_interpreting AS numerator,
    consultations AS denominator
FROM counselling

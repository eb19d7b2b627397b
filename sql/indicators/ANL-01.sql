-- id: ANL-01
-- group: Anlaufstelle/Beratung
-- name_de: Anfragen an die Anlaufstelle
-- name_en: Enquiries to the contact point
-- question_de: Wie viele Anfragen erreichen die Anlaufstellen?
-- definition_de: Anfragen von Personen, Organisationen und Behörden seit 1. Januar
-- formula_de: Summe(Anfragen nach Zugang)
-- unit: count
-- decimals: 0
-- direction: neutral
-- protection: persons
-- aggregation: sum
-- basis: report
-- half_year: true
-- breakdowns: {channel: Zugang, enquirer: Wer fragt, quarter: Quartal}
-- note_de: Anfragen, nicht Menschen – wer zweimal fragt, zählt zweimal. Jede Gliederung steht für sich.
WITH enquiries AS (
    SELECT * FROM accepted.enquiries
),

quarters AS (
    SELECT * FROM accepted.quarters
)

SELECT
    ags,
    period,
    submission_id,
    'enquiries' AS section,
    row_key,
    unnest(['gesamt', 'channel=' || channel]) AS breakdown,
    persons + organisations + authorities AS numerator,
    NULL AS denominator
FROM enquiries
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'enquiries' AS section,
    row_key,
    'enquirer=Personen' AS breakdown,
    persons AS numerator,
    NULL AS denominator
FROM enquiries
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'enquiries' AS section,
    row_key,
    'enquirer=Organisationen' AS breakdown,
    organisations AS numerator,
    NULL AS denominator
FROM enquiries
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'enquiries' AS section,
    row_key,
    'enquirer=Behörden' AS breakdown,
    authorities AS numerator,
    NULL AS denominator
FROM enquiries
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'quarters' AS section,
    row_key,
    'quarter=' || quarter AS breakdown,
    enquiries AS numerator,
    NULL AS denominator
FROM quarters

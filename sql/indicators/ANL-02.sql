-- id: ANL-02
-- group: Anlaufstelle/Beratung
-- name_de: Themen der Anfragen
-- name_en: Topics of enquiries
-- question_de: Um welche Themen geht es in den Anfragen von Personen?
-- definition_de: Anfragen von Personen zu einem Thema im Verhältnis zu allen Anfragen von Personen
-- formula_de: Summe(Anfragen zum Thema) / Summe(Anfragen von Personen) × 100
-- unit: '%'
-- decimals: 1
-- direction: neutral
-- protection: sensitive
-- aggregation: ratio
-- scale: 100
-- basis: report
-- half_year: false
-- breakdowns: {topic: Thema}
-- note_de: >-
--   Eine Anfrage kann mehrere Themen haben. Die Anteile ergeben zusammen deshalb mehr als 100 %; „gesamt“ sagt, wie
--   viele Themen auf 100 Anfragen kommen. Geschützt wie OEF-04, denn eines der Themen ist Diskriminierung.
-- denominator_note_de: Alle Anfragen von Personen, nach Zugang erfasst; für jedes Thema derselbe Nenner.
WITH topics AS (
    SELECT * FROM accepted.topics
),

enquiries AS (
    SELECT * FROM accepted.enquiries
)

SELECT
    ags,
    period,
    submission_id,
    'topics' AS section,
    row_key,
    unnest(['gesamt', 'topic=' || topic]) AS breakdown,
    enquiries AS numerator,
    0 AS denominator
FROM topics
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
UNION ALL
-- Each topic has the same denominator: all enquiries of persons.
SELECT
    enquiries.ags,
    enquiries.period,
    enquiries.submission_id,
    'enquiries' AS section,
    enquiries.row_key,
    'topic=' || topics.topic AS breakdown,
    0 AS numerator,
    enquiries.persons AS denominator
FROM enquiries
INNER JOIN topics ON enquiries.submission_id = topics.submission_id

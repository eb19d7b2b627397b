-- id: BER-05
-- group: Berichtspflicht
-- name_de: Geheim gehaltene Zellen
-- name_en: Suppressed cells
-- question_de: Welcher Anteil der veröffentlichten Zellen bleibt geheim?
-- definition_de: >-
--   Zellen, die die Veröffentlichung nicht zeigt, weil sonst Rückschlüsse auf wenige Menschen möglich wären, im
--   Verhältnis zu allen Zellen mit einem Wert
-- formula_de: Anzahl(geheime Zellen) / Anzahl(Zellen mit einem Wert) × 100
-- unit: '%'
-- decimals: 1
-- direction: neutral
-- protection: none
-- aggregation: ratio
-- scale: 100
-- basis: publication
-- half_year: true
-- land_only: true
-- breakdowns: {table: Tabelle}
-- note_de: >-
--   Nur für das Land und je Tabelle (Gruppe von Kennzahlen), nie je Kommune. Es zählt die neueste Veröffentlichung, die
--   den Zeitraum enthält; geheim sind zu kleine Zahlen, Zahlen, aus denen diese folgen würden, und Werte, die nie
--   veröffentlicht werden.
-- denominator_note_de: Zellen mit einem Wert in der neuesten Veröffentlichung des Zeitraums.
WITH suppressed AS (
    SELECT * FROM publication.suppressed
),

newest AS (
    SELECT * FROM suppressed
    QUALIFY release_number = max(release_number) OVER (PARTITION BY period)
)

SELECT
    '06' AS ags,
    period,
    NULL AS submission_id,
    'publication.suppressed' AS section,
    row_key,
    unnest(['gesamt', 'table=' || "group"]) AS breakdown,
    "primary" + secondary + policy AS numerator,
    cells AS denominator
FROM newest

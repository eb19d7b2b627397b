-- comment: Wo weicht die Selbsteinschätzung eines Ziels von dem ab, was sich aus dem erreichten Wert ergibt?
-- kind: question
-- columns:
--   period: Berichtszeitraum
--   ags: Kommune
--   municipality: Name der Kommune
--   target_number: Nummer in der Zielvereinbarung
--   target_text: Vereinbartes Ziel
--   baseline: Ausgangswert
--   target: Zielwert
--   actual_value: Erreichter Wert
--   unit: Einheit
--   achieved_percent: Zurückgelegter Weg in Prozent
--   status_computed: Gerechneter Stand
--   status_reported: Selbsteinschätzung
WITH achievement AS (
    SELECT * FROM indicators.target_achievement
    WHERE statuses_differ
),

municipalities AS (
    SELECT * FROM reference.areas
    WHERE area_kind = 'body'
)

SELECT
    achievement.period,
    achievement.ags,
    municipalities.area AS municipality,
    achievement.target_number,
    achievement.target_text,
    achievement.baseline,
    achievement.target,
    achievement.actual_value,
    achievement.unit,
    achievement.achieved_percent,
    achievement.status_computed,
    achievement.status_reported
FROM achievement
INNER JOIN municipalities ON achievement.period = municipalities.period AND achievement.ags = municipalities.ags
ORDER BY achievement.period, achievement.ags, achievement.target_number

-- comment: >-
--   Vereinbarte Ziele gezählt, je Gebiet, Zeitraum und Handlungsfeld: gerechneter Stand und Selbsteinschätzung
--   nebeneinander. Gezählt werden Ziele, nie Werte – ihre Einheiten sind verschieden
-- columns:
--   area_kind: body = Kommune, regierungsbezirk, type = Art der Kommune, land
--   area_key: Schlüssel des Gebiets – Gemeindeschlüssel, 064, type:Landkreis, 06
--   area: Name des Gebiets
--   period: Berichtszeitraum
--   field_of_action: Handlungsfeld, oder gesamt
--   targets: Ziele, die im Zeitraum gelten
--   measured: Davon mit erreichtem Wert
--   reached: Davon gerechnet erreicht
--   partly_reached: Davon gerechnet teilweise erreicht
--   not_reached: Davon gerechnet nicht erreicht
--   reached_as_reported: Ziele mit der Selbsteinschätzung erreicht
--   partly_reached_as_reported: Ziele mit der Selbsteinschätzung teilweise erreicht
--   not_reached_as_reported: Ziele mit der Selbsteinschätzung nicht erreicht
--   open_as_reported: Ziele mit der Selbsteinschätzung noch offen
--   differing: Ziele, bei denen gerechneter Stand und Selbsteinschätzung voneinander abweichen
--   not_recorded: Ziele ohne erreichten Wert, obwohl ein Bericht vorliegt
--   missing_report: Ziele, zu denen der Bericht fehlt
--   not_applicable: Ziele von Kommunen ohne Berichtspflicht, und solche, die nicht im Bogen standen
--   bodies: Kommunen mit mindestens einem Ziel
WITH areas AS (
    SELECT * FROM reference.areas
),

achievement AS (
    SELECT * FROM indicators.target_achievement
),

by_field AS (
    SELECT
        *,
        unnest(['gesamt', coalesce(field_of_action, 'ohne Angabe')]) AS counted_field
    FROM achievement
)

SELECT
    areas.area_kind,
    areas.area_key,
    areas.area,
    by_field.period,
    by_field.counted_field AS field_of_action,
    count(*) AS targets,
    count(*) FILTER (WHERE by_field.state = 'ok') AS measured,
    count(*) FILTER (WHERE by_field.status_computed = 'erreicht') AS reached,
    count(*) FILTER (WHERE by_field.status_computed = 'teilweise erreicht') AS partly_reached,
    count(*) FILTER (WHERE by_field.status_computed = 'nicht erreicht') AS not_reached,
    count(*) FILTER (WHERE by_field.status_reported = 'erreicht') AS reached_as_reported,
    count(*) FILTER (WHERE by_field.status_reported = 'teilweise erreicht') AS partly_reached_as_reported,
    count(*) FILTER (WHERE by_field.status_reported = 'nicht erreicht') AS not_reached_as_reported,
    count(*) FILTER (WHERE by_field.status_reported = 'noch offen') AS open_as_reported,
    count(*) FILTER (WHERE by_field.statuses_differ) AS differing,
    count(*) FILTER (WHERE by_field.state = 'not_recorded') AS not_recorded,
    count(*) FILTER (WHERE by_field.state = 'missing_report') AS missing_report,
    count(*) FILTER (WHERE by_field.state = 'not_applicable') AS not_applicable,
    count(DISTINCT by_field.ags) AS bodies
FROM by_field
INNER JOIN areas ON by_field.period = areas.period AND by_field.ags = areas.ags
GROUP BY areas.area_kind, areas.area_key, areas.area, by_field.period, by_field.counted_field
ORDER BY by_field.period, areas.area_kind, areas.area_key, by_field.counted_field

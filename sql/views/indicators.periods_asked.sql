-- comment: >-
--   Zeiträume, für die eine Kennzahl gebildet wird: abgeschlossene und solche mit einem Bericht in Kraft; ein Halbjahr
--   nur, wenn der Bogen dann nach ihren Angaben fragt
-- columns:
--   indicator_id: Kennzahl
--   period: Berichtszeitraum
WITH catalogue AS (
    SELECT * FROM indicators.catalogue
),

periods AS (
    SELECT * FROM reference.periods
)

SELECT
    catalogue.id AS indicator_id,
    periods.period
FROM catalogue
INNER JOIN periods ON catalogue.half_year OR periods.report_kind <> 'Halbjahresbericht'
WHERE periods.has_figures

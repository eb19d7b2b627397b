-- comment: >-
--   Zeitreihen der Kennzahlen, zu ordnen nach „sequence“. Halbjahre und Jahre stehen in getrennten Reihen, denn ein
--   Halbjahr ist im Jahr schon enthalten. Die Zahl der Kommunen kann sich von Jahr zu Jahr ändern; Veränderungen über
--   gleiche Kommunen zeigt indicators.growth
-- columns:
--   indicator_id: Kennzahl
--   area_kind: body = Kommune, regierungsbezirk, type = Art der Kommune, land
--   area_key: Schlüssel des Gebiets – Gemeindeschlüssel, 064, type:Landkreis, 06
--   area: Name des Gebiets
--   breakdown: gesamt oder eine Gliederung als name=wert
--   report_kind: Reihe – Halbjahresbericht, Jahresbericht oder Schlussbericht
--   sequence: Stelle in der Reihe, ab 1 für das Jahr 2026
--   period: Berichtszeitraum
--   year: Berichtsjahr; beim Schlussbericht das letzte
--   closing_day: Stichtag
--   value: Wert der Kennzahl; leer, wenn der Zustand nicht ok ist
--   numerator: Zähler
--   denominator: Nenner; leer bei Summen
--   unit: Einheit
--   state: ok, not_recorded = nicht erhoben, missing_report = Bericht fehlt, not_applicable = nicht anwendbar
--   bodies_counted: Kommunen, auf denen der Wert beruht
--   bodies_due: Kommunen mit Berichtspflicht oder Bericht
WITH figures AS (
    SELECT * FROM indicators.figures
),

periods AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY report_kind ORDER BY closing_day) AS sequence
    FROM reference.periods
)

SELECT
    figures.indicator_id,
    figures.area_kind,
    figures.area_key,
    figures.area,
    figures.breakdown,
    figures.report_kind,
    periods.sequence,
    figures.period,
    periods.year,
    periods.closing_day,
    figures.value,
    figures.numerator,
    figures.denominator,
    figures.unit,
    figures.state,
    figures.bodies_counted,
    figures.bodies_due
FROM figures
INNER JOIN periods ON figures.period = periods.period

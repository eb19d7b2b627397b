-- comment: >-
--   Kennzahlen, die sich zwischen zwei Veröffentlichungen (before, after) unterscheiden: im Wert, in Zähler, Nenner
--   oder Zustand, oder darin, ob sie gezeigt werden
-- columns:
--   indicator_id: Kennzahl
--   area_kind: body, regierungsbezirk, type oder land
--   area_key: Schlüssel des Gebiets
--   area: Name des Gebiets
--   period: Berichtszeitraum
--   breakdown: gesamt oder eine Gliederung als name=wert
--   value_before: Wert vorher
--   value_after: Wert nachher
--   numerator_before: Zähler vorher
--   numerator_after: Zähler nachher
--   denominator_before: Nenner vorher
--   denominator_after: Nenner nachher
--   state_before: Zustand vorher; leer, wenn es die Kennzahl nicht gab
--   state_after: Zustand nachher; leer, wenn es sie nicht mehr gibt
--   is_hidden_before: Ob der Wert vorher geheim gehalten wurde; leer, wenn vorher nichts veröffentlicht war
--   is_hidden_after: Ob der Wert nachher geheim gehalten wird; leer, wenn nachher nichts veröffentlicht ist
WITH earlier AS (
    SELECT * FROM before.indicators.figures
),

later AS (
    SELECT * FROM after.indicators.figures
),

shown AS (
    SELECT * FROM changes.shown
),

compared AS (
    SELECT
        coalesce(later.indicator_id, earlier.indicator_id) AS indicator_id,
        coalesce(later.area_kind, earlier.area_kind) AS area_kind,
        coalesce(later.area_key, earlier.area_key) AS area_key,
        coalesce(later.area, earlier.area) AS area,
        coalesce(later.period, earlier.period) AS period,
        coalesce(later.breakdown, earlier.breakdown) AS breakdown,
        earlier.value AS value_before,
        later.value AS value_after,
        earlier.numerator AS numerator_before,
        later.numerator AS numerator_after,
        earlier.denominator AS denominator_before,
        later.denominator AS denominator_after,
        earlier.state AS state_before,
        later.state AS state_after
    FROM earlier
    FULL JOIN later
        ON
            earlier.indicator_id = later.indicator_id
            AND earlier.area_key = later.area_key
            AND earlier.period = later.period
            AND earlier.breakdown = later.breakdown
)

SELECT
    compared.*,
    shown.is_hidden_before,
    shown.is_hidden_after
FROM compared
LEFT JOIN shown
    ON
        compared.indicator_id = shown.indicator_id
        AND compared.area_key = shown.area_key
        AND compared.period = shown.period
        AND compared.breakdown = shown.breakdown
WHERE
    compared.value_before IS DISTINCT FROM compared.value_after
    OR compared.numerator_before IS DISTINCT FROM compared.numerator_after
    OR compared.denominator_before IS DISTINCT FROM compared.denominator_after
    OR compared.state_before IS DISTINCT FROM compared.state_after
    OR shown.is_hidden_before <> shown.is_hidden_after

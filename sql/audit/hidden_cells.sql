-- comment: Wie viele Zellen hielt jede Veröffentlichung geheim, und warum? Nur Anzahlen, nie je Kommune
-- kind: question
-- columns:
--   release: Name der Veröffentlichung
--   indicator_group: Gruppe von Kennzahlen
--   period: Berichtszeitraum
--   cells: Zellen mit einem Wert
--   primary_cells: Davon geheim, weil die Zahl zu klein ist
--   secondary_cells: Davon geheim, weil sonst eine andere geheime Zahl folgte
--   policy_cells: Davon nie veröffentlicht
WITH suppressed AS (
    SELECT * FROM publication.suppressed
)

SELECT
    release,
    "group" AS indicator_group,
    period,
    cells,
    "primary" AS primary_cells,
    secondary AS secondary_cells,
    policy AS policy_cells
FROM suppressed
ORDER BY release_number, indicator_group, period

-- comment: >-
--   Sprachen aus angenommenen Berichten, einmal für die Summe und einmal für sich. In die Summe gehen nur Sprachen mit
--   erfassten Anfragen; erfasst ein Bericht zu keiner Sprache Anfragen, gehen alle ein, und die Summe ist „nicht
--   erhoben“
-- columns:
--   submission_id: Einreichung
--   ags: Amtlicher Gemeindeschlüssel der berichtenden Kommune
--   period: Berichtszeitraum
--   row_key: Zeile im Abschnitt languages
--   breakdown: gesamt oder language=Sprache
--   requests: Anfragen; leer = nicht erhoben
--   assignments: Einsätze; leer, wenn die Anfragen nicht erhoben sind
WITH languages AS (
    SELECT * FROM accepted.languages
),

recorded AS (
    SELECT
        *,
        count(requests) OVER (PARTITION BY submission_id) AS languages_recorded
    FROM languages
),

shares AS (
    SELECT
        *,
        'gesamt' AS breakdown
    FROM recorded
    WHERE requests IS NOT NULL OR languages_recorded = 0
    UNION ALL
    SELECT
        *,
        'language=' || language AS breakdown
    FROM recorded
)

SELECT
    submission_id,
    ags,
    period,
    row_key,
    breakdown,
    requests,
    CASE WHEN requests IS NOT NULL THEN assignments END AS assignments
FROM shares

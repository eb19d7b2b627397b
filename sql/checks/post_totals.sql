-- Zwischenschritt: die Landesmittel der Stellen eines Berichts nach Funktion und nach anstellender Stelle. Ist bei
-- einer Stelle nicht gesagt, wohin sie gehört, so ist keine Summe bekannt; eine leere Tabelle zählt als 0.
SELECT
    submission_id,
    CASE
        WHEN count(*) = count(CASE WHEN function IS NOT NULL THEN state_funds_eur END)
            THEN coalesce(sum(state_funds_eur) FILTER (WHERE function = 'WIR-Koordinationskraft'), 0)
    END AS coordinators_eur,
    CASE
        WHEN count(*) = count(CASE WHEN function IS NOT NULL THEN state_funds_eur END)
            THEN coalesce(sum(state_funds_eur) FILTER (WHERE function = 'WIR-Mitarbeitsstelle'), 0)
    END AS assistants_eur,
    CASE
        WHEN count(*) = count(CASE WHEN employer IS NOT NULL THEN state_funds_eur END)
            THEN coalesce(sum(state_funds_eur) FILTER (WHERE employer = 'Träger'), 0)
    END AS carriers_eur
FROM posts
GROUP BY submission_id
UNION ALL
SELECT
    submission_id,
    0 AS coordinators_eur,
    0 AS assistants_eur,
    0 AS carriers_eur
FROM empty_tables
WHERE section = 'posts'

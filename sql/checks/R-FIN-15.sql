-- Summe der Auszahlungen je Bescheid und Haushaltsjahr gegen die Bewilligung: nach dem Zuwendungsregister, wo es
-- vorliegt, sonst wie im Bogen vorgedruckt (nur für das Berichtsjahr). Spätere Auszahlungen eines Jahres sind erlaubt.
WITH register AS (
    SELECT
        grant_number,
        budget_year,
        sum(granted_eur) AS granted_eur
    FROM reference.grants
    GROUP BY grant_number, budget_year
),

printed AS (
    SELECT
        finances.submission_id,
        finances."grant" AS grant_number,
        submissions.year AS budget_year,
        CASE WHEN count(*) = count(finances.granted_eur) THEN sum(finances.granted_eur) END AS granted_eur
    FROM finances
    INNER JOIN submissions ON finances.submission_id = submissions.submission_id
    GROUP BY finances.submission_id, finances."grant", submissions.year
),

drawn AS (
    SELECT
        submission_id,
        "grant" AS grant_number,
        budget_year,
        max_by(row_key, ordinal) AS row_key,
        CASE WHEN count(*) = count(amount_eur) THEN sum(amount_eur) END AS amount_eur
    FROM drawdowns
    WHERE "grant" IS NOT NULL AND budget_year IS NOT NULL
    GROUP BY submission_id, "grant", budget_year
)

SELECT
    drawn.submission_id,
    drawn.row_key,
    drawn.amount_eur AS given,
    coalesce(register.granted_eur, printed.granted_eur) AS expected,
    drawn.grant_number,
    drawn.budget_year
FROM drawn
LEFT JOIN register ON drawn.grant_number = register.grant_number AND drawn.budget_year = register.budget_year
LEFT JOIN printed
    ON
        drawn.submission_id = printed.submission_id
        AND drawn.grant_number = printed.grant_number
        AND drawn.budget_year = printed.budget_year

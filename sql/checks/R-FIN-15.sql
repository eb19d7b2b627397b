-- Summe der Auszahlungen je Bescheid und Haushaltsjahr gegen die Bewilligung: nach dem Zuwendungsregister, wo es
-- vorliegt, sonst wie im Bogen vorgedruckt (im Jahresbericht, für sein Jahr). Ein Haushaltsjahr darf auch später
-- ausgezahlt werden; darum zählt mit, was angenommene Berichte früherer Jahre nennen und dieser nicht noch einmal.
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
    WHERE submissions.kind = 'Jahresbericht'
    GROUP BY finances.submission_id, finances."grant", submissions.year
),

payments AS (
    SELECT DISTINCT
        submissions.submission_id,
        before."grant" AS grant_number,
        before.budget_year,
        before.drawn_on,
        before.amount_eur
    FROM submissions
    INNER JOIN history.drawdowns AS before
        ON
            submissions.ags = before.ags
            AND try_cast(before.period AS INTEGER) < submissions.year
    WHERE submissions.kind <> 'Schlussbericht' AND before.drawn_on < submissions.first_day
),

earlier AS (
    SELECT
        payments.submission_id,
        payments.grant_number,
        payments.budget_year,
        sum(payments.amount_eur) AS amount_eur
    FROM payments
    LEFT JOIN drawdowns
        ON
            payments.submission_id = drawdowns.submission_id
            AND payments.grant_number = drawdowns."grant"
            AND payments.budget_year = drawdowns.budget_year
            AND payments.drawn_on = drawdowns.drawn_on
    WHERE drawdowns.submission_id IS NULL
    GROUP BY payments.submission_id, payments.grant_number, payments.budget_year
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
    (drawn.amount_eur + coalesce(earlier.amount_eur, 0))::DECIMAL(16, 2) AS given,
    coalesce(register.granted_eur, printed.granted_eur) AS expected,
    drawn.grant_number,
    drawn.budget_year,
    coalesce(earlier.amount_eur, 0)::DECIMAL(16, 2) AS earlier_eur
FROM drawn
LEFT JOIN earlier
    ON
        drawn.submission_id = earlier.submission_id
        AND drawn.grant_number = earlier.grant_number
        AND drawn.budget_year = earlier.budget_year
LEFT JOIN register ON drawn.grant_number = register.grant_number AND drawn.budget_year = register.budget_year
LEFT JOIN printed
    ON
        drawn.submission_id = printed.submission_id
        AND drawn.grant_number = printed.grant_number
        AND drawn.budget_year = printed.budget_year

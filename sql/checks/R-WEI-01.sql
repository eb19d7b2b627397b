-- Im Zeitraum für Mikroprojekte weitergeleitete Beträge gegen den Höchstbetrag seiner Jahre. Ohne geltenden
-- Höchstbetrag ist die Förderlinie geschlossen, es sei denn, ein Bescheid bewilligt sie: dann gilt der vorgedruckte
-- Betrag.
WITH years AS (
    SELECT
        submission_id,
        make_date(unnest(generate_series(year(first_day), year))::INTEGER, 12, 31) AS closing_day
    FROM submissions
),

limits AS (
    SELECT
        years.submission_id,
        sum(CASE WHEN switch.number = 1 THEN parameters.number END) AS limit_eur
    FROM years
    INNER JOIN reference.parameters AS switch
        ON
            switch.name = 'micro_projects_active'
            AND years.closing_day BETWEEN switch.valid_from AND switch.valid_to
    INNER JOIN reference.parameters
        ON
            parameters.name = 'micro_projects_eur_per_year'
            AND years.closing_day BETWEEN parameters.valid_from AND parameters.valid_to
    GROUP BY years.submission_id
),

granted AS (
    SELECT
        submission_id,
        sum(granted_eur) AS granted_eur
    FROM finances
    WHERE cost_type = 'Mikroprojekte'
    GROUP BY submission_id
)

SELECT
    forwarded_in_period.submission_id,
    forwarded_in_period.row_key,
    forwarded_in_period.amount_eur AS given,
    coalesce(limits.limit_eur, granted.granted_eur, 0) AS expected
FROM forwarded_in_period
LEFT JOIN limits ON forwarded_in_period.submission_id = limits.submission_id
LEFT JOIN granted ON forwarded_in_period.submission_id = granted.submission_id
WHERE forwarded_in_period.purpose = 'Mikroprojekt'

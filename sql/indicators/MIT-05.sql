-- id: MIT-05
-- group: Mittel
-- name_de: Kofinanzierungsquote
-- name_en: Co-financing rate
-- question_de: Welchen Anteil der Ausgaben trägt nicht das Land?
-- definition_de: Eigenmittel, Bundes- und EU-Mittel, andere kommunale und private Mittel im Verhältnis zu den Ausgaben
-- formula_de: (Eigenmittel + Bund/EU + andere kommunale + private Mittel) / Ausgaben × 100
-- unit: '%'
-- decimals: 1
-- direction: neutral
-- protection: none
-- aggregation: ratio
-- scale: 100
-- basis: report
-- half_year: false
-- breakdowns: {source: Herkunft der Mittel}
-- note_de: Andere Landesmittel sind keine Kofinanzierung. Ohne Ausgaben ist die Quote nicht anwendbar.
-- denominator_note_de: Ausgaben laut Bericht, aus allen Quellen; ohne Ausgaben ist die Quote nicht anwendbar.
WITH finances AS (
    SELECT * FROM accepted.finances
),

sources AS (
    SELECT
        ags,
        period,
        submission_id,
        row_key,
        expenditure_eur,
        'gesamt' AS breakdown,
        own_funds_eur + federal_eu_funds_eur + other_municipal_funds_eur + private_funds_eur AS amount_eur
    FROM finances
    UNION ALL
    SELECT
        ags,
        period,
        submission_id,
        row_key,
        expenditure_eur,
        'source=Eigenmittel' AS breakdown,
        own_funds_eur AS amount_eur
    FROM finances
    UNION ALL
    SELECT
        ags,
        period,
        submission_id,
        row_key,
        expenditure_eur,
        'source=andere öffentliche Mittel' AS breakdown,
        federal_eu_funds_eur + other_municipal_funds_eur AS amount_eur
    FROM finances
    UNION ALL
    SELECT
        ags,
        period,
        submission_id,
        row_key,
        expenditure_eur,
        'source=private Mittel' AS breakdown,
        private_funds_eur AS amount_eur
    FROM finances
)

SELECT
    ags,
    period,
    submission_id,
    'finances' AS section,
    row_key,
    breakdown,
    amount_eur AS numerator,
    expenditure_eur AS denominator
FROM sources

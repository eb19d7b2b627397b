-- Veränderung gegenüber dem Vorjahr gegen das, was bei Kommunen gleicher Art üblich war (Median ± k · MAD, aus den
-- Berichten des Vorjahrs, mit dem ersten Gebrauch festgeschrieben). Verglichen werden die Summen der Einzelangaben und
-- vorgedruckten Zeilen, die seit dem 1. Januar auflaufen. Im zweiten Jahr der Förderung gibt es noch keine üblichen
-- Veränderungen; dann wird gefragt, wenn eine Zahl den üblichen Bereich verlässt, in dem sie im Vorjahr lag.
WITH totals AS (
    SELECT
        cells.submission_id,
        cells.field,
        fields.label,
        submissions.ags,
        submissions.year,
        submissions.closing_day,
        CASE WHEN count(*) = count(cells.number) THEN sum(cells.number) END AS total
    FROM cells
    INNER JOIN submissions ON cells.submission_id = submissions.submission_id
    INNER JOIN fields
        ON
            submissions.year = fields.year
            AND cells.field = fields.field
            AND fields.measure = 'flow'
            AND fields.kind <> 'table'
    GROUP BY ALL
),

last_totals AS (
    SELECT
        ags,
        period,
        field,
        CASE WHEN count(*) = count(number) THEN sum(number)::DOUBLE END AS total
    FROM history.numbers
    GROUP BY ags, period, field
),

bounds AS (
    SELECT
        totals.submission_id,
        totals.field,
        totals.label,
        totals.total,
        last_totals.total AS last_total,
        peers.type,
        peers.bodies,
        floor(CASE peers.measure WHEN 'change' THEN last_totals.total * peers.low ELSE peers.low END) AS low,
        ceil(CASE peers.measure WHEN 'change' THEN last_totals.total * peers.high ELSE peers.high END) AS high,
        peers.measure = 'change' AND last_totals.total > 0
        OR peers.measure = 'level' AND last_totals.total BETWEEN peers.low AND peers.high AS is_comparable
    FROM totals
    INNER JOIN last_totals
        ON
            totals.ags = last_totals.ags
            AND (totals.year - 1)::VARCHAR = last_totals.period
            AND totals.field = last_totals.field
    INNER JOIN reference.municipalities
        ON
            totals.ags = municipalities.ags
            AND totals.closing_day BETWEEN municipalities.valid_from AND municipalities.valid_to
    INNER JOIN history.peers
        ON totals.year = peers.year AND municipalities.type = peers.type AND totals.field = peers.field
)

SELECT
    submission_id,
    '' AS row_key,
    field,
    CASE WHEN is_comparable THEN total END AS given,
    least(greatest(total, low), high) AS expected,
    label,
    format('{:t.}', last_total::BIGINT)
    || CASE
        WHEN last_total <> floor(last_total)
            THEN ',' || lpad((round(last_total * 100)::BIGINT % 100)::VARCHAR, 2, '0')
        ELSE ''
    END AS last_figure,
    format('{:t.}', low::BIGINT) AS low,
    format('{:t.}', high::BIGINT) AS high,
    bodies,
    type
FROM bounds

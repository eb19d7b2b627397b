-- Ein Beschlussdatum steht genau dann, wenn die Strategie beschlossen ist.
SELECT
    submission_id,
    row_key,
    ((adopted_on IS NOT NULL) = (status = 'beschlossen'))::INTEGER AS given,
    1 AS expected,
    coalesce(strftime(adopted_on, '%d.%m.%Y'), 'leer') AS given_text,
    CASE WHEN status = 'beschlossen' THEN 'ein Datum' ELSE 'leer' END AS expected_text,
    status
FROM strategy

-- comment: >-
--   Besetzungen der geförderten Stellen aus angenommenen Berichten, auf den Tag genau auf den Berichtszeitraum
--   begrenzt; der erste und der letzte Tag zählen mit
-- columns:
--   submission_id: Einreichung
--   ags: Amtlicher Gemeindeschlüssel der berichtenden Kommune
--   period: Berichtszeitraum
--   row_key: Zeile im Abschnitt posts
--   grant: Zuwendungsbescheid
--   post_number: Stellennummer
--   function: Funktion
--   fte_granted: Umfang bewilligt (VZÄ)
--   fte_filled: Umfang besetzt (VZÄ)
--   staff_cost_eur: Personalausgaben (EUR)
--   days_filled: Tage dieser Besetzung, die im Zeitraum liegen
--   days_of_period: Tage des Zeitraums
--   years_of_period: Kalenderjahre des Zeitraums; 5 im Schlussbericht
--   is_first_of_post: Ob es die erste Zeile der Stelle ist; mit ihr zählt die Stelle einmal
WITH posts AS (
    SELECT * FROM accepted.posts
),

periods AS (
    SELECT * FROM reference.periods
)

SELECT
    posts.submission_id,
    posts.ags,
    posts.period,
    posts.row_key,
    posts.grant,
    posts.post_number,
    posts.function,
    posts.fte_granted,
    posts.fte_filled,
    posts.staff_cost_eur,
    greatest(
        0,
        datediff(
            'day',
            greatest(posts.filled_from, periods.first_day),
            least(coalesce(posts.filled_to, periods.closing_day), periods.closing_day)
        ) + 1
    ) AS days_filled,
    datediff('day', periods.first_day, periods.closing_day) + 1 AS days_of_period,
    year(periods.closing_day) - year(periods.first_day) + 1 AS years_of_period,
    row_number() OVER (
        PARTITION BY posts.submission_id, posts.grant, posts.post_number
        ORDER BY posts.ordinal
    ) = 1 AS is_first_of_post
FROM posts
INNER JOIN periods ON posts.period = periods.period

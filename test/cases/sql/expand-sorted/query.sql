WITH p0 AS NOT MATERIALIZED (SELECT c1 AS s0, c7 AS s4 FROM e_3fc4ccfe745870e2c0d99f71.events),
p1 AS NOT MATERIALIZED (SELECT *, unnest(coalesce(s4, [CAST(NULL AS VARCHAR)])) AS s5, generate_subscripts(coalesce(s4, [CAST(NULL AS VARCHAR)]), 1) AS s6 FROM p0)
SELECT s5 AS o0 FROM p1 ORDER BY s0 asc NULLS last, s6 asc NULLS last LIMIT CAST($1 AS BIGINT)
-- $1 long 1000

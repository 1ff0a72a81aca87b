WITH p0 AS NOT MATERIALIZED (SELECT c3 AS s4 FROM e_7692c3ad3540bb803c020b3a.events WHERE (regexp_full_match(c3, CAST($1 AS VARCHAR), 's') OR (c3 LIKE CAST($2 AS VARCHAR) ESCAPE '\') OR (((c3 IN (CAST($3 AS VARCHAR), CAST($4 AS VARCHAR)))))))
SELECT s4 AS o0 FROM p0 LIMIT CAST($5 AS BIGINT)
-- $1 keyword (?:(?:(?:[\x{63}][\x{6d}][\x{64}])|(?:[\x{70}][\x{6f}][\x{77}][\x{65}][\x{72}](?:.*)))[\x{2e}][\x{65}][\x{78}][\x{65}])
-- $2 keyword a_b
-- $3 keyword x
-- $4 keyword y
-- $5 long 1000

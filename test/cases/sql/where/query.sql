WITH p0 AS NOT MATERIALIZED (SELECT c6 AS s1, c5 AS s3, c3 AS s4 FROM e_7692c3ad3540bb803c020b3a.events WHERE (c3 = CAST($1 AS VARCHAR)) AND ((c5 > CAST($2 AS BIGINT)) OR (c6 IS NULL)) AND starts_with(c3, CAST($3 AS VARCHAR)))
SELECT s4 AS o0, s3 AS o1 FROM p0 LIMIT CAST($4 AS BIGINT)
-- $1 keyword cmd.exe
-- $2 long 3
-- $3 keyword c
-- $4 long 1000

-- The days that have partitions (made by ensure_day under these names).
SELECT substring(c.relname FROM 10)::int
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'entries'::regclass AND c.relname LIKE 'entries\_d%'

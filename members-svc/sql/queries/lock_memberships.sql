-- Keeps memberships as they are until the end of the transaction: shared with whoever only reads
-- them, alone for who changes them (1). The keys come in ascending order, the same for all.
SELECT CASE k.alone WHEN 1 THEN pg_advisory_xact_lock(k.key) ELSE pg_advisory_xact_lock_shared(k.key) END
FROM unnest($1::bigint[], $2::int[]) AS k(key, alone)

-- A tier set whose newest version not all members have been evaluated under, for this transaction.
SELECT program_id, set_no, version, swept_slices FROM tier_sets
WHERE swept_version < version
ORDER BY program_id, set_no LIMIT 1
FOR NO KEY UPDATE SKIP LOCKED

-- A programme under whose newest segments not all members have been evaluated, for this transaction,
-- and whether new quintiles began its newest version.
SELECT program_id, version, swept_slices, bounds_version = version FROM segment_programs
WHERE swept_version < version
ORDER BY program_id LIMIT 1
FOR NO KEY UPDATE SKIP LOCKED

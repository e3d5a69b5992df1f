-- A programme under whose newest segments not all members have been evaluated, for this transaction.
SELECT program_id, version, swept_slices FROM segment_programs
WHERE swept_version < version
ORDER BY program_id LIMIT 1
FOR NO KEY UPDATE SKIP LOCKED

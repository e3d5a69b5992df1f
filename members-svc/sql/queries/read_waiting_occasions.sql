-- The occasions that the ledger has not been told of, the oldest first.
SELECT bucket, member_id, trigger_key, ref, program_id, occur_us, attribute, value
FROM occasions
WHERE end_us IS NULL
ORDER BY create_us, member_id
LIMIT $1

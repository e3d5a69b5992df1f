-- Prepared per day. The newest entry of each wallet recorded in [$1, $2), after a key, in key order.
SELECT DISTINCT ON (bucket, owner_id, wallet_no) bucket, owner_id, wallet_no, program_id, seq, hash
FROM entries_d{day}
WHERE create_us >= $1 AND create_us < $2 AND (bucket, owner_id, wallet_no) > ($3, $4, $5)
ORDER BY bucket, owner_id, wallet_no, seq DESC LIMIT $6

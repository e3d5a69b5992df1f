SELECT adjustment_id, member_id, wallet_type, delta, reason, state, proposer, decider, create_us,
       decide_us, command_id, entry_id
FROM adjustments
WHERE program_id = $1 AND adjustment_id > $2 AND ($3::smallint = 0 OR state = $3)
ORDER BY adjustment_id LIMIT $4

UPDATE reward_stock
SET stock = stock + 1
WHERE bucket = $1 AND program_id = $2 AND reward_id = $3

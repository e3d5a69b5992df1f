-- Adds $4, which may be below zero. No row: the stock would leave its range.
UPDATE reward_stock
SET stock = stock + $4
WHERE bucket = $1 AND program_id = $2 AND reward_id = $3 AND stock + $4 BETWEEN 0 AND 1000000000
RETURNING stock

-- Accruals that name a campaign and belong to no order, of what occurred in [$2, $3) and was recorded
-- before $4. $5 is the campaign's id as it stands in the detail.
SELECT owner_id, detail FROM entries
WHERE program_id = $1 AND occur_us >= $2 AND occur_us < $3 AND create_us < $4
  AND day >= ($2 - 60000000) / 86400000000 AND kind = 1 AND order_id IS NULL
  AND position($5::bytea IN detail) > 0
LIMIT $6

-- The one that holds at $4 ends then.
UPDATE manual_tiers SET end_us = $4, end_reason = $5, end_actor = $6
WHERE bucket = $1 AND member_id = $2 AND set_no = $3 AND start_us <= $4 AND (end_us IS NULL OR end_us > $4)

-- The driver with fence $3 gives its claim up: to be tried again at $4.
UPDATE redemptions
SET next_try_us = $4, doubt_until_us = $5
WHERE bucket = $1 AND redemption_id = $2 AND next_try_us IS NOT NULL AND attempts = $3

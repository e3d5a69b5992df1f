-- Open reservations that have run out at $1, after a key, the earlier first.
SELECT r.reservation_id, r.owner_id, r.program_id, r.expire_us
FROM reservations r
WHERE r.state = 1 AND r.expire_us <= $1 AND (r.expire_us, r.reservation_id) > ($2, $3::uuid)
ORDER BY r.expire_us, r.reservation_id
LIMIT $4

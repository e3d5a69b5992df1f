SELECT r.reservation_id, r.owner_id, r.program_id
FROM reservations r
WHERE r.state = 1 AND r.expire_us <= $1
ORDER BY r.expire_us
LIMIT $2

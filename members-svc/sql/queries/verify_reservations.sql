-- Reservations that entries name.
SELECT r.reservation_id, r.program_id, r.owner_id, r.wallet_no, r.state, r.amount,
       r.captured_amount, r.lots, r.create_us, r.expire_us, r.end_us
FROM unnest($1::int[], $2::uuid[]) AS k(bucket, reservation_id)
JOIN reservations r ON r.bucket = k.bucket AND r.reservation_id = k.reservation_id

-- Into a free place of the programme's two; no row: both are taken.
INSERT INTO replays (program_id, replay_id, state, slot, content, create_us)
SELECT $1::uuid, $2::uuid, 1, s.slot, $3::bytea, $4::bigint
FROM generate_series(1, 2) AS s(slot)
WHERE NOT EXISTS (SELECT 1 FROM replays r WHERE r.program_id = $1::uuid AND r.slot = s.slot)
ORDER BY s.slot LIMIT 1

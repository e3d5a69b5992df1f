-- Members by (bucket, id) with their row of a tier set, NULLs where there is none yet, and the time of
-- the newest entry in their wallet number $5. Households are none.
SELECT m.member_id, m.join_us, w.last_us, t.tier, t.since_us, t.value, t.rule_version,
       t.newest_version, t.manual, t.seen_us, t.next_look_us, t.warned_us, t.told_us, t.version
FROM unnest($1::int[], $2::uuid[]) AS k(bucket, member_id)
JOIN members m ON m.bucket = k.bucket AND m.member_id = k.member_id
LEFT JOIN member_tiers t ON t.bucket = k.bucket AND t.member_id = k.member_id AND t.set_no = $4::smallint
LEFT JOIN wallets w ON w.bucket = k.bucket AND w.owner_id = k.member_id AND w.wallet_no = $5::smallint
WHERE m.program_id = $3 AND m.state <> 3

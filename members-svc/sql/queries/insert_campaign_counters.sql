-- Counters that did not exist when they were read; one that exists meanwhile violates the key.
INSERT INTO campaign_counters (bucket, member_id, campaign_id, period_us, program_id, points, orders, amount)
SELECT unnest($1::int[]), unnest($2::uuid[]), unnest($3::uuid[]), unnest($4::bigint[]), unnest($5::uuid[]),
       unnest($6::bigint[]), unnest($7::bigint[]), unnest($8::bigint[])

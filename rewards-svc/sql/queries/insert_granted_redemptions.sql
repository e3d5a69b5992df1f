-- Redemptions that were given, issued at once; $2: the position of their events. No saga is needed:
-- no points move.
INSERT INTO redemptions (bucket, redemption_id, program_id, member_id, reward_id, state, points,
                         wallet_type, coupon_code, reason, stock_held, create_us, update_us, issue_us,
                         event_us, spend_request_id, attempts, doubt_until_us, grant_id)
SELECT g.bucket, g.redemption_id, g.program_id, g.member_id, g.reward_id, 2, 0, g.wallet_type,
       g.coupon_code, '', g.stock_held = 1, $1::bigint, $1, $1, $2::bigint, g.grant_id, 1, $1, g.grant_id
FROM unnest($3::int[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[], $9::text[], $10::int[],
            $11::uuid[])
  AS g(bucket, redemption_id, program_id, member_id, reward_id, wallet_type, coupon_code, stock_held,
       grant_id)

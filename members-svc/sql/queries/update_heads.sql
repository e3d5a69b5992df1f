-- The guarded write of the heads: a head that is no longer at the expected seq is not touched, and
-- then the whole transaction fails. A head is found by the place where it was read, which saves a
-- descent of the index; a row that has moved from there has another seq too. Arrays are unnested
-- in the select list, where that costs a quarter of what it does in FROM.
WITH k AS (
  SELECT unnest($1::uuid[]) AS owner_id,
         unnest($2::smallint[]) AS wallet_no, unnest($3::bigint[]) AS expected,
         unnest($4::bigint[]) AS seq, unnest($5::bigint[]) AS active,
         unnest($6::bigint[]) AS pending, unnest($7::bigint[]) AS reserved,
         unnest($8::bigint[]) AS earned, unnest($9::bigint[]) AS spent,
         unnest($10::bigint[]) AS expired, unnest($11::bigint[]) AS last_us,
         unnest($12::bytea[]) AS hash, unnest($13::bytea[]) AS lots,
         unnest($14::bigint[]) AS reversed, unnest($15::bigint[]) AS adjusted,
         unnest($16::bigint[]) AS due_us,
         unnest($17::tid[]) AS place
), moved AS (
  UPDATE wallets w
  SET seq = k.seq, active = k.active, pending = k.pending, reserved = k.reserved,
      lifetime_earned = k.earned, lifetime_spent = k.spent, lifetime_expired = k.expired,
      last_us = k.last_us, hash = k.hash, lots = k.lots,
      lifetime_reversed = k.reversed, lifetime_adjusted = k.adjusted,
      next_due_us = k.due_us
  FROM k
  WHERE w.ctid = k.place AND w.owner_id = k.owner_id AND w.wallet_no = k.wallet_no
    AND w.seq = k.expected
  RETURNING 1
)
SELECT expect_rows(count(*), cardinality($1)) FROM moved

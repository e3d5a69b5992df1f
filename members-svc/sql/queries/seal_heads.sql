-- The wallets that were written to in [$2, $3) of the day $1, per programme and bucket.
SELECT program_id, bucket, items, digest FROM seal_heads($1::int, $2::bigint, $3::bigint)

-- The returns recorded in [$1, $2), per programme and bucket.
SELECT program_id, bucket, items, digest FROM seal_returns($1::bigint, $2::bigint)

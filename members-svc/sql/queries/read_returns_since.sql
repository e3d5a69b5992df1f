-- What has been returned in all of the orders of a programme with a return recorded in [$2, $3): the
-- newest return of each.
SELECT DISTINCT ON (bucket, order_id) order_id, content FROM order_returns
WHERE program_id = $1 AND create_us >= $2 AND create_us < $3
ORDER BY bucket, order_id, return_no DESC LIMIT $4

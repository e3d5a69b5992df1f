-- Returns of orders, each with its number within the order: gapless from 1, so that two who return
-- something of one order at the same time meet at the key, also where no points move and no head
-- guards anything. `content` is a serialised laurel.members.v1.OrderReturn; the newest one says what
-- has been returned of each line in all. The request key is kept for ever.
CREATE TABLE order_returns (
  bucket int NOT NULL,
  order_id uuid NOT NULL,
  return_no int NOT NULL CHECK (return_no >= 1),
  program_id uuid NOT NULL,
  member_id uuid NOT NULL,
  create_us bigint NOT NULL CHECK (create_us > 0),
  occur_us bigint NOT NULL CHECK (occur_us > 0),
  request_key uuid NOT NULL,
  content_hash bytea NOT NULL CHECK (content_hash <> ''),
  content bytea NOT NULL,
  PRIMARY KEY (bucket, order_id, return_no)
);
CREATE UNIQUE INDEX order_returns_key ON order_returns (bucket, request_key);
CREATE INDEX order_returns_time ON order_returns (create_us);
GRANT SELECT, INSERT ON order_returns TO {app};

-- The returns recorded in an hour, for its seal: as seal_orders does with orders.
CREATE FUNCTION seal_returns(p_from_us bigint, p_to_us bigint)
RETURNS TABLE (program_id uuid, bucket int, items bigint, digest bytea)
LANGUAGE sql STABLE SET work_mem = '32MB' AS $$
  SELECT r.program_id, r.bucket, count(*), sha256(string_agg(
    uuid_send(r.order_id) || uuid_send(r.member_id) || uuid_send(r.request_key)
      || int8send(r.return_no::bigint) || int8send(r.create_us) || int8send(r.occur_us)
      || sha256(r.content_hash) || sha256(r.content),
    ''::bytea ORDER BY r.order_id, r.return_no))
  FROM order_returns r WHERE r.create_us >= p_from_us AND r.create_us < p_to_us
  GROUP BY r.program_id, r.bucket ORDER BY r.program_id, r.bucket
$$;
GRANT EXECUTE ON FUNCTION seal_returns(bigint, bigint) TO {app};

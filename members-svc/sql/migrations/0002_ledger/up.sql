-- The points ledger, orders, and what guards them. docs/invariants.md says which constraint stands
-- behind which promise. All times are microseconds since 1970 (UTC), amounts the wallet type's
-- smallest unit.

-- The head of each wallet: the newest entry's seq, balances and hash, and the open lots.
CREATE TABLE wallets (
  bucket int NOT NULL,
  owner_id uuid NOT NULL,
  wallet_no smallint NOT NULL CHECK (wallet_no BETWEEN 1 AND 32),
  program_id uuid NOT NULL,
  seq bigint NOT NULL CHECK (seq >= 0),
  active bigint NOT NULL,
  pending bigint NOT NULL CHECK (pending >= 0),
  reserved bigint NOT NULL CHECK (reserved >= 0),
  lifetime_earned bigint NOT NULL CHECK (lifetime_earned >= 0),
  lifetime_spent bigint NOT NULL CHECK (lifetime_spent >= 0),
  lifetime_expired bigint NOT NULL CHECK (lifetime_expired >= 0),
  last_us bigint NOT NULL,
  hash bytea NOT NULL,
  lots bytea NOT NULL,
  PRIMARY KEY (bucket, owner_id, wallet_no),
  CHECK (active + pending + reserved = lifetime_earned - lifetime_spent - lifetime_expired)
) WITH (fillfactor = 70);
ALTER TABLE wallets ALTER COLUMN lots SET STORAGE MAIN;
GRANT SELECT, INSERT, UPDATE ON wallets TO {app};

-- Immutable movements, in a partition per day (UTC) of recording. `day` is days since 1970.
CREATE TABLE entries (
  bucket int NOT NULL,
  owner_id uuid NOT NULL,
  wallet_no smallint NOT NULL,
  seq bigint NOT NULL CHECK (seq > 0),
  day int NOT NULL,
  kind smallint NOT NULL,
  account smallint NOT NULL,
  program_id uuid NOT NULL,
  create_us bigint NOT NULL,
  occur_us bigint NOT NULL,
  active_delta bigint NOT NULL,
  pending_delta bigint NOT NULL,
  reserved_delta bigint NOT NULL,
  active_after bigint NOT NULL,
  pending_after bigint NOT NULL CHECK (pending_after >= 0),
  reserved_after bigint NOT NULL CHECK (reserved_after >= 0),
  activate_us bigint,
  expire_us bigint,
  order_id uuid,
  reservation_id uuid,
  refunded_seq bigint,
  request_key uuid,
  content_hash bytea,
  detail bytea,
  lots bytea,
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (bucket, owner_id, wallet_no, seq, day),
  CHECK (day = create_us / 86400000000),
  CHECK ((request_key IS NULL) = (content_hash IS NULL))
) PARTITION BY LIST (day);
GRANT SELECT, INSERT ON entries TO {app};

-- Orders, lines packed, in a partition per day of recording. The low ten bits of an order id are
-- its member's slice, so that an id leads to its bucket; its milliseconds lead to its day.
CREATE TABLE orders (
  bucket int NOT NULL,
  order_id uuid NOT NULL,
  day int NOT NULL,
  program_id uuid NOT NULL,
  member_id uuid NOT NULL,
  create_us bigint NOT NULL,
  occur_us bigint NOT NULL,
  total_minor_units bigint NOT NULL CHECK (total_minor_units >= 0),
  request_key uuid NOT NULL,
  content_hash bytea NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (bucket, order_id, day),
  CHECK (day = create_us / 86400000000)
) PARTITION BY LIST (day);
GRANT SELECT, INSERT ON orders TO {app};

-- Makes the partitions of a day, if they are not there. The application may make days, and nothing
-- else: it owns no table.
CREATE FUNCTION ensure_day(p_day int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = members, pg_temp AS $$
DECLARE
  suffix text := 'd' || p_day;
BEGIN
  IF to_regclass('entries_' || suffix) IS NOT NULL AND to_regclass('orders_' || suffix) IS NOT NULL THEN
    RETURN;
  END IF;
  -- Two processes at midnight: the second waits and finds it done.
  LOCK TABLE entries IN SHARE UPDATE EXCLUSIVE MODE;
  IF to_regclass('entries_' || suffix) IS NULL THEN
    EXECUTE format('CREATE TABLE %I PARTITION OF entries FOR VALUES IN (%s)', 'entries_' || suffix, p_day);
    EXECUTE format('CREATE UNIQUE INDEX ON %I (bucket, request_key) WHERE request_key IS NOT NULL', 'entries_' || suffix);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO {app}', 'entries_' || suffix);
  END IF;
  IF to_regclass('orders_' || suffix) IS NULL THEN
    EXECUTE format('CREATE TABLE %I PARTITION OF orders FOR VALUES IN (%s)', 'orders_' || suffix, p_day);
    EXECUTE format('CREATE UNIQUE INDEX ON %I (bucket, request_key)', 'orders_' || suffix);
    EXECUTE format('CREATE INDEX ON %I (bucket, member_id, order_id)', 'orders_' || suffix);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO {app}', 'orders_' || suffix);
  END IF;
END $$;
REVOKE ALL ON FUNCTION ensure_day(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_day(int) TO {app};

-- The entries and orders behind request keys. One element per (day, bucket, key); days without a
-- partition hold nothing. Runs one statement per distinct day against that day's partition only: a
-- generic plan over the parent would lock every partition there is.
CREATE FUNCTION find_entries_by_key(p_days int[], p_buckets int[], p_keys uuid[])
RETURNS SETOF entries
LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  d int;
BEGIN
  FOR d IN SELECT DISTINCT u FROM unnest(p_days) AS u LOOP
    CONTINUE WHEN to_regclass('entries_d' || d) IS NULL;
    RETURN QUERY EXECUTE format(
      'SELECT e.* FROM unnest($1, $2, $3) AS k(day, bucket, request_key)
         JOIN %I e ON e.bucket = k.bucket AND e.request_key = k.request_key
       WHERE k.day = %s', 'entries_d' || d, d)
      USING p_days, p_buckets, p_keys;
  END LOOP;
END $$;

CREATE FUNCTION find_orders_by_key(p_days int[], p_buckets int[], p_keys uuid[])
RETURNS SETOF orders
LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  d int;
BEGIN
  FOR d IN SELECT DISTINCT u FROM unnest(p_days) AS u LOOP
    CONTINUE WHEN to_regclass('orders_d' || d) IS NULL;
    RETURN QUERY EXECUTE format(
      'SELECT o.* FROM unnest($1, $2, $3) AS k(day, bucket, request_key)
         JOIN %I o ON o.bucket = k.bucket AND o.request_key = k.request_key
       WHERE k.day = %s', 'orders_d' || d, d)
      USING p_days, p_buckets, p_keys;
  END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION find_entries_by_key(int[], int[], uuid[]),
  find_orders_by_key(int[], int[], uuid[]) TO {app};

-- Which order has an external id; for ever.
CREATE TABLE order_directory (
  bucket int NOT NULL,
  key_id uuid NOT NULL,
  program_id uuid NOT NULL,
  order_id uuid NOT NULL,
  PRIMARY KEY (bucket, key_id)
);
GRANT SELECT, INSERT ON order_directory TO {app};

-- What members have had from campaigns with a limit, per period.
CREATE TABLE campaign_counters (
  bucket int NOT NULL,
  member_id uuid NOT NULL,
  campaign_id uuid NOT NULL,
  period_us bigint NOT NULL,
  program_id uuid NOT NULL,
  points bigint NOT NULL CHECK (points >= 0),
  orders bigint NOT NULL CHECK (orders >= 0),
  PRIMARY KEY (bucket, member_id, campaign_id, period_us)
) WITH (fillfactor = 70);
GRANT SELECT, INSERT, UPDATE ON campaign_counters TO {app};

-- Held points. A reservation ends once: captured, released or expired.
CREATE TABLE reservations (
  bucket int NOT NULL,
  reservation_id uuid NOT NULL,
  program_id uuid NOT NULL,
  owner_id uuid NOT NULL,
  wallet_no smallint NOT NULL,
  state smallint NOT NULL CHECK (state BETWEEN 1 AND 4),
  amount bigint NOT NULL CHECK (amount > 0),
  captured_amount bigint NOT NULL CHECK (captured_amount BETWEEN 0 AND amount),
  lots bytea NOT NULL,
  create_us bigint NOT NULL,
  expire_us bigint NOT NULL CHECK (expire_us > create_us),
  end_us bigint,
  PRIMARY KEY (bucket, reservation_id),
  CHECK ((state = 1) = (end_us IS NULL)),
  CHECK ((state = 2) = (captured_amount > 0))
);
CREATE INDEX reservations_due ON reservations (expire_us) WHERE state = 1;
CREATE INDEX reservations_open ON reservations (bucket, owner_id) WHERE state = 1;
GRANT SELECT, INSERT, UPDATE ON reservations TO {app};

-- Which redemptions have been given back.
CREATE TABLE refunds (
  bucket int NOT NULL,
  owner_id uuid NOT NULL,
  wallet_no smallint NOT NULL,
  redemption_seq bigint NOT NULL,
  program_id uuid NOT NULL,
  refund_seq bigint NOT NULL,
  PRIMARY KEY (bucket, owner_id, wallet_no, redemption_seq)
);
GRANT SELECT, INSERT ON refunds TO {app};

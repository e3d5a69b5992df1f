-- One post as one function call: the same head, entry and outbox row that members-svc writes, with
-- the same keys, and the same reads before them (member, request key, head).
CREATE TABLE members (bucket int, member_id uuid, program_id uuid, state smallint, PRIMARY KEY (bucket, member_id));
CREATE TABLE wallets (
  bucket int NOT NULL, owner_id uuid NOT NULL, wallet_no smallint NOT NULL, program_id uuid NOT NULL,
  seq bigint NOT NULL, active bigint NOT NULL, pending bigint NOT NULL, reserved bigint NOT NULL,
  lifetime_earned bigint NOT NULL, lifetime_spent bigint NOT NULL, lifetime_expired bigint NOT NULL,
  last_us bigint NOT NULL, hash bytea NOT NULL, lots bytea NOT NULL,
  lifetime_reversed bigint NOT NULL, lifetime_adjusted bigint NOT NULL, next_due_us bigint NOT NULL,
  PRIMARY KEY (bucket, owner_id, wallet_no),
  CHECK (active + pending + reserved = lifetime_earned - lifetime_spent - lifetime_expired - lifetime_reversed + lifetime_adjusted)
) WITH (fillfactor = 70);
CREATE TABLE entries (
  bucket int NOT NULL, owner_id uuid NOT NULL, wallet_no smallint NOT NULL, seq bigint NOT NULL,
  day int NOT NULL, kind smallint NOT NULL, account smallint NOT NULL, program_id uuid NOT NULL,
  create_us bigint NOT NULL, occur_us bigint NOT NULL, active_delta bigint NOT NULL,
  pending_delta bigint NOT NULL, reserved_delta bigint NOT NULL, active_after bigint NOT NULL,
  pending_after bigint NOT NULL, reserved_after bigint NOT NULL, activate_us bigint, expire_us bigint,
  order_id uuid, reservation_id uuid, refunded_seq bigint, request_key uuid, content_hash bytea,
  detail bytea, lots bytea, hash bytea NOT NULL,
  PRIMARY KEY (bucket, owner_id, wallet_no, seq, day)
) WITH (autovacuum_vacuum_insert_scale_factor = 1, autovacuum_analyze_scale_factor = 1);
CREATE UNIQUE INDEX ON entries (request_key, bucket) WHERE request_key IS NOT NULL;
CREATE TABLE outbox (lane smallint, position_us bigint, outbox_id uuid, acked text[] NOT NULL DEFAULT '{}',
  events bytea NOT NULL, PRIMARY KEY (lane, position_us, outbox_id));

-- Members and request keys in the shape of ours: time-ordered, since random ones cost more.
CREATE FUNCTION member_of(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
  $$ SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
CREATE FUNCTION bucket_of(n bigint) RETURNS int LANGUAGE sql IMMUTABLE AS
  $$ SELECT (n * 2654435761 % 1024)::int $$;
CREATE FUNCTION new_key() RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT (lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0')
          || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid
$$;

-- The seq of the entry; of the first one when the key is known; -1: not enough points.
CREATE FUNCTION post_once(b int, owner uuid, key uuid, delta bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  now_us bigint := (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
  w wallets;
  h bytea;
  known bigint;
BEGIN
  PERFORM FROM members m WHERE m.bucket = b AND m.member_id = owner AND m.state = 1;
  IF NOT FOUND THEN RAISE 'no member'; END IF;
  SELECT * INTO w FROM wallets WHERE bucket = b AND owner_id = owner AND wallet_no = 1 FOR UPDATE;
  SELECT e.seq INTO known FROM entries e WHERE e.bucket = b AND e.request_key = key;
  IF FOUND THEN RETURN known; END IF;
  IF w.active + delta < 0 THEN RETURN -1; END IF;
  h := sha256(w.hash || uuid_send(key));
  UPDATE wallets SET seq = w.seq + 1, active = w.active + delta,
    lifetime_earned = w.lifetime_earned + greatest(delta, 0),
    lifetime_spent = w.lifetime_spent + greatest(-delta, 0), last_us = now_us, hash = h, lots = w.lots,
    lifetime_reversed = w.lifetime_reversed, lifetime_adjusted = w.lifetime_adjusted,
    next_due_us = w.next_due_us
  WHERE bucket = b AND owner_id = owner AND wallet_no = 1;
  INSERT INTO entries VALUES (b, owner, 1, w.seq + 1, (now_us / 86400000000)::int, 1, 1, w.program_id,
    now_us, now_us, delta, 0, 0, w.active + delta, 0, 0, NULL, NULL, NULL, NULL, NULL, key, substr(h, 1, 16),
    decode(repeat('61', 40), 'hex'), CASE WHEN delta < 0 THEN w.lots END, h);
  INSERT INTO outbox VALUES (0, now_us, key, '{}', decode(repeat('61', 200), 'hex'));
  RETURN w.seq + 1;
END $$;

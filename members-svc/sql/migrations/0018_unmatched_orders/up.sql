-- Orders of which no member was found, and what their customers were named by, until they are
-- attached to a member.

-- A serialised laurel.members.v1.Program with those settings that have no column of their own.
ALTER TABLE programs ADD COLUMN settings bytea NOT NULL DEFAULT '';

-- The low ten bits of an order id are the slice in which its row lies. `content` is a serialised
-- laurel.members.v1.RecordOrderRequest without programme, request id and customer. `given` has bit
-- k set when the customer was named by an identifier of kind k (member_directory.kind); content_hash
-- is keyed, because the request that it stands for named a person. order_directory leads here under
-- the request's key, and under the order's external id.
-- An order is attached once: attach_us, member_id and the id of the member's order say so together;
-- order_directory leads from this order to that one, too, and its key is what two who attach it at
-- the same time meet at.
CREATE TABLE unmatched_orders (
  bucket int NOT NULL,
  order_id uuid NOT NULL,
  program_id uuid NOT NULL,
  create_us bigint NOT NULL CHECK (create_us > 0),
  occur_us bigint NOT NULL CHECK (occur_us > 0),
  attach_until_us bigint NOT NULL CHECK (attach_until_us > occur_us),
  total_minor_units bigint NOT NULL CHECK (total_minor_units >= 0),
  given smallint NOT NULL CHECK (given BETWEEN 0 AND 30 AND given % 2 = 0),
  request_key uuid NOT NULL,
  content_hash bytea NOT NULL CHECK (octet_length(content_hash) = 16),
  content bytea NOT NULL,
  attach_us bigint CHECK (attach_us >= create_us AND attach_us <= attach_until_us),
  attached_order_id uuid CHECK (attached_order_id <> order_id),
  member_id uuid,
  PRIMARY KEY (bucket, order_id),
  CHECK ((attach_us IS NULL) = (attached_order_id IS NULL)),
  CHECK ((attach_us IS NULL) = (member_id IS NULL))
);
CREATE INDEX unmatched_orders_open ON unmatched_orders (program_id, order_id) WHERE attach_us IS NULL;
GRANT SELECT, INSERT, UPDATE (attach_us, attached_order_id, member_id) ON unmatched_orders TO {app};

-- By what an unmatched order's member can still be found: a keyed hash in the bucket of the hash, as
-- in member_directory. The rows go when the order is attached, and when its time has passed.
-- `looks` counts how often something happened that may have made it somebody's: it was recorded, or
-- a member with this identifier was enrolled, which says so in its own transaction. `looked` is the
-- count as of which a job has found nobody.
CREATE TABLE unmatched_identifiers (
  bucket int NOT NULL CHECK (bucket BETWEEN 0 AND 6665),
  program_id uuid NOT NULL,
  kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 4),
  key_hash bytea NOT NULL CHECK (octet_length(key_hash) = 32),
  order_id uuid NOT NULL,
  create_us bigint NOT NULL CHECK (create_us > 0),
  until_us bigint NOT NULL,
  looks int NOT NULL DEFAULT 1 CHECK (looks >= 1),
  looked int NOT NULL DEFAULT 0 CHECK (looked BETWEEN 0 AND looks),
  PRIMARY KEY (bucket, program_id, kind, key_hash, order_id)
);
CREATE INDEX unmatched_identifiers_of_order ON unmatched_identifiers (order_id);
CREATE INDEX unmatched_identifiers_open ON unmatched_identifiers (order_id) WHERE looks > looked;
CREATE INDEX unmatched_identifiers_late ON unmatched_identifiers (until_us);
GRANT SELECT, INSERT, UPDATE (looks, looked), DELETE ON unmatched_identifiers TO {app};

-- Seals of the ledger, hour by hour of recording (UTC): what a superuser rewrites afterwards no
-- longer fits. One row per programme and hour with entries or orders, and one per hour for all, under
-- the zero id, which also says that the hour is sealed. domain/seal.h says what is under the hashes.
CREATE TABLE sealed_roots (
  program_id uuid NOT NULL,
  start_us bigint NOT NULL CHECK (start_us % 3600000000 = 0),
  wallet_count bigint NOT NULL CHECK (wallet_count >= 0),
  order_count bigint NOT NULL CHECK (order_count >= 0),
  heads bytea NOT NULL CHECK (octet_length(heads) = 32),
  orders bytea NOT NULL CHECK (octet_length(orders) = 32),
  seal_us bigint NOT NULL CHECK (seal_us >= start_us + 3600000000),
  root bytea NOT NULL CHECK (octet_length(root) = 32),
  PRIMARY KEY (program_id, start_us)
);
GRANT SELECT, INSERT ON sealed_roots TO {app};

-- An entry's columns in the order in which store/ledger_rows.cc reads them. Statements that name a
-- day's partition list them again.
CREATE VIEW entry_rows AS
SELECT bucket, owner_id, wallet_no, seq, kind, account, program_id, create_us, occur_us,
       active_delta, pending_delta, reserved_delta, active_after, pending_after, reserved_after,
       activate_us, expire_us, order_id, reservation_id, refunded_seq, request_key, content_hash,
       detail, lots, hash, day
FROM entries;
GRANT SELECT ON entry_rows TO {app};

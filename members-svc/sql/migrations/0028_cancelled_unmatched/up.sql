-- An order of nobody can be cancelled, and nobody can have it any more: when, what was answered (a
-- serialised laurel.members.v1.OrderReturn), and the request that asked, which has that answer again.
-- order_directory then leads to the order itself under the key at which those who attach it meet, so
-- that who attaches and who cancels meet there, too.
ALTER TABLE unmatched_orders
  ADD COLUMN cancel_us bigint CHECK (cancel_us >= create_us),
  ADD COLUMN cancel_key uuid,
  ADD COLUMN cancel_hash bytea CHECK (octet_length(cancel_hash) = 16),
  ADD COLUMN cancel_content bytea,
  ADD CONSTRAINT unmatched_orders_cancelled_check
    CHECK (num_nulls(cancel_us, cancel_key, cancel_hash, cancel_content) IN (0, 4)),
  ADD CONSTRAINT unmatched_orders_once_check CHECK (attach_us IS NULL OR cancel_us IS NULL);
GRANT UPDATE (cancel_us, cancel_key, cancel_hash, cancel_content) ON unmatched_orders TO {app};
CREATE INDEX unmatched_orders_waiting ON unmatched_orders (program_id, order_id)
  WHERE attach_us IS NULL AND cancel_us IS NULL;
DROP INDEX unmatched_orders_open;

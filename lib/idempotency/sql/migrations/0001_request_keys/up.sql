-- One row per successful command that came with a request id. Kept 30 days.
CREATE TABLE request_keys (
  bucket int NOT NULL,
  key_id uuid NOT NULL,
  content_hash bytea NOT NULL CHECK (octet_length(content_hash) = 32),
  response bytea NOT NULL,
  create_us bigint NOT NULL,
  PRIMARY KEY (bucket, key_id)
);
CREATE INDEX request_keys_by_age ON request_keys (create_us);
GRANT SELECT, INSERT, DELETE ON request_keys TO {app};

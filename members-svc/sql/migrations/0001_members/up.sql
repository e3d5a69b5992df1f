-- Programmes, their rules, their members and their API clients. Tables whose first column is
-- `bucket` are distributed by it; the others are small and can stand on every node.

-- rules_version grows by one with every change of the programme's wallet types or campaigns, in the
-- transaction of that change and before anything else in it, so that changes of one programme stand
-- in line behind its row.
CREATE TABLE programs (
  program_id uuid PRIMARY KEY,
  display_name text NOT NULL CHECK (display_name <> ''),
  currency_code text NOT NULL CHECK (currency_code ~ '^[A-Z]{3}$'),
  time_zone text NOT NULL CHECK (time_zone <> ''),
  max_backdating_days int NOT NULL CHECK (max_backdating_days BETWEEN 1 AND 3650),
  rules_version bigint NOT NULL CHECK (rules_version >= 1),
  -- SHA-256 of what the programme was made from: the same again is answered, other content refused.
  content bytea NOT NULL CHECK (octet_length(content) = 32),
  create_us bigint NOT NULL CHECK (create_us > 0)
);
GRANT SELECT, INSERT, UPDATE (rules_version) ON programs TO {app};

-- policy is a serialised laurel.members.v1.WalletType. wallet_no stands in the ledger's rows.
CREATE TABLE wallet_types (
  program_id uuid NOT NULL REFERENCES programs,
  wallet_no smallint NOT NULL CHECK (wallet_no BETWEEN 1 AND 32),
  code text NOT NULL CHECK (code ~ '^[a-z][a-z0-9_]{0,31}$'),
  policy bytea NOT NULL,
  PRIMARY KEY (program_id, wallet_no),
  UNIQUE (program_id, code)
);
GRANT SELECT, INSERT ON wallet_types TO {app};

-- A campaign as it stands; content is a serialised laurel.members.v1.Campaign.
CREATE TABLE campaigns (
  program_id uuid NOT NULL REFERENCES programs,
  campaign_id uuid NOT NULL,
  version int NOT NULL CHECK (version >= 1),
  state smallint NOT NULL CHECK (state BETWEEN 1 AND 3),
  content bytea NOT NULL,
  PRIMARY KEY (program_id, campaign_id)
);
GRANT SELECT, INSERT, UPDATE (version, state, content) ON campaigns TO {app};

-- Every version that a campaign ever had, and who made it. Ledger entries name them.
CREATE TABLE campaign_versions (
  program_id uuid NOT NULL,
  campaign_id uuid NOT NULL,
  version int NOT NULL CHECK (version >= 1),
  state smallint NOT NULL CHECK (state BETWEEN 1 AND 3),
  content bytea NOT NULL,
  principal text NOT NULL CHECK (principal <> ''),
  create_us bigint NOT NULL CHECK (create_us > 0),
  PRIMARY KEY (program_id, campaign_id, version),
  FOREIGN KEY (program_id, campaign_id) REFERENCES campaigns
);
GRANT SELECT, INSERT ON campaign_versions TO {app};

-- sealed_profile is a laurel.members.v1.Member with nothing but profile and card_number, under the
-- member's own key, bound to programme, member, column and version. state: 1 active, 2 blocked.
CREATE TABLE members (
  bucket int NOT NULL CHECK (bucket BETWEEN 0 AND 6665),
  member_id uuid NOT NULL,
  program_id uuid NOT NULL,
  state smallint NOT NULL CHECK (state IN (1, 2)),
  external_id text CHECK (external_id <> '' AND octet_length(external_id) <= 128),
  wrapped_key bytea NOT NULL,
  sealed_profile bytea NOT NULL,
  join_us bigint NOT NULL CHECK (join_us <= create_us + 60000000),
  create_us bigint NOT NULL CHECK (create_us > 0),
  version int NOT NULL CHECK (version >= 1),
  PRIMARY KEY (bucket, member_id)
);
GRANT SELECT, INSERT, UPDATE (state, wrapped_key, sealed_profile, version) ON members TO {app};

-- Whose an identifier is: kind 1 external id, 2 e-mail, 3 phone, 4 card; key_hash is the keyed hash
-- of the normalised value and decides the bucket. On one machine a row is written in the member's
-- own transaction, with claim_id null. Where the two lie on different nodes, it is claimed first:
-- claim_id is then the request's key and claim_us its time, whoever comes with that key may go on,
-- and a claim older than a minute is free. Look-ups see rows without a claim only.
CREATE TABLE member_directory (
  bucket int NOT NULL CHECK (bucket BETWEEN 0 AND 6665),
  program_id uuid NOT NULL,
  kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 4),
  key_hash bytea NOT NULL CHECK (octet_length(key_hash) = 32),
  member_id uuid NOT NULL,
  member_bucket int NOT NULL CHECK (member_bucket BETWEEN 0 AND 6665),
  claim_id uuid,
  claim_us bigint CHECK ((claim_us IS NULL) = (claim_id IS NULL)),
  PRIMARY KEY (bucket, program_id, kind, key_hash)
);
GRANT SELECT, INSERT ON member_directory TO {app};

CREATE TABLE api_clients (
  program_id uuid NOT NULL REFERENCES programs,
  client_id uuid NOT NULL,
  display_name text NOT NULL CHECK (display_name <> ''),
  create_us bigint NOT NULL CHECK (create_us > 0),
  PRIMARY KEY (program_id, client_id)
);
-- UPDATE is for the row's lock, under which keys are counted.
GRANT SELECT, INSERT, UPDATE (display_name) ON api_clients TO {app};

-- Only the SHA-256 of a key is kept. A key is found by it alone: whoever calls has no programme yet.
CREATE TABLE api_keys (
  key_hash bytea PRIMARY KEY CHECK (octet_length(key_hash) = 32),
  program_id uuid NOT NULL,
  client_id uuid NOT NULL,
  key_id uuid NOT NULL,
  create_us bigint NOT NULL CHECK (create_us > 0),
  revoke_us bigint CHECK (revoke_us >= create_us),
  UNIQUE (program_id, client_id, key_id),
  FOREIGN KEY (program_id, client_id) REFERENCES api_clients
);
GRANT SELECT, INSERT, UPDATE (revoke_us) ON api_keys TO {app};

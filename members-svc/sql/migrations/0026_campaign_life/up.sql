-- A campaign earns by live_version while it is active: the newest version, or an earlier one where a
-- change waits for approval; 0: it has never been active. States: 1 draft, 2 active (from its start
-- time to its end time), 3 paused, 4 ended before it had run, or while it was paused.
ALTER TABLE campaigns ADD COLUMN live_version int NOT NULL DEFAULT 0;
UPDATE campaigns SET live_version = version WHERE state IN (2, 3);
ALTER TABLE campaigns DROP CONSTRAINT campaigns_state_check;
ALTER TABLE campaigns ADD CONSTRAINT campaigns_state_check CHECK (state BETWEEN 1 AND 4);
ALTER TABLE campaigns ADD CONSTRAINT campaigns_live_check
  CHECK (live_version BETWEEN 0 AND version AND (state <> 2 OR live_version > 0));
GRANT UPDATE (live_version) ON campaigns TO {app};
ALTER TABLE campaign_versions DROP CONSTRAINT campaign_versions_state_check;
ALTER TABLE campaign_versions ADD CONSTRAINT campaign_versions_state_check
  CHECK (state BETWEEN 1 AND 4);

-- Who has approved what a version of a campaign says. It is never its author.
CREATE TABLE campaign_approvals (
  program_id uuid NOT NULL,
  campaign_id uuid NOT NULL,
  version int NOT NULL,
  author text NOT NULL CHECK (author <> ''),
  approver text NOT NULL CHECK (approver <> ''),
  create_us bigint NOT NULL CHECK (create_us > 0),
  PRIMARY KEY (program_id, campaign_id, version),
  FOREIGN KEY (program_id, campaign_id, version) REFERENCES campaign_versions,
  CONSTRAINT campaign_approvals_second_person CHECK (approver <> author)
);
GRANT SELECT, INSERT ON campaign_approvals TO {app};

-- Changes of a programme's settings. settings_version guards them; content is the serialised
-- laurel.members.v1.Program as it stood after the change. Currency and time zone stay for ever: the
-- role has no right to them.
ALTER TABLE programs ADD COLUMN settings_version int NOT NULL DEFAULT 1
  CHECK (settings_version >= 1);
GRANT UPDATE (display_name, max_backdating_days, settings, settings_version) ON programs TO {app};
CREATE TABLE program_changes (
  program_id uuid NOT NULL REFERENCES programs,
  version int NOT NULL CHECK (version >= 2),
  content bytea NOT NULL,
  principal text NOT NULL CHECK (principal <> ''),
  create_us bigint NOT NULL CHECK (create_us > 0),
  PRIMARY KEY (program_id, version)
);
GRANT SELECT, INSERT ON program_changes TO {app};

-- Rewards that campaigns give: issued as if they had been redeemed for nothing.

-- Once per grant, whatever came of it: a redemption, or the reason why there is none. Kept for ever.
CREATE TABLE grants (
  bucket int NOT NULL,
  grant_id uuid NOT NULL,
  program_id uuid NOT NULL,
  member_id uuid NOT NULL,
  reward_id uuid NOT NULL,
  campaign_id uuid NOT NULL,
  campaign_version int NOT NULL CHECK (campaign_version >= 1),
  redemption_id uuid,
  reason text NOT NULL,
  create_us bigint NOT NULL,
  PRIMARY KEY (bucket, grant_id),
  CHECK ((redemption_id IS NULL) = (reason <> ''))
);
GRANT SELECT, INSERT ON grants TO {app};

-- Such a redemption has cost nothing, so that no entry of a spend stands behind it.
ALTER TABLE redemptions ADD COLUMN grant_id uuid;
ALTER TABLE redemptions
  DROP CONSTRAINT redemptions_points_check,
  DROP CONSTRAINT redemptions_check,
  DROP CONSTRAINT redemptions_check1,
  ADD CONSTRAINT redemptions_points_check CHECK (
    CASE WHEN grant_id IS NULL THEN points BETWEEN 1 AND 1000000000000 ELSE points = 0 END),
  -- Points are spent exactly for what has been issued and was not given.
  ADD CONSTRAINT redemptions_spend_check CHECK (
    (state IN (2, 3, 5, 6) AND grant_id IS NULL) = (spend_entry_id IS NOT NULL)),
  ADD CONSTRAINT redemptions_issue_check CHECK (
    (spend_entry_id IS NOT NULL OR grant_id IS NOT NULL) = (issue_us IS NOT NULL)),
  ADD CONSTRAINT redemptions_grant_check CHECK (grant_id IS NULL OR state IN (2, 3, 5, 6));
CREATE UNIQUE INDEX redemptions_of_grant ON redemptions (bucket, grant_id) WHERE grant_id IS NOT NULL;

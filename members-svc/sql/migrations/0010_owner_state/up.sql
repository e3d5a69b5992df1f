-- A head carries its owner's state, so that a post looks at one row and not at two: the look-up of
-- the member was half of what reading a head cost.
ALTER TABLE wallets ADD COLUMN owner_state smallint NOT NULL DEFAULT 1;
UPDATE wallets w SET owner_state = m.state
FROM members m WHERE m.bucket = w.bucket AND m.member_id = w.owner_id AND m.state <> 1;

CREATE FUNCTION tell_wallets_of_owner_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE wallets SET owner_state = NEW.state
  WHERE bucket = NEW.bucket AND owner_id = NEW.member_id;
  RETURN NULL;
END $$;
CREATE TRIGGER members_tell_wallets AFTER UPDATE OF state ON members
FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION tell_wallets_of_owner_state();

-- A head carries its owner's state, so that a post looks at one row and not at two: the look-up of
-- the member was half of what reading a head cost. What changes a member's state changes it in the
-- heads too, in the same transaction and after the member's row, which the first write of a head
-- locks; the verifier compares them.
ALTER TABLE wallets ADD COLUMN owner_state smallint NOT NULL DEFAULT 1;
UPDATE wallets w SET owner_state = m.state
FROM members m WHERE m.bucket = w.bucket AND m.member_id = w.owner_id AND m.state <> 1;

-- What was bought and brought back counts as if it had never been. A completed challenge keeps what
-- it counted, so that it can be undone; those completed before this kept nothing, and stand.
ALTER TABLE challenge_progress
  ADD COLUMN settled boolean NOT NULL DEFAULT false,
  -- Below zero where a return has come before its order.
  DROP CONSTRAINT challenge_progress_total_check,
  DROP CONSTRAINT challenge_progress_check;
UPDATE challenge_progress SET settled = true WHERE complete_us IS NOT NULL;
ALTER TABLE challenge_progress
  ADD CONSTRAINT challenge_progress_settled_check
    CHECK (NOT settled OR (complete_us IS NOT NULL AND octet_length(contributions) = 0));

-- Zero when all that was earned has been taken back, below where that is heard first. Only scores
-- above zero rank.
ALTER TABLE scores DROP CONSTRAINT scores_score_check;

-- The badge of a challenge that is undone goes.
GRANT DELETE ON badges TO {app};

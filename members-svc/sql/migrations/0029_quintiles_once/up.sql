-- The version that began with new quintiles: at the end of its sweep none are computed, since those
-- would begin the next one as long as anybody buys anything.
ALTER TABLE segment_programs ADD COLUMN bounds_version int NOT NULL DEFAULT 0
  CHECK (bounds_version BETWEEN 0 AND version);
GRANT UPDATE (bounds_version) ON segment_programs TO {app};

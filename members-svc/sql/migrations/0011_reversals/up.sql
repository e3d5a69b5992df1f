-- The entry that has undone one; 0: none has.
ALTER TABLE entry_marks
  ADD COLUMN reversed_seq bigint NOT NULL DEFAULT 0 CHECK (reversed_seq >= 0);

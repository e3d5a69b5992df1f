-- What one trigger made of a programme's members, in time order: a campaign's report reads that alone,
-- page by page.
CREATE INDEX occurrences_trigger
  ON occurrences (program_id, trigger_key, occur_us, bucket, occurrence_key);

-- Who did something on a day, and who has done nothing since: the daily work asks for both, bucket by
-- bucket (queue_inactive).
CREATE INDEX occurrences_time ON occurrences (bucket, program_id, create_us);

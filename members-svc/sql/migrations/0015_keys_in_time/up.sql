-- Request keys begin with the time of their id: an index that begins with the key grows at its end,
-- where one that begins with the bucket is written all over. For days from now on; those that are there
-- keep theirs, and are looked up alike.
CREATE OR REPLACE FUNCTION ensure_day(p_day int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = members, pg_temp AS $$
DECLARE
  suffix text := 'd' || p_day;
BEGIN
  IF to_regclass('entries_' || suffix) IS NOT NULL AND to_regclass('orders_' || suffix) IS NOT NULL THEN
    RETURN;
  END IF;
  -- Two processes at midnight: the second waits and finds it done.
  LOCK TABLE entries IN SHARE UPDATE EXCLUSIVE MODE;
  IF to_regclass('entries_' || suffix) IS NULL THEN
    EXECUTE format('CREATE TABLE %I PARTITION OF entries FOR VALUES IN (%s)', 'entries_' || suffix, p_day);
    EXECUTE format('CREATE UNIQUE INDEX ON %I (request_key, bucket) WHERE request_key IS NOT NULL', 'entries_' || suffix);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO {app}', 'entries_' || suffix);
  END IF;
  IF to_regclass('orders_' || suffix) IS NULL THEN
    EXECUTE format('CREATE TABLE %I PARTITION OF orders FOR VALUES IN (%s)', 'orders_' || suffix, p_day);
    EXECUTE format('CREATE UNIQUE INDEX ON %I (request_key, bucket)', 'orders_' || suffix);
    EXECUTE format('CREATE INDEX ON %I (bucket, member_id, order_id)', 'orders_' || suffix);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO {app}', 'orders_' || suffix);
  END IF;
END $$;

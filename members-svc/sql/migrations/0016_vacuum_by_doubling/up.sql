-- Partitions of a day are only ever inserted into. By default autovacuum comes again after every fifth
-- and analyzes after every tenth more rows, all day long, and takes a core from the posts meanwhile;
-- twice as many are soon enough for what it does here: freezing, and the plans' idea of their size.
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
    EXECUTE format('CREATE TABLE %I PARTITION OF entries FOR VALUES IN (%s)
      WITH (autovacuum_vacuum_insert_scale_factor = 1, autovacuum_analyze_scale_factor = 1)', 'entries_' || suffix, p_day);
    EXECUTE format('CREATE UNIQUE INDEX ON %I (request_key, bucket) WHERE request_key IS NOT NULL', 'entries_' || suffix);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO {app}', 'entries_' || suffix);
  END IF;
  IF to_regclass('orders_' || suffix) IS NULL THEN
    EXECUTE format('CREATE TABLE %I PARTITION OF orders FOR VALUES IN (%s)
      WITH (autovacuum_vacuum_insert_scale_factor = 1, autovacuum_analyze_scale_factor = 1)', 'orders_' || suffix, p_day);
    EXECUTE format('CREATE UNIQUE INDEX ON %I (request_key, bucket)', 'orders_' || suffix);
    EXECUTE format('CREATE INDEX ON %I (bucket, member_id, order_id)', 'orders_' || suffix);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO {app}', 'orders_' || suffix);
  END IF;
END $$;

DO $$
DECLARE
  p regclass;
BEGIN
  FOR p IN SELECT inhrelid FROM pg_inherits WHERE inhparent IN ('entries'::regclass, 'orders'::regclass) LOOP
    EXECUTE format('ALTER TABLE %s SET (autovacuum_vacuum_insert_scale_factor = 1, autovacuum_analyze_scale_factor = 1)', p);
  END LOOP;
END $$;

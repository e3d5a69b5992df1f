-- What an hour is sealed over, folded here: per programme and bucket one digest, so that a day's
-- partition is read once, from end to end, and no row of it leaves the database. The application's
-- sessions scan nothing otherwise.
CREATE FUNCTION seal_heads(p_day int, p_from_us bigint, p_to_us bigint)
RETURNS TABLE (program_id uuid, bucket int, items bigint, digest bytea)
LANGUAGE plpgsql STABLE SET enable_seqscan = on SET work_mem = '32MB' AS $$
BEGIN
  RETURN QUERY EXECUTE format(
    'SELECT n.program_id, n.bucket, count(*), sha256(string_agg(
       uuid_send(n.owner_id) || int8send(n.wallet_no::bigint) || int8send(n.seq) || n.hash,
       ''''::bytea ORDER BY n.owner_id, n.wallet_no))
     FROM (SELECT DISTINCT ON (e.bucket, e.owner_id, e.wallet_no)
             e.program_id, e.bucket, e.owner_id, e.wallet_no, e.seq, e.hash
           FROM %I e WHERE e.create_us >= $1 AND e.create_us < $2
           ORDER BY e.bucket, e.owner_id, e.wallet_no, e.seq DESC) n
     GROUP BY n.program_id, n.bucket ORDER BY n.program_id, n.bucket', 'entries_d' || p_day)
    USING p_from_us, p_to_us;
END $$;

CREATE FUNCTION seal_orders(p_day int, p_from_us bigint, p_to_us bigint)
RETURNS TABLE (program_id uuid, bucket int, items bigint, digest bytea)
LANGUAGE plpgsql STABLE SET enable_seqscan = on SET work_mem = '32MB' AS $$
BEGIN
  RETURN QUERY EXECUTE format(
    'SELECT o.program_id, o.bucket, count(*), sha256(string_agg(
       uuid_send(o.order_id) || uuid_send(o.member_id) || uuid_send(o.request_key)
         || int8send(o.create_us) || int8send(o.occur_us) || int8send(o.total_minor_units)
         || sha256(o.content_hash) || sha256(o.content),
       ''''::bytea ORDER BY o.order_id))
     FROM %I o WHERE o.create_us >= $1 AND o.create_us < $2
     GROUP BY o.program_id, o.bucket ORDER BY o.program_id, o.bucket', 'orders_d' || p_day)
    USING p_from_us, p_to_us;
END $$;
GRANT EXECUTE ON FUNCTION seal_heads(int, bigint, bigint), seal_orders(int, bigint, bigint) TO {app};

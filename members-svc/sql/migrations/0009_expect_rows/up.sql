-- What a guarded write found, against what it has to find: otherwise the transaction fails as one
-- that met another (40001), and is run again. The statements of a batch travel together with its
-- COMMIT, so that the count is checked here and not by the service.
CREATE FUNCTION expect_rows(rows_found bigint, rows_expected int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF rows_found <> rows_expected THEN
    RAISE EXCEPTION 'another transaction was in the way: % of % rows', rows_found, rows_expected
      USING ERRCODE = '40001';
  END IF;
END $$;
GRANT EXECUTE ON FUNCTION expect_rows(bigint, int) TO {app};

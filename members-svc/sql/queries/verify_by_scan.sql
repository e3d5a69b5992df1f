-- For the statements of one snapshot that read a day from end to end: no index leads through it, and
-- it may take longer than any other statement.
SELECT set_config('enable_seqscan', 'on', true), set_config('statement_timeout', '60s', true)

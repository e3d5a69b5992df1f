-- Until the end of the transaction: whatever would write in it fails.
SELECT set_config('transaction_read_only', 'on', true)

SELECT count(*) FROM payouts WHERE state IN (1, 4)

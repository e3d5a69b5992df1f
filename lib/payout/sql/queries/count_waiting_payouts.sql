SELECT count(*) FROM payouts WHERE state = 1

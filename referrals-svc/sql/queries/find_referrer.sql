SELECT referrer_id FROM referrals WHERE bucket = $1 AND referee_id = $2

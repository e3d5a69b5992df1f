-- How many sagas are under way, since when the oldest, and how many spends began before $1.
SELECT count(*), min(update_us), count(*) FILTER (WHERE state = 1 AND create_us < $1)
FROM redemptions
WHERE next_try_us IS NOT NULL

INSERT INTO inbox_fences AS f (source, lane, fence) VALUES ($1, $2, $3)
ON CONFLICT (source, lane) DO UPDATE SET fence = excluded.fence
WHERE f.fence <= excluded.fence
RETURNING fence

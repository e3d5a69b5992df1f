SELECT content_hash, response FROM request_keys WHERE bucket = $1 AND key_id = $2

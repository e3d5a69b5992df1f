UPDATE places SET qr_version = $3, content = $4 WHERE program_id = $1 AND code = $2

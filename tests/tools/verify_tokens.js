// node verify_tokens.js JWKS FILE: checks each token of FILE with the key set and prints its claims.
'use strict';
const crypto = require('crypto');
const fs = require('fs');

const [jwksFile, tokenFile] = process.argv.slice(2);
const keys = JSON.parse(fs.readFileSync(jwksFile, 'utf8')).keys;
for (const token of fs.readFileSync(tokenFile, 'utf8').trim().split('\n')) {
  const [head, body, signature] = token.split('.');
  const {kid} = JSON.parse(Buffer.from(head, 'base64url'));
  const jwk = keys.find((key) => key.kid === kid);
  if (!jwk) throw new Error(`no key ${kid}`);
  const key = crypto.createPublicKey({key: jwk, format: 'jwk'});
  const raw = Buffer.from(signature, 'base64url');
  const good = crypto.verify('sha256', Buffer.from(`${head}.${body}`), {key, dsaEncoding: 'ieee-p1363'}, raw);
  if (!good) throw new Error(`bad signature: ${token}`);
  console.log(JSON.stringify(JSON.parse(Buffer.from(body, 'base64url'))));
}

// Fails when an installed package says that it does not run on this Node.
// The same as npm's engine-strict, without its look at npm's own version.
'use strict';
const fs = require('fs');
const path = require('path');
const semver = require('semver');

const lock = JSON.parse(fs.readFileSync(path.join(__dirname, 'package-lock.json'), 'utf8'));
const bad = [];
for (const [where, entry] of Object.entries(lock.packages)) {
  const wanted = entry.engines && entry.engines.node;
  const installed = where === '' || fs.existsSync(path.join(__dirname, where));
  if (installed && wanted && !semver.satisfies(process.version, wanted)) bad.push(`${where} wants node ${wanted}`);
}
if (bad.length > 0) {
  console.error(`These packages do not run on node ${process.version}:\n  ${bad.join('\n  ')}`);
  process.exit(1);
}

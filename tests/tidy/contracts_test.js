// What stands twice, on purpose, and must agree: rpcs and handlers, queries and their use, reasons and their page.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const house = require('./house');

const none = (found) => assert.deepStrictEqual(found, []);
const exists = (file) => fs.existsSync(path.join(house.ROOT, file));
const snake = (name) => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();

function rpcs() {
  const found = [];
  for (const file of house.files(['.proto'], ['proto/laurel/'])) {
    const [, area] = /^proto\/laurel\/(\w+)\//.exec(file);
    for (const [, name] of house.read(file).matchAll(/^\s*rpc (\w+)\(/gm)) found.push({ file, area, name });
  }
  return found;
}

// Contracts that several programs implement.
const HANDLED_ELSEWHERE = {
  Deliver: ['referrals-svc/handlers/deliver.cc', 'gamification-svc/handlers/deliver.cc'],
  SetTime: ['lib/server/clock_service.cc'],
  Check: ['lib/server/health_port.cc'],
};

test('every rpc has a handler of its name', () => {
  const all = rpcs();
  assert.ok(all.length > 40);
  none(all.flatMap(({ area, name }) =>
    (HANDLED_ELSEWHERE[name] || [`${area}-svc/handlers/${snake(name)}.cc`]).filter((file) => !exists(file))));
});

test('every handler file is an rpc or is used by one', () => {
  const names = new Set(rpcs().map(({ name }) => snake(name)));
  const found = [];
  for (const file of house.files(['.cc'], house.SERVICES.map((service) => `${service}-svc/handlers/`))) {
    const name = path.basename(file, '.cc');
    if (names.has(name) || exists(file.replace(/\.cc$/, '.h'))) continue;
    // Declared in a header of its folder, and so used by its neighbours.
    const declared = [...house.codeOf(file).matchAll(/^[\w:<>&* ]+?\b([A-Z]\w+)\(/gm)].map((match) => match[1]);
    const headers = house.files(['.h'], [path.dirname(file) + '/']).map(house.codeOf).join('\n');
    if (!declared.some((one) => headers.includes(one + '('))) found.push(file);
  }
  none(found);
});

test('every rpc is spoken of in a test', () => {
  const tests = house.files(['.cc', '.h', '.js', '.sh'], ['tests/']).filter((file) => !file.startsWith('tests/tidy/'))
      .map(house.read).join('\n');
  none(rpcs().map(({ name }) => name).filter((name) => !new RegExp(`\\b${name}\\b`).test(tests)));
});

// A query is known by its file's name, within the part that owns its schema.
function queries() {
  return house.tracked.flatMap((file) => {
    const match = /^(lib\/\w+|[a-z]+-svc)\/sql\/queries\/(\w+)\.sql$/.exec(file);
    return match ? [{ file, part: match[1], name: match[2] }] : [];
  });
}

test('every query is used, and every query that is used exists', () => {
  const found = [];
  const known = queries();
  for (const { file, part, name } of known) {
    const used = house.files(['.cc', '.h'], [part + '/']).some((source) => house.withoutComments(source).includes(`"${name}"`));
    if (!used) found.push(`${file} is not used`);
  }
  for (const file of house.files(['.cc', '.h']).filter((name) => !name.startsWith('tests/'))) {
    const part = /^(lib\/\w+|[^/]+)\//.exec(file)[1];
    for (const [, name] of house.withoutComments(file).matchAll(/\.Query\(\s*"(\w+)"/g)) {
      const reachable = (query) => query.part === part || (part.startsWith('lib/') && query.part.startsWith('lib/'));
      if (!known.some((query) => query.name === name && reachable(query))) found.push(`${file}: ${name}`);
    }
  }
  none(found);
});

test('a migration is a folder NNNN_name with up.sql, numbered without gaps', () => {
  const byPart = new Map();
  for (const file of house.files(['.sql']).filter((name) => name.includes('/sql/migrations/'))) {
    const match = /^(.+)\/sql\/migrations\/(\d{4})_[a-z_]+\/(up|test_after)\.sql$/.exec(file);
    assert.ok(match, file);
    byPart.set(match[1], (byPart.get(match[1]) || new Set()).add(Number(match[2])));
  }
  for (const [part, numbers] of byPart) {
    assert.deepStrictEqual([...numbers].sort((a, b) => a - b), [...numbers].map((_, i) => i + 1), part);
  }
});

test('SQL knows no clock, no sequence, no trigger', () => {
  const pattern = /\b(now\(|random\(|(current_(timestamp|date|time)|clock_timestamp|statement_timestamp|gen_random_uuid|(big|small)?serial|nextval|GENERATED|CREATE TRIGGER|LISTEN|NOTIFY)\b)/gi;
  const product = house.files(['.sql']).filter((file) => !file.startsWith('tests/'));
  none(product.flatMap((file) => house.hits(file, house.read(file).replace(/--[^\n]*/g, ''), pattern))
      .map(({ file, line, what }) => `${file}:${line}: ${what}`));
});

// --- reasons -------------------------------------------------------------------------------------------

// docs/errors.md: reason → the codes of its row.
function table() {
  const rows = new Map();
  for (const [, reason, codes] of house.read('docs/errors.md').matchAll(/^\| ([A-Z][A-Z0-9_]+) \| ([A-Z_, ]*?) ?\|/gm)) {
    assert.ok(!rows.has(reason), `${reason} has two rows`);
    rows.set(reason, codes.split(', ').filter(Boolean));
  }
  return rows;
}

// Constants in quotes that are no reasons: settings, enum values, HTTP and JOSE names.
const NOT_REASONS = /^(ROLE|EVENT_TYPE|MEASURE|REDEMPTION_STATE|REFERRAL_STATE|LAUREL)_[A-Z_]+$|_(US|MS|SECONDS|TARGET|LISTEN|FILE|DSN|SIZE|URL|SAMPLE|ID|BYTES|LANES)$/;
const NO_REASONS = new Set(['MAX_CONNECTIONS', 'INVALID_ARGUMENT', 'REASON', 'REFUSED']);

// Reasons in the code: reason → {files, codes}. In one word only where a code stands before them.
function reasonsInCode() {
  const found = new Map();
  const add = (reason, file, code) => {
    const entry = found.get(reason) || { files: new Set(), codes: new Set() };
    entry.files.add(file);
    if (code) entry.codes.add(code.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase());
    found.set(reason, entry);
  };
  for (const file of house.files(['.cc', '.h']).filter((name) => /^(lib|gateway|cli|[a-z]+-svc)\//.test(name))) {
    const code = house.withoutComments(file);
    for (const { text } of house.stringsOf(file)) {
      const states = text === 'REDEMPTION_STATE';
      if (/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/.test(text) && (states || !NOT_REASONS.test(text)) && !NO_REASONS.has(text)) {
        add(text, file);
      }
    }
    for (const [, name, reason] of code.matchAll(/StatusCode::k(\w+)\s*,\s*"([A-Z][A-Z0-9_]+)"/g)) add(reason, file, name);
    for (const [, reason] of code.matchAll(/\bRefused\(\s*"([A-Z][A-Z0-9_]+)"/g)) add(reason, file, 'FailedPrecondition');
    for (const [, reason] of code.matchAll(/\bNotFound\(\s*"([A-Z][A-Z0-9_]+)"/g)) add(reason, file, 'NotFound');
  }
  return found;
}

test('every reason has its line in docs/errors.md, and every line its reason', () => {
  const rows = table();
  const code = reasonsInCode();
  assert.ok(rows.size > 80);
  none([...code].filter(([reason]) => !rows.has(reason)).map(([reason, { files }]) => `${reason} (${[...files]}) has no line`)
      .concat([...rows.keys()].filter((reason) => !code.has(reason)).map((reason) => `${reason} is in no code`)));
});

test('the codes in docs/errors.md are those in the code', () => {
  const rows = table();
  none([...reasonsInCode()].flatMap(([reason, { codes }]) =>
    [...codes].filter((name) => rows.has(reason) && !rows.get(reason).includes(name)).map((name) => `${reason}: ${name}`)));
});

const HTTP = {
  INVALID_ARGUMENT: 400, OUT_OF_RANGE: 400, UNAUTHENTICATED: 401, PERMISSION_DENIED: 403, NOT_FOUND: 404,
  ALREADY_EXISTS: 409, FAILED_PRECONDITION: 409, ABORTED: 409, RESOURCE_EXHAUSTED: 429, CANCELLED: 499,
  INTERNAL: 500, UNIMPLEMENTED: 501, UNAVAILABLE: 503, DEADLINE_EXCEEDED: 504,
};

test('the HTTP statuses in docs/errors.md follow from the codes, but at the door', () => {
  const gateway = house.read('gateway/gateway.cc');
  const found = [];
  for (const [, reason, code, http] of house.read('docs/errors.md').matchAll(/^\| ([A-Z][A-Z0-9_]+) \| ([A-Z_]+) \| (\d+) \|/gm)) {
    if (HTTP[code] === Number(http) || (reason === 'REQUEST_ID_REUSED' && http === '422')) continue;
    if (!gateway.includes(`"${reason}"`) || !new RegExp(`\\b(case ${http}:|DoorProblem\\(${http},)`).test(gateway)) {
      found.push(`${reason}: ${code} is ${HTTP[code]}, not ${http}`);
    }
  }
  none(found);
});

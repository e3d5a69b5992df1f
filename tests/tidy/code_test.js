// What C++ may not say, and where it may after all. Each exception has its reason.
'use strict';

const assert = require('node:assert');
const test = require('node:test');
const house = require('./house');

const CPP = ['.cc', '.h'];
const ours = (folder) => !folder.startsWith('tests/');
const product = house.files(CPP).filter(ours);
const tests = house.files(['.cc', '.h', '.js', '.sh'], ['tests/']).filter((file) => !file.startsWith('tests/tidy/'));

const find = (files, pattern, view = house.codeOf) =>
  files.flatMap((file) => house.hits(file, view(file), pattern));
const none = (found) => assert.deepStrictEqual(found, []);

test('time comes from lib/base: an injected clock', () => {
  const pattern = /absl::Now\(|GetCurrentTime\w*|(system|steady|high_resolution)_clock::now|\bgettimeofday\(|\bclock_gettime\(|\btime\((nullptr|NULL|0)\)/g;
  // What bounds waiting goes by the machine's clock: a manual one that stands still would wait for ever.
  none(house.beyond({
    'lib/batch/batcher.h': 'whether a deadline has passed',
    'lib/db/pool.cc': 'deadlines of connections, statements and retries',
    'lib/events/upkeep.cc': 'the deadline of a clean-up',
    'lib/outbox/relay.cc': 'leases and deadlines of deliveries',
    'lib/payout/payout.cc': 'the deadline of a claim',
    'members-svc/jobs/bulk_jobs.cc': 'leases, and deadlines of rounds',
    'members-svc/jobs/daily_work.cc': 'leases, and deadlines of rounds',
    'members-svc/handlers/still_awaited.cc': 'whether a deadline has passed',
    'members-svc/handlers/preview_segment.cc': 'how long a caller is kept waiting',
    'members-svc/jobs/evaluate_segments.cc': 'deadlines of rounds',
    'members-svc/jobs/job_deadline.h': 'the deadline of one look of a job',
    'members-svc/jobs/replay_orders.cc': 'leases, and deadlines of rounds',
    'members-svc/jobs/tier_worker.cc': 'deadlines of rounds',
    'members-svc/ledger/ledger.cc': 'how long a database that is away is waited for',
  }, find(product.filter((file) => !file.startsWith('lib/base/')), pattern)));
});

test('randomness comes from lib/base: an injected source', () => {
  const pattern = /random_device|mt19937\w*|\b[sd]?rand(48)?\(|RAND_bytes|randombytes_\w+|\bgetrandom\(|uniform_\w+_distribution/g;
  none(house.beyond({
    'lib/crypto/personal.cc': 'keys and nonces, which must never repeat, not even in a test',
    'lib/db/pool.cc': 'spreads retries; nothing depends on it',
  }, find(product.filter((file) => !file.startsWith('lib/base/')), pattern)));
});

test('points and money know no floating point', () => {
  const exact = /^lib\/(money|payout|rules)\/|^[a-z]+-svc\/(domain|store|ledger|handlers)\//;
  none(house.beyond({
    'lib/payout/payout.cc': 'counts for Prometheus, which knows nothing else',
  }, find(product.filter((file) => exact.test(file)), /\b(float|double|long double)\b/g)));
  const protos = house.files(['.proto'], ['proto/laurel/']);
  none(house.beyond({}, find(protos, /\b(float|double)\s+\w+\s*=/g)));
  const sql = house.files(['.sql']);
  none(house.beyond({}, find(sql, /\b(real|float[48]?|double precision|money)\b/gi, sqlOf)));
});

function sqlOf(file) {
  return house.read(file).replace(/--[^\n]*/g, '');
}

test('SQL stands in .sql files', () => {
  const statement = /^\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|CREATE|ALTER|DROP|TRUNCATE|LOCK TABLE|GRANT|SET (LOCAL |TRANSACTION ))/;
  const found = product.filter((file) => !file.startsWith('lib/db/')).flatMap((file) =>
    house.stringsOf(file).filter(({ text }) => statement.test(text))
        .map(({ text, line }) => ({ file, line, what: text.slice(0, 40) })));
  none(house.beyond({}, found));
});

test('libpqxx stays in lib/db', () => {
  const files = house.files(CPP).filter((file) => !/^lib\/db\/|^tests\/testing\//.test(file));
  none(house.beyond({}, find(files, /pqxx/g, house.withoutComments)));
});

test('the domain is pure: no clock, database, gRPC, network, log or metrics', () => {
  const domain = product.filter((file) => /^[a-z]+-svc\/domain\//.test(file));
  assert.ok(domain.length > 20);
  none(house.beyond({
    'referrals-svc/domain/referral.h': 'what a referral owes is a plain payout::Payout',
  }, find(domain,
      /#include [<"](grpc|pqxx|lib\/(db|log|metrics|server|client|outbox|inbox|events|payout|idempotency)\/|lib\/base\/clock\.h|[^">]*\.grpc\.pb\.h|[a-z]+-svc\/(store|handlers|ledger|jobs)\/)[^\n]*/g,
      house.withoutComments)));
});

test('a store decides nothing and a handler reaches the database only through stores, queries and lib', () => {
  const stores = product.filter((file) => /^[a-z]+-svc\/store\//.test(file));
  none(house.beyond({}, find(stores, /#include "[a-z]+-svc\/(handlers|jobs)\/[^\n]*/g, house.withoutComments)));
});

// lib/CMakeLists.txt names the parts in dependency order.
function libParts() {
  return /foreach\(part ([\w\s]+)\)/.exec(house.read('lib/CMakeLists.txt'))[1].trim().split(/\s+/);
}

test('a part of lib includes only parts above it, and services include no other service', () => {
  const rank = new Map(libParts().map((part, at) => [part, at]));
  const found = [];
  for (const file of house.files(CPP, ['lib/'])) {
    const part = file.split('/')[1];
    if (!rank.has(part)) found.push(`lib/${part} has no place in the order`);
    for (const [, other] of house.withoutComments(file).matchAll(/#include "lib\/(\w+)\//g)) {
      if (other !== part && rank.get(other) > rank.get(part)) found.push(`${file} includes lib/${other}`);
    }
  }
  for (const file of product) {
    const [, service] = /^([a-z]+-svc|gateway|cli)\//.exec(file) || [];
    for (const [line, other] of house.withoutComments(file).matchAll(/#include "([a-z]+-svc|gateway|cli)\/[^\n]*/g)) {
      if (other !== service) found.push(`${file}: ${line}`);
    }
  }
  none(found);
});

// g++ 12 at -O2 resumes a frame that is gone (docs/adr).
test('co_await never stands inside a condition', () => {
  const found = [];
  for (const file of product) {
    const code = house.codeOf(file);
    for (const match of code.matchAll(/\b(if|while|switch|for)\s*\(/g)) {
      let depth = 1;
      let end = match.index + match[0].length;
      for (; depth > 0 && end < code.length; ++end) depth += code[end] === '(' ? 1 : code[end] === ')' ? -1 : 0;
      if (/\bco_await\b/.test(code.slice(match.index, end))) {
        found.push(`${file}:${house.lineOf(code, match.index)}`);
      }
    }
    for (const { line } of house.hits(file, code, /\bco_await\b[^;{}]*(\?|&&|\|\|)|(&&|\|\|)\s*!?\s*co_await\b/g)) {
      found.push(`${file}:${line}`);
    }
  }
  none(found);
});

test('tests wait for what they wait for: no sleep', () => {
  none(house.beyond({
    'tests/bench/pause.h': 'the benchmark is no test: it waits for processes, seals and due lots',
  }, find(tests.filter((file) => /\.(cc|h)$/.test(file)),
      /\b(SleepFor|sleep_for|sleep_until|usleep|nanosleep|sleep)\s*\(/g)));
});

test('tests have no fixed ports', () => {
  const view = (file) => house.read(file).replace(/^\s*(\/\/|#).*$/gm, '');
  none(house.beyond({
    'tests/lib/client/channel_test.cc': 'reads addresses and opens none',
  }, find(tests, /(127\.0\.0\.1|localhost|\[::1\]|0\.0\.0\.0):[1-9]\d{3,4}\b/g, view)));
});

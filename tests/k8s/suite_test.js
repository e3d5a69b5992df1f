// The programs, run exactly as k8s/base says: every name is known to its program and none is missing, migrations and
// probes work, an independent client goes its whole way, Prometheus sees what the dashboard and the alerts ask for, and
// SIGTERM ends each within its grace period.
'use strict';
const assert = require('node:assert');
const {execFileSync, spawnSync} = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const {test} = require('node:test');
const {setTimeout: later} = require('node:timers/promises');
const grpc = require('../tools/node_modules/@grpc/grpc-js');
const loader = require('../tools/node_modules/@grpc/proto-loader');
const {ROOT, SERVICES, PROGRAMS, render, containerOf, podName, readYaml} = require('./manifests');
const {Suite, BIN} = require('./suite');
const {startPrometheus, dashboardQueries, selectorsOf} = require('./prometheus');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'laurel-k8s-test.'));
fs.chmodSync(folder, 0o711); // the database server's user passes through here
const suite = new Suite(render('base'), folder);
const health = grpc.loadPackageDefinition(loader.loadSync(path.join(ROOT, 'proto/grpc/health/v1/health.proto'), {enums: String})).grpc.health.v1;
let prometheus;

// Asks until the answer pleases; what was last thrown is the failure.
async function eventually(what, seconds, attempt) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw new Error(`${what}: ${error.message}`, {cause: error});
      await later(50);
    }
  }
}

// What the kubelet would do with a probe: fine, or an error.
async function probe({grpc: call, httpGet}, container) {
  if (httpGet) {
    const {containerPort} = container.ports.find(({name}) => name === httpGet.port);
    const answer = await fetch(`http://127.0.0.1:${suite.port(containerPort)}${httpGet.path}`);
    assert.equal(answer.status, 200);
    return;
  }
  const client = new health.Health(`127.0.0.1:${suite.port(call.port)}`, grpc.credentials.createInsecure());
  try {
    const {status} = await new Promise((resolve, reject) => {
      client.Check({service: call.service || ''}, {deadline: Date.now() + 2000}, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
    assert.equal(status, 'SERVING');
  } finally {
    client.close();
  }
}

function playIndependentClient() {
  const ports = SERVICES.map((service) => suite.port(containerOf(suite.deployment(service)).ports.find(({name}) => name === 'grpc').containerPort));
  return JSON.parse(execFileSync('node', [path.join(ROOT, 'tests/tools/independent_client.js'), `${folder}/dev/tls`, ...ports.map(String)], {encoding: 'utf8'}));
}

const gatewayUrl = () => `http://127.0.0.1:${suite.port(containerOf(suite.deployment('gateway')).ports[0].containerPort)}`;

async function askGateway({program_id: programId}) {
  const token = execFileSync(path.join(ROOT, 'scripts/token.sh'), [`${folder}/dev/jwt`, 'member', 'ben', '--program', programId], {encoding: 'utf8'}).trim();
  for (let i = 0; i < 3; i++) {
    const answer = await fetch(`${gatewayUrl()}/v1/members/me/balances`, {headers: {Authorization: `Bearer ${token}`}});
    assert.equal(answer.status, 200);
    assert.equal((await answer.json()).balances[0].active, '155');
  }
}

// The last test clears up after failures too, since each runs whatever became of the others; this is for a killed run.
process.once('SIGTERM', () => process.exit(1));
process.once('exit', () => {
  for (const child of suite.children.values()) child.kill('SIGKILL');
  if (prometheus) prometheus.child.kill('SIGKILL');
});

test('a database, secrets and ports of its own', () => suite.prepare());

test('a program stops at a name that it does not know and at one that is missing', () => {
  for (const program of PROGRAMS) {
    const environment = suite.environment(suite.deployment(program));
    const prefix = `LAUREL_${program.toUpperCase()}_`;
    for (const [change, problem] of [[{[`${prefix}LISTENS`]: 'x'}, `${prefix}LISTENS is unknown`], [{[`${prefix}CERT_FILE`]: ''}, `${prefix}CERT_FILE is missing`]]) {
      const {status, stdout, stderr} = spawnSync(path.join(BIN, podName(program)), ['serve'], {env: {...environment, ...change}, encoding: 'utf8', timeout: 20000});
      assert.equal(status, 1);
      assert.ok((stdout + stderr).includes('CONFIG_INVALID') && (stdout + stderr).includes(problem), stdout + stderr);
    }
  }
});

test('the migration Jobs succeed, twice', async () => {
  for (let i = 0; i < 2; i++) {
    for (const service of SERVICES) {
      const name = `${service}-migrate`;
      assert.equal(await suite.start(suite.manifests.find('Job', name)).ended, 0, suite.logOf(name));
    }
  }
});

test('the Deployments start with their environment, and all probes succeed', async () => {
  for (const program of PROGRAMS) suite.start(suite.deployment(program));
  for (const program of PROGRAMS) {
    const container = containerOf(suite.deployment(program));
    const {periodSeconds, failureThreshold} = container.startupProbe;
    await eventually(`${program}\n${suite.logOf(podName(program))}`, periodSeconds * failureThreshold, () => probe(container.startupProbe, container));
    await eventually(program, 10, () => probe(container.readinessProbe, container));
    await probe(container.livenessProbe, container);
  }
});

test('members, points, rewards, referrals and badges work, and Prometheus sees them', async () => {
  prometheus = startPrometheus(folder, suite.prometheusPort, (text) => suite.movePorts(text));
  await eventually('five programs are scraped', 60, async () => assert.equal((await prometheus.query('up{job="laurel"} == 1')).length, 5));
  await askGateway(playIndependentClient());
  await askGateway(playIndependentClient());
  // By the client's own figures: 205 points issued and two redemptions of 30 each time, of which one is given back.
  for (const [metric, wanted] of [['members_points_issued', 410], ['members_points_redeemed', 120], ['members_orders_recorded', 6], ['rewards_points_redeemed', 120], ['rewards_points_returned', 60]]) {
    await eventually(metric, 20, async () => assert.equal((await prometheus.query(`sum(laurel_${metric}_total)`))[0].value, wanted));
  }
});

test('every query of the dashboard returns series', async () => {
  let empty = [];
  await eventually('the dashboard', 60, async () => {
    empty = [];
    for (const [title, expression] of dashboardQueries()) {
      if ((await prometheus.query(expression)).length === 0) empty.push(`${title}: ${expression}`);
    }
    // Rates want traffic of the last seconds.
    if (empty.length > 0) await askGateway(playIndependentClient());
    assert.deepEqual(empty, []);
  });
});

test('every alert watches metrics that exist, and none fires on a healthy suite', async () => {
  const {rules} = readYaml('k8s/prometheus/alerts.yml').groups[0];
  for (const {alert, expr} of rules) {
    for (const question of selectorsOf(expr)) assert.ok((await prometheus.query(question)).length > 0, `${alert}: ${question}`);
  }
  const evaluated = (await prometheus.ask('rules')).groups[0].rules;
  assert.deepEqual(evaluated.filter(({health: state}) => state !== 'ok'), []);
  assert.deepEqual(evaluated.filter(({state}) => state === 'firing').map(({name}) => name), []);
});

test('promtool has nothing against any metric', async () => {
  for (const program of PROGRAMS) {
    const {containerPort} = containerOf(suite.deployment(program)).ports.find(({name}) => name === 'metrics');
    const text = await (await fetch(`http://127.0.0.1:${suite.port(containerPort)}/metrics`)).text();
    const {status, stdout, stderr} = spawnSync('promtool', ['check', 'metrics'], {input: text, encoding: 'utf8'});
    assert.equal(status, 0, `${program}: ${stdout}${stderr}`);
  }
});

test('SIGTERM: not ready while still serving, and ended well within the grace period', async () => {
  const began = Date.now();
  for (const program of PROGRAMS) suite.children.get(podName(program)).kill('SIGTERM');
  for (const program of PROGRAMS) {
    const container = containerOf(suite.deployment(program));
    await eventually(`${program} says that it goes`, 4, () => assert.rejects(probe(container.readinessProbe, container)));
    assert.equal(suite.children.get(podName(program)).exitCode, null, `${program} gave its endpoints no time to notice`);
  }
  for (const program of PROGRAMS) {
    assert.equal(await suite.children.get(podName(program)).ended, 0, suite.logOf(podName(program)));
    assert.ok(Date.now() - began < suite.deployment(program).spec.template.spec.terminationGracePeriodSeconds * 1000);
  }
});

test('nothing is left behind', async () => {
  if (prometheus) {
    prometheus.child.kill('SIGKILL');
    await new Promise((resolve) => prometheus.child.once('exit', resolve));
  }
  await suite.clear();
  assert.ok(!fs.existsSync(folder));
});

// What the clients of these tests share: gRPC over mutual TLS as `operator`, calls that are asked again with the same
// request id until there is an answer, and marks at which the test kills something.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const {seeded} = require('./random');
const TOOLS = path.join(__dirname, '../tools/node_modules');
const grpc = require(path.join(TOOLS, '@grpc/grpc-js'));
const loader = require(path.join(TOOLS, '@grpc/proto-loader'));

const PROTO_ROOTS = [
  path.join(__dirname, '../../proto'), '/usr/share/gocode/src/github.com/gogo/googleapis', '/usr/include'];
const PATIENCE_MS = 60000;
const CALL_MS = 3000;
const TRANSIENT = new Set([grpc.status.UNAVAILABLE, grpc.status.DEADLINE_EXCEEDED, grpc.status.CANCELLED,
  grpc.status.RESOURCE_EXHAUSTED, grpc.status.ABORTED]);

const random = seeded(Number(process.env.LAUREL_TEST_SEED));
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const read = (tls, files) => files.map((file) => fs.readFileSync(path.join(tls, file)));

// A UUID that the seed gives back.
function requestId() {
  const digits = Array.from({length: 32}, () => Math.floor(random() * 16).toString(16)).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function load(file) {
  const options = {includeDirs: PROTO_ROOTS, keepCase: true, longs: String, enums: String, defaults: true, oneofs: true};
  return grpc.loadPackageDefinition(loader.loadSync(file, options)).laurel;
}

// A service's rpcs as functions that answer with promises; no retries of the library's. A call without an answer in
// time gets a new connection: grpc-js may go on writing to one whose server was killed.
function connect(tls, Service, name, port) {
  const credentials = grpc.credentials.createSsl(...read(tls, ['ca.crt', 'operator.key', 'operator.crt']));
  const open = () => new Service(`127.0.0.1:${port}`, credentials, {
    'grpc.ssl_target_name_override': name, 'grpc.enable_retries': 0, 'grpc.use_local_subchannel_pool': 1,
    'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 500});
  let current = open();
  return new Proxy({}, {
    get: (_, rpc) => (request) => new Promise((resolve, reject) => {
      const client = current;
      client[rpc](request, {deadline: new Date(Date.now() + CALL_MS)}, (error, answer) => {
        if (error?.code === grpc.status.DEADLINE_EXCEEDED && client === current) current = open();
        return error ? reject(error) : resolve(answer);
      });
    }),
  });
}

// Asks again until there is an answer or an error that stays.
async function persist(call) {
  for (const end = Date.now() + PATIENCE_MS; ;) {
    try {
      return await call();
    } catch (error) {
      if (!TRANSIENT.has(error.code) || Date.now() > end) throw error;
    }
    await pause(50);
  }
}

// Reads until `right` says so; after `ms` the last answer is an error.
async function eventually(what, ms, get, right) {
  for (const end = Date.now() + ms; ;) {
    const got = await get().catch((error) => error.message);
    if (right(got)) return got;
    if (Date.now() > end) throw new Error(`${what}: not so after ${ms} ms: ${JSON.stringify(got).slice(0, 500)}`);
    await pause(100);
  }
}

// At every `every` pieces of work a line "kill" goes to stdout, and the test answers with a line when that is done.
// Work goes on meanwhile, up to the next mark.
class Marks {
  constructor(every, count) {
    Object.assign(this, {every, count, done: 0, asked: 0, answered: 0, waiting: []});
    this.input = readline.createInterface({input: process.stdin});
    this.input.on('line', () => {
      this.answered++;
      this.waiting.splice(0).forEach((go) => go());
    });
  }

  async step() {
    this.done++;
    while (this.asked < this.count && this.done >= this.every * (this.asked + 1)) {
      if (this.asked === this.answered) {
        this.asked++;
        console.log('kill');
      } else {
        await new Promise((resolve) => this.waiting.push(resolve));
      }
    }
  }

  async end() {
    while (this.answered < this.count) await new Promise((resolve) => this.waiting.push(resolve));
    this.input.close();
  }
}

// Runs `work(i)` for 0 to count - 1, `at_once` at a time.
async function spread(count, atOnce, work) {
  let next = 0;
  await Promise.all(Array.from({length: atOnce}, async () => {
    while (next < count) await work(next++);
  }));
}

// A programme in which every whole 1.00 of an order earns a point.
async function makeProgram(tls, membersPort) {
  const {ProgramService} = load('laurel/members/v1/program.proto').members.v1;
  const {CampaignService} = load('laurel/members/v1/campaign.proto').members.v1;
  const {program} = await connect(tls, ProgramService, 'members', membersPort).CreateProgram(
      {program: {display_name: 'Fault', currency_code: 'EUR', time_zone: 'Europe/Berlin'}});
  await connect(tls, CampaignService, 'members', membersPort).CreateCampaign({program_id: program.program_id,
    request_id: requestId(), activate: true,
    campaign: {display_name: 'A point a euro', points_per_amount: {points: 1, step_minor_units: 100}}});
  return program.program_id;
}

function run(main) {
  main().then(() => process.exit(0), (error) => {
    console.error(error);
    process.exit(1);
  });
}

module.exports = {grpc, random, pause, read, requestId, load, connect, persist, eventually, Marks, spread, makeProgram, run};

// A bulk job over many wallets, for the test that kills members-svc in the middle of it:
//   node bulk_jobs.js prepare TLS_DIR MEMBERS_PORT   → "programme job", started
//   node bulk_jobs.js check TLS_DIR MEMBERS_PORT PROGRAMME JOB
'use strict';
const assert = require('node:assert');
const {requestId, load, connect, persist, spread, run} = require('./client');

const [command, tls, port, program_id, job_id] = process.argv.slice(2);
const MEMBERS = 200;
const TIMES = 15;
const EARNED = 100;
const DAY_MS = 86400000;

const client = (file, service) => connect(tls, load(`laurel/members/v1/${file}.proto`).members.v1[service], 'members', port);
const jobs = client('job', 'JobService');
const wallets = client('wallet', 'WalletService');

// Points that were earned 25 days ago expire in five or six, and are told of seven days before.
async function prepare() {
  const {program} = await client('program', 'ProgramService').CreateProgram({
    program: {display_name: 'Bulk', currency_code: 'EUR', time_zone: 'Europe/Berlin'},
    wallet_types: [{code: 'points', singular: 'point', plural: 'points', expiry: {form: 'FORM_DAYS', count: 30}, expiry_notice_days: 7}]});
  const made = {program_id: program.program_id};
  const people = client('member', 'MemberService');
  const members = [];
  const occurred = Math.floor((Date.now() - 25 * DAY_MS) / 1000);
  await spread(MEMBERS, 16, async (i) => {
    const {member} = await people.EnrolMember({...made, request_id: requestId(), external_id: `bulk-${i}`});
    await wallets.EarnPoints({...made, member_id: member.member_id, request_id: requestId(), amount: EARNED, occur_time: {seconds: occurred}});
    members.push(member.member_id);
  });
  const rows = Array.from({length: MEMBERS * TIMES}, (_, i) => ({member_id: members[i % MEMBERS], amount: 1}));
  const {job} = await jobs.CreateJob({...made, request_id: requestId(), kind: 'JOB_KIND_ADJUST', reason: 'a gift', rows});
  await jobs.StartJob({...made, job_id: job.job_id});
  console.log(`${program.program_id} ${job.job_id}`);
}

async function check() {
  const {job} = await persist(() => jobs.GetJob({program_id, job_id}));
  assert.strictEqual(job.state, 'JOB_STATE_DONE');
  assert.strictEqual(job.done_count, MEMBERS * TIMES);
  assert.strictEqual(job.failed_count, 0);
  assert.strictEqual(Number(job.points_moved), MEMBERS * TIMES);
  const entries = new Set();
  const members = new Set();
  for (let page_token = ''; ;) {
    const page = await jobs.ListJobRows({program_id, job_id, page_size: 1000, page_token});
    page.rows.forEach((row) => {
      entries.add(row.entry_id);
      members.add(row.row.member_id);
    });
    page_token = page.next_page_token;
    if (!page_token) break;
  }
  assert.strictEqual(entries.size, MEMBERS * TIMES, 'an entry per row, each its own');
  for (const member_id of members) {
    const {balances} = await wallets.ListBalances({program_id, member_id});
    assert.strictEqual(Number(balances[0].active), EARNED + TIMES, 'each row once');
  }
  const {valid} = await wallets.VerifyLedger({program_id});
  assert(valid, 'the ledger');
}

run({prepare, check}[command]);

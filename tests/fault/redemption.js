// 100 redemptions through the gateway while the test kills rewards-svc and members-svc:
//   node redemption.js TLS_DIR MEMBERS_PORT GATEWAY_URL KILLS TOKEN_COMMAND...
// Each is asked again with its key until it is answered. Half of the members can pay for all they want; the reward
// runs out before all have it. Then every saga is done or undone, points are spent exactly for what was issued, the
// stock adds up, and no code exists twice.
'use strict';
const assert = require('node:assert');
const {execFileSync} = require('node:child_process');
const {pause, requestId, load, connect, persist, eventually, Marks, spread, makeProgram, run} = require('./client');

const [tls, membersPort, gateway, kills, ...tokenCommand] = process.argv.slice(2);
const MEMBERS = 20;
const EACH = 5;
const PRICE = 30;
const STOCK = 70;
const RICH = 1000;
const POOR = 100;
const SETTLED_MS = 60000;

const people = connect(tls, load('laurel/members/v1/member.proto').members.v1.MemberService, 'members', membersPort);
const {WalletService} = load('laurel/members/v1/wallet.proto').members.v1;
const wallets = connect(tls, WalletService, 'members', membersPort);

let token = '';
async function rest(method, path, body, key) {
  const headers = {authorization: `Bearer ${token}`};
  if (body) Object.assign(headers, {'content-type': 'application/json', 'idempotency-key': key});
  const response = await fetch(`${gateway}${path}`, {method, headers, body: body && JSON.stringify(body), signal: AbortSignal.timeout(15000)});
  return {status: response.status, body: JSON.parse(await response.text())};
}

// Asked again with the same key while nobody knows the answer.
async function redeem(reward_id, member_id) {
  const key = requestId();
  for (const end = Date.now() + SETTLED_MS; ;) {
    const answer = await rest('POST', `/v1/rewards/${reward_id}:redeem`, {memberId: member_id}, key).catch((error) => ({status: 0, body: error.message}));
    if (answer.status === 200) return answer.body;
    if (answer.status === 409 && ['OUT_OF_STOCK', 'INSUFFICIENT_POINTS'].includes(answer.body.reason)) return null;
    const unknown = answer.status === 0 || answer.status === 429 || answer.status >= 500 || answer.body.reason === 'REDEMPTION_PENDING';
    if (!unknown || Date.now() > end) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
    await pause(100);
  }
}

async function listOf(member_id) {
  const {status, body} = await rest('GET', `/v1/members/${member_id}/redemptions?pageSize=100`);
  assert.strictEqual(status, 200, JSON.stringify(body));
  return body.redemptions ?? [];
}

async function enrol(program_id, i) {
  const {member} = await people.EnrolMember({program_id, request_id: requestId(), external_id: `member-${i}`});
  const points = i % 2 ? RICH : POOR;
  await wallets.EarnPoints({program_id, member_id: member.member_id, request_id: requestId(), wallet_type: 'points', amount: points});
  return {member_id: member.member_id, points, answers: []};
}

async function check(program_id, reward_id, all) {
  const codes = new Set();
  let issued = 0;
  let refused = 0;
  for (const {member_id, points, answers} of all) {
    const list = await eventually(`every saga of ${member_id} done or undone`, SETTLED_MS, () => listOf(member_id),
        (got) => Array.isArray(got) && got.every(({state}) => ['REDEMPTION_STATE_ISSUED', 'REDEMPTION_STATE_REFUSED'].includes(state)));
    const good = list.filter(({state}) => state === 'REDEMPTION_STATE_ISSUED');
    const told = answers.filter((answer) => answer !== null);
    assert.deepStrictEqual(good.map((one) => `${one.redemptionId} ${one.couponCode}`).sort(),
        told.map((one) => `${one.redemptionId} ${one.couponCode}`).sort(), 'what was answered, once each');
    good.forEach(({couponCode}) => codes.add(couponCode));
    issued += good.length;
    refused += answers.length - told.length;
    const {balances} = await wallets.ListBalances({program_id, member_id});
    assert.deepStrictEqual(balances.map(({active}) => Number(active)), [points - good.length * PRICE], 'points spent for what was issued');
  }
  assert.strictEqual(codes.size, issued, 'codes are unique');
  const {body: reward} = await rest('GET', `/v1/rewards/${reward_id}`);
  assert.strictEqual(Number(reward.stock ?? 0), STOCK - issued, 'stock left');
  const {valid} = await wallets.VerifyLedger({program_id});
  assert(valid, 'the ledger');
  return {issued, refused};
}

run(async () => {
  const program_id = await makeProgram(tls, membersPort);
  token = execFileSync(tokenCommand[0], [...tokenCommand.slice(1), '--program', program_id], {encoding: 'utf8'}).trim();
  const made = await rest('POST', '/v1/rewards', {reward: {displayName: 'Mug', pricePoints: PRICE, stockLimited: true, stock: STOCK}}, requestId());
  assert.strictEqual(made.status, 200, JSON.stringify(made.body));
  const {rewardId} = made.body;
  const all = [];
  for (let i = 0; i < MEMBERS; i++) all.push(await enrol(program_id, i));
  const marks = new Marks(Math.floor(MEMBERS * EACH / (Number(kills) + 1)), Number(kills));
  await spread(MEMBERS * EACH, 8, async (i) => {
    const own = all[i % MEMBERS];
    own.answers.push(await redeem(rewardId, own.member_id));
    await marks.step();
  });
  await marks.end();
  const began = Date.now();
  const {issued, refused} = await persist(() => check(program_id, rewardId, all));
  console.log(`${MEMBERS * EACH} redemptions: ${issued} issued, ${refused} refused, all settled ${Date.now() - began} ms after the last kill; 0 lost, 0 doubled`);
});

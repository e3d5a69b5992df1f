// An independent gRPC client (grpc-js and the published protos; none of our code) that goes the whole way of the
// suite and checks every figure:  node independent_client.js TLS_DIR MEMBERS_PORT REWARDS_PORT REFERRALS_PORT
// GAMIFICATION_PORT.  It comes as `operator`, makes a programme of its own, and prints as JSON what a caller
// needs to look at the same things through the gateway.
'use strict';
const assert = require('node:assert');
const {randomUUID} = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const PROTO_ROOTS = [
  path.join(__dirname, '../../proto'), '/usr/share/gocode/src/github.com/gogo/googleapis', '/usr/include'];
const EVENTUALLY_MS = 20000;

const [tlsDir, membersPort, rewardsPort, referralsPort, gamificationPort] = process.argv.slice(2);

const credentials = grpc.credentials.createSsl(...['ca.crt', 'operator.key', 'operator.crt'].map(
    (file) => fs.readFileSync(path.join(tlsDir, file))));

function load(file) {
  const options = {includeDirs: PROTO_ROOTS, keepCase: true, longs: String, enums: String, defaults: true, oneofs: true};
  return grpc.loadPackageDefinition(loader.loadSync(file, options)).laurel;
}

// A service's rpcs as functions that answer with promises.
function connect(Service, name, port) {
  const client = new Service(`127.0.0.1:${port}`, credentials, {'grpc.ssl_target_name_override': name});
  return new Proxy({}, {
    get: (_, rpc) => (request) => new Promise((resolve, reject) => {
      const deadline = new Date(Date.now() + 10000);
      client[rpc](request, {deadline}, (error, answer) => (error ? reject(error) : resolve(answer)));
    }),
  });
}

const members = load('laurel/members/v1/program.proto').members.v1;
const member = load('laurel/members/v1/member.proto').members.v1;
const order = load('laurel/members/v1/order.proto').members.v1;
const campaign = load('laurel/members/v1/campaign.proto').members.v1;
const wallet = load('laurel/members/v1/wallet.proto').members.v1;
const reward = load('laurel/rewards/v1/reward.proto').rewards.v1;
const referral = load('laurel/referrals/v1/referral.proto').referrals.v1;
const game = load('laurel/gamification/v1/gamification.proto').gamification.v1;

const programs = connect(members.ProgramService, 'members', membersPort);
const people = connect(member.MemberService, 'members', membersPort);
const orders = connect(order.OrderService, 'members', membersPort);
const campaigns = connect(campaign.CampaignService, 'members', membersPort);
const wallets = connect(wallet.WalletService, 'members', membersPort);
const rewards = connect(reward.RewardService, 'rewards', rewardsPort);
const redemptions = connect(reward.RedemptionService, 'rewards', rewardsPort);
const referralPrograms = connect(referral.ReferralProgramService, 'referrals', referralsPort);
const referrals = connect(referral.ReferralService, 'referrals', referralsPort);
const challenges = connect(game.ChallengeService, 'gamification', gamificationPort);
const badges = connect(game.BadgeService, 'gamification', gamificationPort);
const boards = connect(game.LeaderboardService, 'gamification', gamificationPort);

// The call is refused with that code and, in the status details, that reason.
async function refused(call, code, reason) {
  try {
    await call;
  } catch (error) {
    assert.strictEqual(grpc.status[error.code], code, error.message);
    const details = Buffer.concat(error.metadata.get('grpc-status-details-bin'));
    assert(details.includes(reason), `${reason} is not among the details of: ${error.message}`);
    return;
  }
  assert.fail(`should have been refused: ${code} ${reason}`);
}

// What other services do arrives by events: asked again until it is so, or the time is over.
async function eventually(what, read, wanted) {
  const end = Date.now() + EVENTUALLY_MS;
  for (;;) {
    const got = await read().catch((error) => error.message);
    try {
      return assert.deepStrictEqual(got, wanted, what);
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function makeProgram() {
  const {program} = await programs.CreateProgram(
      {program: {display_name: 'Independent', currency_code: 'EUR', time_zone: 'Europe/Berlin'}});
  const program_id = program.program_id;
  await campaigns.CreateCampaign({program_id, request_id: randomUUID(), activate: true,
    campaign: {display_name: 'A point a euro', points_per_amount: {points: 1, step_minor_units: 100}}});
  const {referral_program} = await referralPrograms.CreateReferralProgram({program_id, request_id: randomUUID(),
    referral_program: {display_name: 'Bring a friend', referrer_points: 50, referee_points: 20}});
  await challenges.CreateChallenge({program_id, request_id: randomUUID(), challenge: {
    display_name: 'Three orders in 30 days', event_type: 'EVENT_TYPE_ORDER_RECORDED', measure: 'MEASURE_COUNT',
    target: 3, window_days: 30, badge: 'regular', points: 100}});
  const made = await rewards.CreateReward({program_id, request_id: randomUUID(),
    reward: {display_name: 'Coffee', price_points: 30, stock_limited: true, stock: 2}});
  return {program_id, referral_program_id: referral_program.referral_program_id, reward_id: made.reward.reward_id};
}

async function enrol(program_id, external_id, given_name) {
  const answer = await people.EnrolMember({program_id, request_id: randomUUID(), external_id, profile: {given_name}});
  return answer.member.member_id;
}

async function active(program_id, member_id) {
  const {balances} = await wallets.ListBalances({program_id, member_id});
  return Number(balances.find((balance) => balance.wallet_type === 'points')?.active ?? 0);
}

// Three orders; the first is sent twice, and once more with other content.
async function buy(program_id, member_id) {
  const amounts = [1099, 2050, 501];
  for (const [i, amount_minor_units] of amounts.entries()) {
    const request = {program_id, request_id: randomUUID(), member_id, external_id: `order-${i}-${randomUUID()}`,
      currency_code: 'EUR', lines: [{sku: `sku-${i}`, quantity_thousandths: 1000, amount_minor_units}]};
    const first = await orders.RecordOrder(request);
    assert.deepStrictEqual(first.order.points_earned, {points: String(Math.floor(amount_minor_units / 100))});
    if (i > 0) continue;
    assert.deepStrictEqual(await orders.RecordOrder(request), first, 'the same request id, the same answer');
    await refused(orders.RecordOrder({...request, store: 'other'}), 'INVALID_ARGUMENT', 'REQUEST_ID_REUSED');
  }
}

async function redeemAndCancel({program_id, reward_id}, member_id, before) {
  const request = {program_id, request_id: randomUUID(), reward_id, member_id};
  const {redemption} = await redemptions.RedeemReward(request);
  assert.strictEqual(redemption.state, 'REDEMPTION_STATE_ISSUED');
  assert.match(redemption.coupon_code, /^[0-9A-Z-]{17,}$/i);
  assert.deepStrictEqual((await redemptions.RedeemReward(request)).redemption.redemption_id, redemption.redemption_id);
  assert.strictEqual(await active(program_id, member_id), before - 30);
  assert.strictEqual((await rewards.GetReward({program_id, reward_id})).reward.stock, '1');
  const {redemption: cancelled} = await redemptions.CancelRedemption(
      {program_id, request_id: randomUUID(), redemption_id: redemption.redemption_id, reason: 'changed my mind'});
  assert.strictEqual(cancelled.state, 'REDEMPTION_STATE_CANCELLED');
  assert.strictEqual(await active(program_id, member_id), before);
  assert.strictEqual((await rewards.GetReward({program_id, reward_id})).reward.stock, '2');
}

async function main() {
  const made = await makeProgram();
  const {program_id, reward_id, referral_program_id} = made;
  const ada = await enrol(program_id, 'ada', 'Ada');
  const ben = await enrol(program_id, 'ben', 'Ben');
  const {referral_code} = await referrals.CreateReferralCode(
      {program_id, member_id: ada, request_id: randomUUID(), referral_program_id});
  await refused(referrals.RegisterReferral({program_id, member_id: ada, request_id: randomUUID(), code: referral_code.code}),
      'FAILED_PRECONDITION', 'SELF_REFERRAL');
  const registered = await referrals.RegisterReferral(
      {program_id, member_id: ben, request_id: randomUUID(), code: referral_code.code});

  await buy(program_id, ben);
  // 10 + 20 + 5 for the orders, 20 for having been referred, 100 for three orders.
  await eventually('Ben', () => active(program_id, ben), 155);
  await eventually('Ada', () => active(program_id, ada), 50);
  await eventually('referral', async () => (await referrals.GetReferral(
      {program_id, referral_id: registered.referral.referral_id})).referral.state, 'REFERRAL_STATE_PAID');
  await eventually('badges', async () => (await badges.ListBadges({program_id, member_id: ben})).badges.map((b) => b.code), ['regular']);
  await eventually('leaderboard', async () => (await boards.ListLeaders({program_id})).standings
      .map(({rank, score, member_id}) => [rank, score, member_id]), [['1', '155', ben], ['2', '50', ada]]);

  await redeemAndCancel(made, ben, 155);
  await redemptions.RedeemReward({program_id, request_id: randomUUID(), reward_id, member_id: ada});
  await refused(redemptions.RedeemReward({program_id, request_id: randomUUID(), reward_id, member_id: ada}),
      'FAILED_PRECONDITION', 'INSUFFICIENT_POINTS');

  const {entries} = await wallets.ListEntries({program_id, member_id: ben, wallet_type: 'points'});
  assert.deepStrictEqual(entries.map((entry) => Number(entry.seq)), [...entries.keys()].map((i) => entries.length - i));
  // 35 for orders, 20 and 50 for the referral, 100 for the challenge; a refund issues nothing.
  const {valid, faults, wallet_count, points_issued} = await wallets.VerifyLedger({program_id});
  assert.deepStrictEqual({valid, faults, wallet_count, points_issued}, {valid: true, faults: [], wallet_count: '2', points_issued: '205'});
  console.log(JSON.stringify({program_id, reward_id, ada, ben}));
}

main().then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});

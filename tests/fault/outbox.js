// 2,000 orders, each of which makes events, while the test kills their source and one of their consumers:
//   node outbox.js TLS_DIR MEMBERS_PORT GAMIFICATION_PORT WITNESS_PORT KILLS
// The witness is a consumer of its own that sees every delivery: it loses some of its acknowledgements, refuses old
// fences like every consumer, and remembers in which order each member's events first came.
'use strict';
const assert = require('node:assert');
const {grpc, random, read, requestId, load, connect, persist, eventually, Marks, spread, makeProgram, run} = require('./client');

const [tls, membersPort, gamificationPort, witnessPort, kills] = process.argv.slice(2);
const MEMBERS = 40;
const ORDERS_EACH = 50;
const BADGE_AT = 10;
const BADGE_POINTS = 100;
const SETTLED_MS = 60000;
const LOST_ACKNOWLEDGEMENTS = 0.1;

const people = connect(tls, load('laurel/members/v1/member.proto').members.v1.MemberService, 'members', membersPort);
const orders = connect(tls, load('laurel/members/v1/order.proto').members.v1.OrderService, 'members', membersPort);
const wallets = connect(tls, load('laurel/members/v1/wallet.proto').members.v1.WalletService, 'members', membersPort);
const game = load('laurel/gamification/v1/gamification.proto').gamification.v1;
const challenges = connect(tls, game.ChallengeService, 'gamification', gamificationPort);
const boards = connect(tls, game.LeaderboardService, 'gamification', gamificationPort);
const {EventSinkService} = load('laurel/events/v1/event.proto').events.v1;

class Witness {
  constructor() {
    Object.assign(this, {fence: 0, ids: new Set(), orders: new Map(), deliveries: 0, repeated: 0, lost: 0, stale: 0});
  }

  deliver({request}, answer) {
    this.deliveries++;
    if (Number(request.fence) < this.fence) {
      this.stale++;
      return answer({code: grpc.status.FAILED_PRECONDITION, message: 'stale'});
    }
    this.fence = Number(request.fence);
    for (const event of request.events) {
      const id = event.id.toString('hex');
      if (this.ids.has(id)) this.repeated++;
      else if (event.payload === 'order_recorded') this.note(event);
      this.ids.add(id);
    }
    if (random() >= LOST_ACKNOWLEDGEMENTS) return answer(null, {});
    this.lost++;
    answer({code: grpc.status.UNAVAILABLE, message: 'the acknowledgement is lost'});
  }

  note(event) {
    if (!this.orders.has(event.member_id)) this.orders.set(event.member_id, []);
    this.orders.get(event.member_id).push(event.order_recorded.order_id);
  }

  async listen(port) {
    const [ca, private_key, cert_chain] = read(tls, ['ca.crt', 'operator.key', 'operator.crt']);
    const server = new grpc.Server();
    server.addService(EventSinkService.service, {Deliver: this.deliver.bind(this)});
    await new Promise((resolve, reject) => server.bindAsync(`127.0.0.1:${port}`,
        grpc.ServerCredentials.createSsl(ca, [{private_key, cert_chain}], true), (error) => (error ? reject(error) : resolve())));
  }
}

async function makeChallenges(program_id) {
  const common = {event_type: 'EVENT_TYPE_ORDER_RECORDED'};
  const make = (challenge) => challenges.CreateChallenge({program_id, request_id: requestId(), challenge: {...common, ...challenge}});
  await make({display_name: 'count', measure: 'MEASURE_COUNT', target: 1000000});
  await make({display_name: 'sum', measure: 'MEASURE_SUM_AMOUNT', target: 1000000000});
  await make({display_name: 'badge', measure: 'MEASURE_COUNT', target: BADGE_AT, window_days: 30, badge: 'regular', points: BADGE_POINTS});
}

// One member: an order after the other, each asked until it is answered. What it must come to goes into `model`.
async function shop(program_id, name, model, marks) {
  const enrolment = {program_id, request_id: requestId(), external_id: name};
  const {member} = await persist(() => people.EnrolMember(enrolment));
  const own = {member_id: member.member_id, orders: [], cents: 0, points: BADGE_POINTS};
  model.push(own);
  for (let i = 0; i < ORDERS_EACH; i++) {
    const amount_minor_units = 100 + Math.floor(random() * 2000);
    const request = {program_id, request_id: requestId(), member_id: own.member_id, external_id: `${name}-${i}`,
      currency_code: 'EUR', lines: [{sku: 'sku', quantity_thousandths: 1000, amount_minor_units}]};
    const {order} = await persist(() => orders.RecordOrder(request));
    own.orders.push(order.order_id);
    own.cents += amount_minor_units;
    own.points += Math.floor(amount_minor_units / 100);
    await marks.step();
  }
}

async function check(program_id, model, witness) {
  const sum = model.reduce((total, {points}) => total + points, 0);
  const {standings} = await eventually('points on the leaderboard', SETTLED_MS,
      () => boards.ListLeaders({program_id, page_size: 100}),
      (got) => got.standings?.reduce((total, {score}) => total + Number(score), 0) >= sum);
  assert.deepStrictEqual(standings.map(({member_id, score}) => `${member_id} ${score}`).sort(),
      model.map(({member_id, points}) => `${member_id} ${points}`).sort());
  for (const {member_id, points, cents, orders: wanted} of model) {
    const {challenge_progress} = await challenges.ListChallengeProgress({program_id, member_id});
    assert.deepStrictEqual(Object.fromEntries(challenge_progress.map(({challenge, value}) => [challenge.display_name, Number(value)])),
        {count: ORDERS_EACH, sum: cents, badge: BADGE_AT});
    const {balances} = await wallets.ListBalances({program_id, member_id});
    assert.deepStrictEqual(balances.map(({active}) => Number(active)), [points]);
    await eventually('all orders at the witness', SETTLED_MS, async () => (witness.orders.get(member_id) ?? []).length,
        (length) => length >= wanted.length);
    assert.deepStrictEqual(witness.orders.get(member_id), wanted, 'per member in order, each once');
  }
  const {valid, points_issued} = await wallets.VerifyLedger({program_id});
  assert.deepStrictEqual({valid, points_issued}, {valid: true, points_issued: String(sum)});
}

run(async () => {
  const program_id = await makeProgram(tls, membersPort);
  await makeChallenges(program_id);
  const witness = new Witness();
  await witness.listen(Number(witnessPort));
  const marks = new Marks(Math.floor(MEMBERS * ORDERS_EACH / (Number(kills) + 1)), Number(kills));
  const model = [];
  await spread(MEMBERS, 10, (i) => shop(program_id, `member-${i}`, model, marks));
  await marks.end();
  await check(program_id, model, witness);
  console.log(`${MEMBERS * ORDERS_EACH} orders, ${witness.ids.size} events; the witness saw ${witness.deliveries} deliveries, ` +
      `${witness.repeated} events repeated, ${witness.lost} acknowledgements lost, ${witness.stale} stale; 0 lost, 0 doubled, in order`);
});

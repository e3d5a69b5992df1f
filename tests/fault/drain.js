// Steady calls while the test ends and starts servers; a line on stdin ends them.
//   node drain.js rest TLS_DIR MEMBERS_PORT GATEWAY_URL TOKEN_COMMAND...   posts and reads through the gateway: none may
//                                                                     fail, and each answered order is in the books once
//   node drain.js grpc TLS_DIR MEMBERS_PORT                           one server, no retries: an order is in the books
//                                                                     exactly if its call was answered with it
'use strict';
const assert = require('node:assert');
const {execFileSync} = require('node:child_process');
const http = require('node:http');
const readline = require('node:readline');
const {grpc, pause, random, requestId, load, connect, persist, makeProgram, run} = require('./client');

const [mode, tls, membersPort, gateway, ...tokenCommand] = process.argv.slice(2);
const WORKERS = 8;
const PAUSE_MS = 5;
const END_MS = 180000;

const people = connect(tls, load('laurel/members/v1/member.proto').members.v1.MemberService, 'members', membersPort);
const orders = connect(tls, load('laurel/members/v1/order.proto').members.v1.OrderService, 'members', membersPort);
const agent = new http.Agent({keepAlive: true, maxSockets: WORKERS});

function rest(token, method, path, body) {
  const headers = {authorization: `Bearer ${token}`};
  if (body) Object.assign(headers, {'content-type': 'application/json', 'idempotency-key': requestId()});
  return new Promise((resolve, reject) => {
    const request = http.request(`${gateway}${path}`, {method, agent, headers, timeout: 20000}, (response) => {
      let text = '';
      response.on('data', (part) => { text += part; });
      response.on('end', () => resolve({status: response.statusCode, text}));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.on('timeout', () => request.destroy(new Error('no answer in 20 s')));
    request.end(body && JSON.stringify(body));
  });
}

// What one worker does again and again: `failed` gets what should not have happened.
async function callRest(state, own, token) {
  const line = {sku: 'sku', quantityThousandths: 1000, amountMinorUnits: 100 + Math.floor(random() * 900)};
  const external_id = `${own.external_id}-${own.count++}`;
  for (const [method, path, body] of [
    ['POST', '/v1/orders', {memberId: own.member_id, externalId: external_id, currencyCode: 'EUR', lines: [line]}],
    ['GET', `/v1/members/${own.member_id}/balances`],
  ]) {
    const {status, text} = await rest(token, method, path, body).catch((error) => ({status: 0, text: error.message}));
    state.calls++;
    if (status !== 200) state.failed.push(`${new Date().toISOString()} ${method} ${path}: ${status} ${text}`);
    else if (method === 'POST') own.answered.push(external_id);
  }
}

async function callGrpc(state, own, program_id) {
  const external_id = `${own.external_id}-${own.count++}`;
  state.calls++;
  try {
    await orders.RecordOrder({program_id, request_id: requestId(), member_id: own.member_id, external_id, currency_code: 'EUR',
      lines: [{sku: 'sku', quantity_thousandths: 1000, amount_minor_units: 500}]});
    own.answered.push(external_id);
  } catch (error) {
    state.refused++;
    // A server that ends cancels what it has received and not begun.
    if (![grpc.status.UNAVAILABLE, grpc.status.CANCELLED].includes(error.code)) state.failed.push(`${new Date().toISOString()} ${error.message}`);
    await pause(20);
  }
}

// The external ids of all orders in the books.
async function recorded(program_id, member_id) {
  const ids = [];
  for (let page_token = ''; ;) {
    const answer = await persist(() => orders.ListOrders({program_id, member_id, page_size: 100, page_token}));
    ids.push(...answer.orders.map(({external_id}) => external_id));
    page_token = answer.next_page_token;
    if (!page_token) return ids.sort();
  }
}

run(async () => {
  const program_id = await makeProgram(tls, membersPort);
  const token = mode === 'rest' && execFileSync(tokenCommand[0], [...tokenCommand.slice(1), '--program', program_id], {encoding: 'utf8'}).trim();
  const state = {calls: 0, refused: 0, failed: [], ended: false};
  const input = readline.createInterface({input: process.stdin});
  input.on('line', () => { state.ended = true; });
  const end = Date.now() + END_MS;
  const all = [];
  console.log('ready');
  await Promise.all(Array.from({length: WORKERS}, async (_, i) => {
    const external_id = `member-${i}`;
    const {member} = await people.EnrolMember({program_id, request_id: requestId(), external_id});
    const own = {external_id, member_id: member.member_id, count: 0, answered: []};
    all.push(own);
    while (!state.ended && Date.now() < end) {
      if (mode === 'rest') await callRest(state, own, token);
      else await callGrpc(state, own, program_id);
      await pause(PAUSE_MS);
    }
  }));
  input.close();
  assert.deepStrictEqual(state.failed.slice(0, 20), [], `${state.failed.length} of ${state.calls} calls`);
  let answered = 0;
  for (const own of all) {
    assert.deepStrictEqual(await recorded(program_id, own.member_id), own.answered.sort(), own.external_id);
    answered += own.answered.length;
  }
  console.log(`${mode}: ${state.calls} calls, ${state.failed.length} failed, ${state.refused} refused by a server that was away; ` +
      `${answered} orders answered and in the books`);
});

// Purchases in the importer's columns, and what they must come to, worked out apart from the product and in whole
// cents:  node purchases.js make FOLDER ORDERS   writes purchases.csv (LAUREL_TEST_SEED) and products.csv
//         node purchases.js figures FOLDER OUT   prints orders, cents, points and members, and writes one line
//                                                household|points|points|points per household to OUT
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const {seeded} = require('./random');

const COLUMNS = 'household_id,store_id,basket_id,purchased_at,product_id,quantity,sales_value,retail_disc,coupon_disc,coupon_match_disc';
const HOUSEHOLDS = 700;
const SECONDS_BETWEEN = 600;

const money = (cents) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;

// Digits only, so that no float is near the money.
function cents(text) {
  const [, whole, part] = text.match(/^(\d+)\.(\d\d)$/);
  return Number(whole) * 100 + Number(part);
}

function make(folder, orders) {
  const random = seeded(Number(process.env.LAUREL_TEST_SEED));
  const products = fs.readFileSync(path.join(__dirname, '../data/products.csv'), 'utf8');
  const skus = products.trim().split('\n').slice(1).map((line) => line.split(',')[0]);
  const lines = [COLUMNS];
  // From noon of 15 March on, after New York's change of clocks; the last is long before the next.
  const start = Date.UTC(2023, 2, 15, 12);
  for (let i = 0; i < orders; i++) {
    const time = new Date(start + i * SECONDS_BETWEEN * 1000).toISOString().slice(0, 19).replace('T', ' ');
    const household = 1 + Math.floor(random() ** 2 * HOUSEHOLDS);
    for (let left = 1 + Math.floor(random() * 3); left > 0; left--) {
      const value = random() < 0.05 ? 0 : Math.floor(random() * 900);
      lines.push([household, 300 + i % 5, 900000 + i, time, skus[Math.floor(random() * skus.length)], 1, money(value), '0.00', '0.00', '0.00'].join(','));
    }
  }
  fs.writeFileSync(path.join(folder, 'purchases.csv'), `${lines.join('\n')}\n`);
  fs.writeFileSync(path.join(folder, 'products.csv'), products);
}

function figures(folder, out) {
  const baskets = new Map();
  for (const line of fs.readFileSync(path.join(folder, 'purchases.csv'), 'utf8').trim().split('\n').slice(1)) {
    const [household, , basket, , , , value] = line.split(',');
    const known = baskets.get(basket) ?? {household, total: 0};
    known.total += cents(value);
    baskets.set(basket, known);
  }
  const households = new Map();
  let total = 0;
  for (const basket of baskets.values()) {
    total += basket.total;
    households.set(basket.household, (households.get(basket.household) ?? 0) + Math.floor(basket.total / 100));
  }
  const points = [...households.values()].reduce((sum, one) => sum + one, 0);
  fs.writeFileSync(out, [...households].map(([household, one]) => `${household}|${one}|${one}|${one}\n`).sort().join(''));
  console.log(`${baskets.size} ${total} ${points} ${households.size}`);
}

const [what, folder, last] = process.argv.slice(2);
if (what === 'make') make(folder, Number(last));
else figures(folder, last);

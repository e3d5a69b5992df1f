#!/usr/bin/env node
// compare.js OLD.json NEW.json [PERCENT]: two results of laurel-bench side by side. A figure that
// is worse by more than PERCENT (15) is marked, and the exit code is then 1.
'use strict';
const fs = require('node:fs');

const HIGHER_IS_BETTER = /(_per_second|(?<!_cpu)_ratio|_tps)$/;
const NEITHER = /(_clients|_sent_late_p99_ms|_stolen_percent)$/;

// By how many percent `now` is worse than `before`; below zero: better.
function worseBy(name, before, now) {
  if (NEITHER.test(name) || before === 0) return 0;
  const change = (100 * (now - before)) / before;
  return HIGHER_IS_BETTER.test(name) ? -change : change;
}

function compare(before, now, percent) {
  const lines = [];
  let worse = 0;
  for (const name of new Set([...Object.keys(before), ...Object.keys(now)])) {
    if (!(name in before) || !(name in now)) {
      lines.push(`${name.padEnd(46)} only in ${name in before ? 'the old' : 'the new'} result`);
      continue;
    }
    const by = worseBy(name, before[name], now[name]);
    const mark = by > percent ? '  worse' : by < -percent ? '  better' : '';
    if (by > percent) worse += 1;
    const ratio = before[name] === 0 ? '' : (now[name] / before[name]).toFixed(2);
    lines.push(`${name.padEnd(46)} ${String(before[name]).padStart(12)} ${String(now[name]).padStart(12)} ` +
      `${ratio.padStart(6)}${mark}`);
  }
  return { lines, worse };
}

function main([before, now, percent = '15']) {
  if (!before || !now || !(Number(percent) >= 0)) {
    console.error('usage: compare OLD.json NEW.json [PERCENT]');
    return 2;
  }
  const read = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));
  const { lines, worse } = compare(read(before), read(now), Number(percent));
  console.log(lines.join('\n'));
  console.log(worse === 0 ? 'nothing is worse' : `${worse} figures are worse by more than ${percent} %`);
  return worse === 0 ? 0 : 1;
}

process.exit(main(process.argv.slice(2)));

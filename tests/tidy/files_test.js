// What holds for files: their size, their names, their words, the links between pages.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const house = require('./house');

const LONGEST = 450;
const SOURCES = ['.cc', '.h', '.js', '.sh', '.sql', '.proto', '.cmake', '.txt', '.md'];

test(`a file has at most ${LONGEST} lines`, () => {
  const allowed = {
    'proto/laurel/members/v1/order.proto': 'one service and its messages; half of it is what they promise',
    'proto/laurel/members/v1/wallet.proto': 'one service and its messages; half of it is what they promise',
    'tests/lib/rules/rules_test.cc': 'the proto with each kind of rule once stands in it as text',
  };
  const found = house.files(SOURCES)
      .map((file) => ({ file, line: house.read(file).split('\n').length - 1, what: 'lines' }))
      .filter(({ line }) => line > LONGEST);
  assert.deepStrictEqual(house.beyond(allowed, found), []);
});

test('a folder says what is in it: no drawers', () => {
  const drawer = /(^|\/)(utils?|helpers?|misc|common|shared|stuff)\//;
  assert.deepStrictEqual(house.tracked.filter((file) => drawer.test(file)), []);
});

test('nothing is left for later in the code', () => {
  const later = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'HA' + 'CK'].join('|')})\\b`, 'g');
  const found = house.files(SOURCES.concat('.yaml', '.yml', ''))
      .flatMap((file) => house.hits(file, house.read(file), later));
  assert.deepStrictEqual(house.beyond({}, found), []);
});

test('a header opens with what it promises, and is included once', () => {
  const found = house.files(['.h']).filter((file) => !/^\/\/ [\s\S]*?#pragma once/.test(house.read(file)));
  assert.deepStrictEqual(found, []);
});

test('links between pages lead somewhere', () => {
  const found = [];
  for (const file of house.files(['.md'])) {
    for (const [, target] of house.read(file).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      if (!fs.existsSync(path.join(house.ROOT, path.dirname(file), target))) found.push(`${file}: ${target}`);
    }
  }
  assert.deepStrictEqual(found, []);
});

test('paths that the documentation names exist', () => {
  const found = [];
  const tops = '(lib|proto|tests|docs|cli|gateway|scripts|k8s|cmake|[a-z]+-svc)';
  for (const file of house.files(['.md'], ['docs/', 'README.md', 'lib/'])) {
    for (const [, name] of house.read(file).matchAll(new RegExp('`(' + tops + '/[\\w./-]+)`', 'g'))) {
      if (!fs.existsSync(path.join(house.ROOT, name.replace(/\/$/, ''))) && !withExtension(name)) {
        found.push(`${file}: ${name}`);
      }
    }
  }
  assert.deepStrictEqual(found, []);
});

// `domain/wallet` stands for wallet.h and wallet.cc.
function withExtension(name) {
  return ['.h', '.cc', '.proto'].some((extension) => fs.existsSync(path.join(house.ROOT, name + extension)));
}

test('names of code that the documentation gives are names in the code', () => {
  const code = house.files(['.cc', '.h', '.sql', '.proto', '.js', '.sh']).map(house.read).join('\n');
  const found = [];
  for (const file of house.files(['.md'], ['docs/', 'README.md', 'lib/'])) {
    for (const [, token] of house.read(file).matchAll(/`([A-Z]\w*[a-z]\w*(?:(?:::|\.)\w+)*)[…(]?[^`]*`/g)) {
      for (const name of token.split(/::|\./)) {
        if (!code.includes(name)) found.push(`${file}: ${token}`);
      }
    }
  }
  assert.deepStrictEqual(found, []);
});

test('decisions are dated and short', () => {
  for (const file of house.files(['.md'], ['docs/adr/'])) {
    const text = house.read(file);
    assert.match(path.basename(file), /^(\d{4}-[a-z0-9-]+|README)\.md$/);
    if (path.basename(file) === 'README.md') continue;
    assert.match(text, /^# .+\n\n20\d\d-\d\d-\d\d\b/, `${file} has no date`);
    assert.ok(text.trimEnd().split('\n').length <= 30, `${file} is longer than 30 lines`);
  }
});

// The Dockerfile against the build, since no engine runs here: what it copies is what is built, what it builds from is
// there, and the packages of the image are exactly those whose libraries the programs name.
'use strict';
const assert = require('node:assert');
const {execFileSync} = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const {test} = require('node:test');
const {ROOT, PROGRAMS, SERVICES, render, podName, containerOf} = require('./manifests');

const BIN = process.env.LAUREL_BIN_DIR;
const run = (command, ...args) => execFileSync(command, args, {encoding: 'utf8'});

// Instructions of each stage, continued lines joined.
function stagesOf(text) {
  const stages = [];
  for (const line of text.replace(/^#.*\n/gm, '').replace(/\\\n/g, ' ').split('\n').filter(Boolean)) {
    const [instruction, ...rest] = line.trim().split(/\s+/);
    if (instruction === 'FROM') stages.push({from: rest[0], name: rest[2], instructions: []});
    else stages.at(-1).instructions.push({instruction, words: rest, text: rest.join(' ')});
  }
  return stages;
}

const stages = stagesOf(fs.readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8'));
const [build, image] = stages;
const runs = (stage) => stage.instructions.filter(({instruction}) => instruction === 'RUN').map(({text}) => text);
const copies = image.instructions.filter(({instruction}) => instruction === 'COPY').map(({words}) => words);

test('two stages on the Debian that the project builds on', () => {
  assert.equal(stages.length, 2);
  const release = fs.readFileSync('/etc/os-release', 'utf8').match(/^VERSION_ID="(.*)"/m)[1];
  assert.equal(build.from, `debian:${release}`);
  assert.equal(image.from, `debian:${release}-slim`);
  assert.equal(build.name, 'build');
});

test('the image holds the five programs where the manifests run them', () => {
  const copied = copies.map(([from, source, target]) => {
    assert.equal(from, '--from=build');
    assert.ok(runs(build).some((command) => command.includes(`ninja -C build/release`) && command.includes(` bin/${path.basename(source)}`)), source);
    fs.accessSync(path.join(BIN, path.relative('/laurel/build/release/bin', source)), fs.constants.X_OK);
    return target + path.basename(source);
  });
  const base = render('base');
  const started = [...base.ofKind('Deployment'), ...base.ofKind('Job')].map((workload) => containerOf(workload).command[0]);
  assert.deepEqual([...new Set(started)].sort(), copied.sort());
  assert.equal(copied.length, PROGRAMS.length);
});

test('the image runs as the user of the manifests', () => {
  const user = image.instructions.find(({instruction}) => instruction === 'USER').text;
  const {runAsUser, runAsGroup} = render('base').find('Deployment', podName('members')).spec.template.spec.securityContext;
  assert.equal(user, `${runAsUser}:${runAsGroup}`);
});

test('what the build stage compiles gets past .dockerignore', () => {
  const kept = fs.readFileSync(path.join(ROOT, '.dockerignore'), 'utf8').split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  for (const name of kept) assert.ok(fs.existsSync(path.join(ROOT, name)), name);
  const top = fs.readFileSync(path.join(ROOT, 'CMakeLists.txt'), 'utf8');
  const parts = ['cmake', 'proto', 'lib', 'gateway', ...SERVICES.map((service) => `${service}-svc`)];
  if (/APPEND parts cli/.test(top)) parts.push('cli');
  for (const part of parts) assert.ok(kept.includes(part) && top.includes(part), part);
  assert.ok(runs(build)[0] === 'scripts/packages.sh run' && kept.includes('scripts'));
});

test('the packages of the image are those whose libraries the programs name, and no others', () => {
  const installed = runs(image)[0].match(/--no-install-recommends (.*?) &&/)[1].trim().split(/\s+/);
  const libraries = new Map();
  for (const program of PROGRAMS) {
    const binary = path.join(BIN, podName(program));
    const found = new Map([...run('ldd', binary).matchAll(/^\s*(\S+) => (\S+)/gm)].map(([, name, file]) => [name, file]));
    for (const [, library] of run('readelf', '-d', binary).matchAll(/\(NEEDED\).*\[(.*)\]/g)) {
      if (library.startsWith('ld-linux')) continue;
      assert.ok(found.has(library), `${program}: ${library} is nowhere`);
      libraries.set(library, fs.realpathSync(found.get(library)));
    }
  }
  // dpkg knows files by the path that their package gave, with or without the /usr that is now the same.
  const paths = [...libraries.values()].flatMap((file) => [file, file.replace(/^\/usr/, '')]);
  const owners = run('bash', '-c', 'dpkg -S "$@" 2>/dev/null || true', '-', ...paths).trim().split('\n').map((line) => line.split(':'));
  for (const [library, file] of libraries) assert.ok(owners.some((owner) => file.endsWith(owner.at(-1).trim())), `${library} is of no package`);
  assert.deepEqual(installed.sort(), [...new Set(['ca-certificates', 'tzdata', ...owners.map(([name]) => name)])].sort());
});

// What the house rules look at: tracked files, and their code without comments or without strings.
'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '../..');
const SERVICES = ['members', 'rewards', 'referrals', 'gamification'];

const tracked = execFileSync(
    'git', ['-c', `safe.directory=${ROOT}`, '-C', ROOT, 'ls-files', '-z'], { encoding: 'utf8' })
    .split('\0')
    .filter((file) => file && fs.existsSync(path.join(ROOT, file)));

// Tracked files of these extensions below these folders ('' is the whole house).
function files(extensions, folders = ['']) {
  return tracked.filter((file) => extensions.includes(path.extname(file)) &&
      folders.some((folder) => folder === '' || file.startsWith(folder)));
}

const texts = new Map();
function read(file) {
  if (!texts.has(file)) texts.set(file, fs.readFileSync(path.join(ROOT, file), 'utf8'));
  return texts.get(file);
}

// Comment, raw string, string, character: whichever begins first.
const TOKENS = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|R"(\w*)\(([\s\S]*?)\)\1"|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)+'/g;

function blank(text) {
  return text.replace(/[^\n]/g, ' ');
}

// C++ without its comments; line numbers stay.
function withoutComments(file) {
  return read(file).replace(TOKENS, (token) => /^\/[/*]/.test(token) ? blank(token) : token);
}

// C++ without comments and without what stands in quotes.
function codeOf(file) {
  return read(file).replace(TOKENS, blank);
}

// The contents of C++'s string literals, with their lines.
function stringsOf(file) {
  const found = [];
  for (const match of read(file).matchAll(TOKENS)) {
    if (/^\/[/*]|^'/.test(match[0])) continue;
    const text = match[2] !== undefined ? match[2] : match[0].slice(1, -1);
    found.push({ text, line: lineOf(read(file), match.index) });
  }
  return found;
}

function lineOf(text, index) {
  return text.slice(0, index).split('\n').length;
}

// Where a pattern (with the flag g) occurs in a text of a file: "file:line: what".
function hits(file, text, pattern) {
  return [...text.matchAll(pattern)].map((match) => ({
    file, line: lineOf(text, match.index), what: match[0].trim().replace(/\s+/g, ' '),
  }));
}

// Findings but those in files that `allowed` ({file: reason}) names; an entry without a finding is one.
function beyond(allowed, found) {
  const used = new Set(found.map((hit) => hit.file));
  return found.filter((hit) => !(hit.file in allowed)).map((hit) => `${hit.file}:${hit.line}: ${hit.what}`)
      .concat(Object.keys(allowed).filter((file) => !used.has(file))
          .map((file) => `${file} is allowed and needs it no longer`));
}

module.exports = {
  ROOT, SERVICES, tracked, files, read, withoutComments, codeOf, stringsOf, lineOf, hits, beyond,
};

#!/usr/bin/env node
/**
 * What npm links as `linchpin`: says in one sentence that a Node is too old, where the command itself would end with a
 * SyntaxError. So nothing here may be newer than Node 16, and everything else is imported afterwards.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

if (isPromised(process.versions.node, manifest.engines.node)) {
  withoutWarnings(['SQLite is an experimental', 'Type Stripping is an experimental', 'Module type of']);
  void import('../dist/main.js');
} else {
  process.stderr.write(`linchpin needs Node ${manifest.engines.node}; this is Node ${process.versions.node}.\n`);
  process.exitCode = 1;
}

/** Whether a version is in a range of the form `^22.18.0 || >=24.0.0`. */
function isPromised(version, range) {
  const [major, minor] = version.split('.').map(Number);
  return range.split(' || ').some((part) => {
    const [from, fromMinor] = part.replace(/^\D+/, '').split('.').map(Number);
    if (major === from) return minor >= fromMinor;
    return part.startsWith('>=') && major > from;
  });
}

/** Leaves out what Node says of its own experiments, and of settings in a folder whose package.json has no type. */
function withoutWarnings(subjects) {
  const { emitWarning } = process;
  process.emitWarning = (warning, ...rest) => {
    if (!subjects.some((subject) => String(warning).includes(subject))) emitWarning.call(process, warning, ...rest);
  };
}

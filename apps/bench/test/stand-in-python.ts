/** A program of Node in the place of Python and lm-evaluation-harness: it says what it has, and scores what it is told. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execPath } from 'node:process';

type Packages = Readonly<Record<string, { readonly version: string } | { readonly problem: string }>>;

/** What a Python has in which lm-evaluation-harness runs. */
export const wholePackages: Packages = {
  torch: { version: '2.9.0+cpu' },
  transformers: { version: '5.0.0' },
  accelerate: { version: '1.12.0' },
  datasets: { version: '4.4.1' },
  lm_eval: { version: '0.4.13' },
};

export interface StandIn {
  readonly python?: string;
  readonly packages?: Packages;
  /** Items of a task beyond which it ends as where memory runs out. */
  readonly mostItems?: number;
}

/** Writes it into the folder; the path of the program. */
export function writeStandIn(
  folder: string,
  { python = '3.12.1', packages = wholePackages, mostItems = 100 }: StandIn = {},
): string {
  const answer = JSON.stringify({ python, packages });
  return writeProgram(
    folder,
    `
const { argv } = process;
const valueOf = (flag) => argv[argv.indexOf(flag) + 1];
if (argv[2] === '-c') {
  console.log('a warning of some package\\n' + ${JSON.stringify(answer)});
} else if (Number(valueOf('--limit')) > ${mostItems}) {
  process.exit(9);
} else {
  const { writeFileSync } = require('node:fs');
  const report = { versions: { lm_eval: '0.4.13' }, total: { seconds_scoring: 2, seconds_cpu: 3 } };
  writeFileSync(valueOf('--out') + '/results.json', JSON.stringify(report));
  const line = { task: 'piqa', doc_id: 0, choice: 0, loglikelihood: -1 };
  writeFileSync(valueOf('--out') + '/requests.jsonl', JSON.stringify(line));
}
`,
  );
}

/** An executable of Node. */
export function writeProgram(folder: string, script: string): string {
  const file = join(folder, `python-${Math.random().toString(36).slice(2)}`);
  writeFileSync(file, `#!${execPath}\n${script}`);
  chmodSync(file, 0o755);
  return file;
}

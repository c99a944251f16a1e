/**
 * Makes docs/results/smollm2-135m: Tables 1 to 3, figures and the report of the super-weight paper on a real, small model and
 * published data. What was computed is remembered, so that the same call goes on where it was ended; all files lie in
 * results/smollm2-135m.
 *
 *     npm run -s results -- MODEL_FOLDER DATA_FOLDER
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, 'results/smollm2-135m');
const shown = join(root, 'docs/results/smollm2-135m');

/** Sizes that one thread computes in about half an hour; docs/results/smollm2-135m/index.md says them. */
const steps: readonly (readonly string[])[] = [
  ['reproduce', '--tables', '1,2', '--figures', '1,3,4,10', '--limit', '100', '--windows', '6'],
  ['table', '3', '--windows', '2', '--calibration-samples', '8', '--quantize', '{"smoothing": {"alpha": "search"}}'],
  ['figure', '11', '--limit', '10'],
  ['figure', '6', '--limit', '5', '--windows', '1', '--factors', '0,0.25,0.5,1,1.5,2'],
  ['figure', '7', '--limit', '5', '--windows', '1', '--blocks', '4096,tensor'],
];

const [model, datasets, ...rest] = process.argv.slice(2);
if (model === undefined || datasets === undefined || rest.length > 0) {
  console.error('Use: npm run -s results -- MODEL_FOLDER DATA_FOLDER');
  process.exit(2);
}
// The one weight of which the tables are; `linchpin find` names it, and table 2 lists what else it finds.
const common = [
  '--model',
  model,
  '--datasets',
  datasets,
  '--super-weight',
  '11:507:1229',
  '--threads',
  '1',
  '--out',
  out,
];
for (const step of steps) linchpin([...step, ...common]);
linchpin(['report', out, '--out', join(out, 'report.html')]);
mkdirSync(shown, { recursive: true });
for (const file of readdirSync(out).filter(
  (name) => /^(?:table|figure)-.*\.(?:csv|svg)$/.test(name) || name === 'report.html',
))
  copyFileSync(join(out, file), join(shown, file));

/** Ends this program where the command fails. */
function linchpin(args: readonly string[]): void {
  const main = join(root, 'apps/cli/src/main.ts');
  const { status } = spawnSync(process.execPath, ['-C', '@linchpin/source', main, ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

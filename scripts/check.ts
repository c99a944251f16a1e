/**
 * Runs every check of the workspace, or those that are named, and ends with one line of counts:
 *
 *     node scripts/check.ts [step …]
 */
import { dirname } from 'node:path';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { type Outcome, runStep, type Step } from './check/step.ts';

/** Step of the tests that take minutes a file. */
const nightly = 'nightly';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Phases run one after the other; the steps of a phase two at a time, started in this order. Test runs use every core themselves. */
const phases: readonly (readonly Step[])[] = [
  [
    { name: 'format', command: ['oxfmt', '--check'] },
    { name: 'lint', command: ['oxlint', '--max-warnings=0'] },
    { name: 'indexes', command: ['node', 'scripts/generate-indexes.ts', '--check'] },
    { name: 'manifests', command: ['node', 'scripts/normalize-manifests.ts', '--check'] },
    { name: 'boundaries', command: ['turbo', 'boundaries'] },
    { name: 'structure', command: ['node', 'scripts/check-structure.ts'] },
    { name: 'typecheck', command: ['pnpm', 'run', '--silent', 'typecheck'] },
    { name: 'unused', command: ['knip', '--treat-config-hints-as-errors'] },
    { name: 'changesets', command: ['node', 'scripts/check-changesets.ts'] },
    { name: 'docs', command: ['node', '-C', '@linchpin/source', 'scripts/check-docs.ts'] },
  ],
  [{ name: 'unit', command: ['vitest', 'run', '--project=unit'], isTestRun: true }],
  [{ name: 'integration', command: ['vitest', 'run', '--project=integration*'], isTestRun: true }],
  [{ name: 'reference', command: ['vitest', 'run', '--project=reference'], isTestRun: true }],
  [{ name: 'nightly', command: ['vitest', 'run', '--project=nightly'], isTestRun: true }],
  [
    // The longest first, so that neither of the two at work is left alone with it.
    { name: 'publish', command: ['node', 'scripts/check-publish.ts'] },
    { name: 'snippets', command: ['node', 'scripts/check-snippets.ts'] },
    { name: 'scaffold', command: ['node', 'scripts/check-scaffold.ts'] },
    { name: 'site', command: ['vitepress', 'build', 'docs'] },
  ],
];

process.exitCode = await main(process.argv.slice(2));

async function main(names: readonly string[]): Promise<number> {
  const known = phases.flat().map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`No step ${unknown.join(', ')}. Steps: ${known.join(', ')}.`);
    return 2;
  }
  const outcomes: Outcome[] = [];
  for (const phase of phases) {
    const chosen = phase.filter(({ name }) => (names.length === 0 ? isUsual(name) : names.includes(name)));
    outcomes.push(...(await runPhase(chosen)));
  }
  if (names.length === 0 && !isUsual(nightly)) console.log(`\nNot run: ${nightly}, which LINCHPIN_FULL=1 adds.`);
  return summarize(outcomes);
}

/** The tier that costs more than a check may take is named, or asked for. */
function isUsual(name: string): boolean {
  return name !== nightly || env['LINCHPIN_FULL'] === '1';
}

async function runPhase(steps: readonly Step[]): Promise<Outcome[]> {
  const waiting = [...steps];
  const outcomes: Outcome[] = [];
  const work = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const outcome = await runStep(step, root);
      show(outcome);
      outcomes.push(outcome);
    }
  };
  await Promise.all([work(), work()]);
  return outcomes;
}

function show({ name, seconds, passed, failed, skipped, output }: Outcome): void {
  const verdict = failed > 0 ? 'FAILED' : passed > 0 ? 'passed' : 'skipped';
  const tests = passed + failed + skipped.length > 1 ? `   ${counts(passed, failed, skipped.length)}` : '';
  console.log(`${name.padEnd(12)} ${verdict.padEnd(7)} ${seconds.toFixed(1).padStart(6)} s${tests}`);
  if (failed > 0) console.log(`\n${output.trimEnd().replaceAll(/^/gm, '    ')}\n`);
}

/** Prints what was left out and the closing line; returns the exit code. */
function summarize(outcomes: readonly Outcome[]): number {
  const skipped = outcomes.flatMap((outcome) => outcome.skipped);
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  if (skipped.length > 0)
    console.log(`\nSkipped:\n${skipped.map(({ name, reason }) => `  ${name}: ${reason}`).join('\n')}`);
  console.log(`\n${counts(passed, failed, skipped.length)}`);
  return failed > 0 ? 1 : 0;
}

function counts(passed: number, failed: number, skipped: number): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

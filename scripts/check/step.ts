/** One named check: a command of the workspace that succeeds or fails. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { countTests, type SkippedTest } from './count-tests.ts';

export interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** The command is vitest: its tests are counted one by one, not as one check. */
  readonly isTestRun?: boolean;
}

export interface Outcome {
  readonly name: string;
  readonly seconds: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly SkippedTest[];
  /** Both output streams as they came, without colours. */
  readonly output: string;
}

/** A command that hangs is ended, so that the other steps still get their verdict. */
const limitSeconds = 20 * 60;

/** Runs the command in the folder `root`; never rejects. */
export async function runStep(step: Step, root: string): Promise<Outcome> {
  const started = performance.now();
  const scratch = mkdtempSync(join(tmpdir(), 'linchpin-check-'));
  try {
    const report = join(scratch, 'tests.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const { succeeded, output } = await runCommand([...step.command, ...(step.isTestRun ? reporters : [])], root);
    const counts = step.isTestRun ? countTests(report, succeeded, root) : countWhole(step.name, succeeded, output);
    return { name: step.name, seconds: (performance.now() - started) / 1000, output, ...counts };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

type Counts = Pick<Outcome, 'passed' | 'failed' | 'skipped'>;

/** A step counts as one; it says that it could not be done here by a line `skipped: <reason>`. */
function countWhole(name: string, succeeded: boolean, output: string): Counts {
  if (!succeeded) return { passed: 0, failed: 1, skipped: [] };
  const reason = /^skipped: (.+)$/m.exec(output)?.[1];
  return reason === undefined
    ? { passed: 1, failed: 0, skipped: [] }
    : { passed: 0, failed: 0, skipped: [{ name, reason }] };
}

function runCommand(command: readonly string[], root: string): Promise<{ succeeded: boolean; output: string }> {
  const [program = '', ...programArguments] = command;
  const environment = {
    NO_COLOR: '1',
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
    DO_NOT_TRACK: '1',
    // Two steps, or a worker a core, run side by side: more threads of each would only wait for one another, and spin.
    OMP_NUM_THREADS: '1',
  };
  return new Promise((resolve) => {
    const child = spawn(program, programArguments, {
      cwd: root,
      env: { ...process.env, ...environment, FORCE_COLOR: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: limitSeconds * 1000,
      shell: process.platform === 'win32', // the tools in node_modules/.bin are .cmd files there
    });
    let output = '';
    const append = (chunk: string): void => {
      output += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', append);
    child.stderr.setEncoding('utf8').on('data', append);
    child.on('error', (error) => resolve({ succeeded: false, output: `${output}${program}: ${error.message}\n` }));
    child.on('close', (code, signal) => {
      const ending = signal === null ? '' : `${program} was ended by ${signal} (limit ${limitSeconds} s)\n`;
      resolve({ succeeded: code === 0, output: stripVTControlCharacters(output + ending) });
    });
  });
}

/** The command as users run it: a process of its own, with no terminal. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { repositoryRoot } from '@linchpin/testing';
import { expect } from 'vitest';

export interface Ended {
  /** Null where a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves as soon as stderr has the text; rejects where the process ends without it. */
  readonly untilStderr: (text: string) => Promise<void>;
}

/** Flags of node, to run the sources of the workspace. */
const onSources = ['-C', '@linchpin/source'] as const;

const mainFile = join(repositoryRoot, 'apps/cli/src/main.ts');

export interface StartOptions {
  /** Flags of node. */
  readonly node?: readonly string[];
  /** Working folder; that of the tests when absent. */
  readonly cwd?: string;
}

export function startLinchpin(args: readonly string[], options: StartOptions = {}): Running {
  return startNode([mainFile, ...withoutStore(args)], options);
}

/** Program and arguments, for a shell. */
export function linchpinCommand(args: readonly string[]): string[] {
  return [process.execPath, ...onSources, mainFile, ...withoutStore(args)];
}

const remembering: ReadonlySet<string> = new Set([
  'evaluate',
  'figure',
  'find',
  'perplexity',
  'reproduce',
  'sweep',
  'table',
]);

/** The arguments with `--no-store`, unless they name a store: what a test looks at must not come from an earlier one. */
export function withoutStore(args: readonly string[]): readonly string[] {
  const [command = ''] = args;
  if (!remembering.has(command) || args.includes('--store') || args.includes('--no-store')) return args;
  return [command, '--no-store', ...args.slice(1)];
}

/** Runs any script on the sources of the workspace. */
export function startNode(args: readonly string[], { node = [], cwd }: StartOptions = {}): Running {
  const child = spawn(process.execPath, [...onSources, ...node, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return {
    child,
    ended,
    async untilStderr(text) {
      const seen = new Promise<void>((resolve) => {
        child.stderr.on('data', () => {
          if (stderr.includes(text)) resolve();
        });
        if (stderr.includes(text)) resolve();
      });
      const early = ended.then((end) => Promise.reject(new Error(`ended without "${text}": ${JSON.stringify(end)}`)));
      await Promise.race([seen, early]);
    },
  };
}

export async function linchpinProcess(args: readonly string[], options: StartOptions = {}): Promise<Ended> {
  return await startLinchpin(args, options).ended;
}

/** Expects what every refusal of bad input has in common, and what the message has to say. */
export function expectRefusal({ code, stdout, stderr }: Ended, ...says: readonly string[]): void {
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^error: /m);
  for (const text of says) expect(stderr).toContain(text);
  // A trace would mean that we took the user's mistake for a bug of ours.
  expect(stderr).not.toMatch(/^\s+at /m);
}

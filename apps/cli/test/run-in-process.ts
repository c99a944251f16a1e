/** The command inside the test's own process; what it writes is caught. One at a time: the streams are those of the process. */
import process from 'node:process';
import { expect, vi } from 'vitest';
import { type EndingSignal, endingSignals } from '@linchpin/files';
import { runCommand } from '../src/run-command.ts';
import { type Ended, withoutStore } from './run-linchpin.ts';

export interface InProcessOptions {
  /** Working folder; that of the tests when absent. */
  readonly cwd?: string;
  /** Called with everything that stands on stderr, whenever more does. */
  readonly onStderr?: (written: string) => void;
}

export async function linchpin(
  args: readonly string[],
  { cwd, onStderr = () => {} }: InProcessOptions = {},
): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += String(text);
      if (stream === 'stderr') onStderr(written.stderr);
      return true;
    }),
  );
  const [before, folder] = [signalHandlers(), process.cwd()];
  try {
    if (cwd !== undefined) process.chdir(cwd);
    const code = await runCommand(withoutStore(args));
    // A handler that stays would keep a later Ctrl-C from ending the process.
    expect(signalHandlers()).toEqual(before);
    return { code, signal: null, ...written };
  } finally {
    process.chdir(folder);
    for (const spy of spies) spy.mockRestore();
  }
}

/** Gives the command a signal once stderr has the text, as Ctrl-C does by default. */
export function signalAt(text: string, signal: EndingSignal = 'SIGINT'): (written: string) => void {
  let isGiven = false;
  return (written) => {
    if (isGiven || !written.includes(text)) return;
    isGiven = true;
    process.emit(signal);
  };
}

function signalHandlers(): number[] {
  return Object.keys(endingSignals).map((signal) => process.listenerCount(signal));
}

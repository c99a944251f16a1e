/** The command inside the test's own process, for tests of many cases; what it writes is caught. */
import process from 'node:process';
import { vi } from 'vitest';
import { runCommand } from '../src/run-command.ts';
import { type Ended, withoutStore } from './run-linchpin.ts';

export async function linchpinInProcess(args: readonly string[]): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    }),
  );
  try {
    return { code: await runCommand(withoutStore(args)), signal: null, ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

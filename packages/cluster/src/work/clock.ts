/** Whether this machine's clock can be right: no number depends on it, but times that workers note are compared by people. */
import { randomUUID } from 'node:crypto';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exchangeOutOfReach } from '../errors.ts';

/** Clocks that are kept by NTP differ by milliseconds; a file server may hold back the times of files for some seconds. */
const toleratedSeconds = 60;

/** By how many seconds the clock is ahead of that of a folder's file system; 0 where they agree. */
export function clockAhead(folder: string): number {
  const probe = join(folder, `.clock-${randomUUID()}`);
  try {
    writeFileSync(probe, '');
    const ahead = (Date.now() - statSync(probe).mtimeMs) / 1000;
    return Math.abs(ahead) < toleratedSeconds ? 0 : Math.round(ahead);
  } catch (cause) {
    throw exchangeOutOfReach(folder, cause);
  } finally {
    rmSync(probe, { force: true });
  }
}

/** What is wrong with the clock; undefined where nothing is seen. */
export function clockProblem(ahead: number, planMadeAt: string): string | undefined {
  const rest = 'no number depends on it, times that are noted do';
  if (ahead !== 0) {
    return `the clock of this machine is ${Math.abs(ahead)} s ${ahead > 0 ? 'ahead of' : 'behind'} that of the shared folder; ${rest}`;
  }
  const before = (Date.parse(planMadeAt) - Date.now()) / 1000;
  return before > toleratedSeconds
    ? `the clock of this machine is ${Math.round(before)} s behind the time at which the plan was made; ${rest}`
    : undefined;
}

/** The most memory that this process held at once since it was last asked to forget: of Linux alone. */
import { readFileSync, writeFileSync } from 'node:fs';

/** Forgets what was the most so far; false where the system keeps no such number. */
export function forgetPeak(): boolean {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    return true;
  } catch {
    return false;
  }
}

/** Bytes; undefined where the system does not say. */
export function peakMemory(): number | undefined {
  try {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return kibibytes === undefined ? undefined : 1024 * Number(kibibytes);
  } catch {
    return undefined;
  }
}

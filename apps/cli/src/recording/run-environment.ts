/** Where a run takes place, and what it has cost, as its record says. */
import { cpus } from 'node:os';
import { arch, resourceUsage, version as node } from 'node:process';
import type { RunEnvironment } from '@linchpin/plugin-api';
import { engine, threadsFor } from '@linchpin/runtime';
import { codeVersion } from '../code-version.ts';
import { version } from '../version.ts';

export async function runEnvironment(threads: number | undefined): Promise<RunEnvironment> {
  return {
    version,
    commit: await codeVersion(),
    engine,
    node,
    processor: `${arch} ${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}`,
    threads: threadsFor(threads),
  };
}

/** The most memory that this process has held so far, in bytes. */
export function peakMemory(): number {
  return 1024 * resourceUsage().maxRSS;
}

/** Where a run takes place, and what it has cost, as its record says. */
import { cpus } from 'node:os';
import { arch, resourceUsage, version as node } from 'node:process';
import type { RunEnvironment } from '@linchpin/plugin-api';
import { plainSession } from '@linchpin/runtime';
import { codeVersion, version } from '../code-version.ts';

export async function runEnvironment(threadsAsked: number | undefined): Promise<RunEnvironment> {
  const { engine, threads } = plainSession({ threads: threadsAsked });
  return {
    version,
    commit: await codeVersion(),
    engine,
    node,
    processor: `${arch} ${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}`,
    threads,
  };
}

/** The most memory that this process has held so far, in bytes. */
export function peakMemory(): number {
  return 1024 * resourceUsage().maxRSS;
}

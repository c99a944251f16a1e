/** Where a run takes place, and what it has cost, as its record says. */
import { cpus } from 'node:os';
import { arch, resourceUsage, version as node } from 'node:process';
import type { ModelSettings } from '@linchpin/execution';
import type { RunEnvironment } from '@linchpin/plugin-api';
import { plainSession } from '@linchpin/runtime';

/** Which code makes the numbers of a run. */
export type CodeIdentity = Pick<RunEnvironment, 'version' | 'commit'>;

export function runEnvironment(code: CodeIdentity, asked: Pick<ModelSettings, 'device' | 'threads'>): RunEnvironment {
  const { engine, threads } = plainSession(asked);
  return {
    version: code.version,
    commit: code.commit,
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

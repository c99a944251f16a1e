/** Where a run takes place, and what it has cost, as its record says. */
import { hostname } from 'node:os';
import { resourceUsage, version as node } from 'node:process';
import { type ModelSettings, processorName } from '@linchpin/execution';
import type { RunEnvironment } from '@linchpin/plugin-api';
import type { Origin } from '@linchpin/run-store';
import { describeProcessor, plainSession } from '@linchpin/runtime';

/** Which code makes the numbers of a run. */
export type CodeIdentity = Pick<RunEnvironment, 'version' | 'commit'>;

export function runEnvironment(code: CodeIdentity, asked: Pick<ModelSettings, 'device' | 'threads'>): RunEnvironment {
  const { engine, threads } = plainSession(asked);
  return {
    version: code.version,
    commit: code.commit,
    engine,
    node,
    processor: processorName(),
    threads,
  };
}

/** What is noted beside every batch that is computed. */
export function originOf(settings: Pick<ModelSettings, 'device' | 'threads'>, version: string): Origin {
  const { engine, threads, device } = plainSession(settings);
  const { features } = describeProcessor();
  return {
    host: hostname(),
    processor: processorName(),
    ...(features === null ? {} : { features }),
    threads,
    device,
    engine,
    node,
    version,
  };
}

/** The most memory that this process has held so far, in bytes. */
export function peakMemory(): number {
  return 1024 * resourceUsage().maxRSS;
}

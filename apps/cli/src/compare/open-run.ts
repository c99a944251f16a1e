/** A recorded run by what a user calls it. */
import { statSync } from 'node:fs';
import type { RecordedRun } from '@linchpin/plugin-api';
import { readRunFile } from '@linchpin/run-store';
import type { StoreFlags } from '../flags.ts';
import { runLogOf } from '../runs/run-log-of.ts';

/** The run of an export file, where the name is that of a file; else that of the store. */
export async function openRun(name: string, flags: Pick<StoreFlags, 'store'>): Promise<RecordedRun> {
  if (statSync(name, { throwIfNoEntry: false })?.isFile() === true) return readRunFile(name);
  return (await runLogOf(flags)).read(name);
}

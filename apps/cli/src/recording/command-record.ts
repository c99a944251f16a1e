/** The record of the command at work: begun when its first part is about to be computed, ended with the command. */
import type { EndedStatus, RunRecorder } from '@linchpin/run-store';
import type { ModelFlags, OutputFlags } from '../flags.ts';
import { remark } from '../remark.ts';
import { storeOf } from '../store/open-stores.ts';
import { defaultStore } from '../store/store-flags.ts';
import { noRecord, recordInto, type RunRecord } from './run-record.ts';

/** What the record of a command depends on. */
type RecordFlags = Pick<ModelFlags, 'store' | 'threads'> & OutputFlags;

interface CommandRecord {
  readonly recorder: RunRecorder;
  readonly run: RunRecord;
  readonly flags: RecordFlags;
  matrixSpeed?: number;
}

let command: readonly string[] = [];
let record: CommandRecord | undefined;

/** Says which command line a run belongs to, should one begin. */
export function noteCommand(args: readonly string[]): void {
  command = args;
}

/** The record of the command's run, which a first call begins; one of nothing where there is no store. */
export async function recordOf(flags: RecordFlags): Promise<RunRecord> {
  if (record !== undefined) return record.run;
  const store = await storeOf(flags);
  if (store === undefined) return noRecord;
  // Imported here: a command without a record must not wait for onnxruntime.
  const { runEnvironment } = await import('./run-environment.ts');
  const recorder = store.runs.begin(command, await runEnvironment(flags.threads));
  record = { recorder, run: recordInto(recorder), flags };
  return record.run;
}

/** Adds the speed of a plain matrix product, in GFLOP/s, to the record of the run at work. */
export function noteMatrixSpeed(speed: number): void {
  if (record !== undefined) record.matrixSpeed = speed;
}

/** Ends the run, where one has begun; gives its id. */
export async function endRecord(status: EndedStatus): Promise<string | undefined> {
  if (record === undefined) return undefined;
  const { recorder, flags, matrixSpeed } = record;
  record = undefined;
  const { peakMemory } = await import('./run-environment.ts');
  recorder.finish(status, { peakMemory: peakMemory(), ...(matrixSpeed === undefined ? {} : { matrixSpeed }) });
  const store = flags.store === defaultStore ? '' : ` --store ${String(flags.store)}`;
  remark(`Run ${recorder.id}: \`linchpin show ${recorder.id}${store}\` shows what was asked and answered.`, flags);
  return recorder.id;
}

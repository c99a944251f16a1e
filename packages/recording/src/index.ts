export type { WrittenItem } from './recorded-item.ts';
export type { CodeIdentity } from './run-environment.ts';
export type { PartRecord, RunRecord } from './run-record.ts';
export { type RunOrigin, RunRecording } from './run-recording.ts';
export { SampleFile, type SampleOrigin } from './sample-file.ts';

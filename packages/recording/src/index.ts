export type { WrittenItem } from './recorded-item.ts';
export { firstOf } from './first-of.ts';
export { type CodeIdentity, originOf } from './run-environment.ts';
export type { PartRecord, RunRecord } from './run-record.ts';
export { type RunOrigin, RunRecording } from './run-recording.ts';
export { SampleFile, type SampleOrigin } from './sample-file.ts';

export { findDataset, type FoundDataset, miniFolder, selfGeneratedFile } from './find-dataset.ts';
export { type FileIdentity, identifyFile } from './identify-file.ts';
export type { JsonObject, JsonValue } from './json-object.ts';
export { type KnownFile, knownFiles } from './known-files.ts';
export { type CandidateFile, type DatasetEntry, type FileForm, manifest } from './manifest.ts';
export { type DataRow, readRows } from './read-rows.ts';
export {
  openTextFile,
  parseTextFileName,
  readText,
  type TextFile,
  type TextFileName,
  type TextForm,
} from './text-file.ts';

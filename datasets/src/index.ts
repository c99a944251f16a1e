export { ContentDigest } from './content-digest.ts';
export { dataNotes } from './data-notes.ts';
export { type DataSource, folderSource, hubSource } from './data-source.ts';
export {
  datasetNames,
  type DatasetOrigin,
  findDataset,
  type FoundDataset,
  miniFolder,
  selfGeneratedFile,
} from './find-dataset.ts';
export { fetchDataset, findCachedDataset, type HubDatasetOptions } from './hub/hub-dataset.ts';
export { verifyDataset, type VerifiedDataset } from './hub/verify-dataset.ts';
export { type FileIdentity, identifyFile } from './identify-file.ts';
export type { JsonObject, JsonValue } from './json-object.ts';
export { type KnownData, knownData } from './known-data.ts';
export type { CandidateFile, DatasetEntry, FileForm } from './dataset-entry.ts';
export { manifest } from './manifest.ts';
export { type MmluSubject, mmluSubjects } from './mmlu-entries.ts';
export { type DataRow, readRows, readTextRows } from './read-rows.ts';
export { parseTextFileName, type TextFileName, type TextForm } from './text-file-name.ts';
export { openTextFile, readText, type TextFile } from './text-file.ts';
export { wikitextRow } from './wikitext-rows.ts';

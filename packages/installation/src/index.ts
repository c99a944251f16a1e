export type { CheckedData } from './data-files.ts';
export { type Findings, type Inspected, inspectInstallation } from './findings.ts';
export { findingsInWords } from './findings-in-words.ts';
export type { FolderSize } from './folder-size.ts';
export { type ListedData, listDataFiles } from './list-data-files.ts';
export type { Processor } from '@linchpin/runtime';

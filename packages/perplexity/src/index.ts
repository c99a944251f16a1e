export { c4, type C4Options, drawSegments, type Segment } from './c4.ts';
export {
  type CorpusFile,
  openCorpusFile,
  readCorpusFile,
  readDocuments,
  readWikitext,
  textsOf,
} from './corpus-file.ts';
export { DocumentFile } from './document-file.ts';
export type { Documents } from './documents.ts';
export { readText as readTextFile } from '@linchpin/datasets';
export { textWindows } from './consecutive-windows.ts';
export { idsDigest } from './digests.ts';
export { joinedDocuments } from './joined-documents.ts';
export { keptWindows } from './kept-windows.ts';
export { onePerDocument } from './one-per-document.ts';
export {
  perplexityOf,
  type PerplexityOptions,
  type PerplexityResult,
  sweepPerplexity,
  type WindowScore,
} from './perplexity-of.ts';
export {
  type DocumentScore,
  type StridedOptions,
  stridedPerplexity,
  type StridedResult,
  type StridedWindow,
} from './strided-perplexity.ts';
export { textOfFile, type TextReading } from './text-reading.ts';
export { layOutWindows, type WindowBos, type WindowLayout, type WindowOptions } from './window-layout.ts';
export { type LeftOut, type WindowedText } from './windowed-text.ts';
export { wikitext2, type Wikitext2Options } from './wikitext2.ts';

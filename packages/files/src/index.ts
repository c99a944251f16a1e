export { makeFolders } from './make-folders.ts';
export { type ReplacedFolders, type WholeFolder, writeWholeFolder } from './whole-folder.ts';
export { withTemporary } from './with-temporary.ts';
export { type Ending, endingSignals, type EndingSignal, neverEnding, takeSignals } from './signals.ts';

export { makeFolders } from './make-folders.ts';
export { withTemporary } from './with-temporary.ts';
export { type Ending, endingSignals, type EndingSignal, neverEnding, takeSignals } from './signals.ts';

export { makeFolders } from './make-folders.ts';
export { withTemporary } from './with-temporary.ts';

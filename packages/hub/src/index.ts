export { findSnapshot, type HubRepository, identifySnapshot, repositoryFolder } from './cache.ts';
export { cacheFolder, type Environment, isOffline } from './environment.ts';
export { hubOffline, type Wanted } from './errors.ts';
export { checkCachedFile, type DownloadProgress } from './fetch-file.ts';
export { type HubRevision, openRevision, type RevisionRequest } from './open-revision.ts';

export { describeShared, repositoryRoot, sharedPath, sharedRoot } from './shared-files.ts';

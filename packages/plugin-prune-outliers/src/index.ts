export { paperFraction, pruneOutliers, type PruneOutliersOptions } from './prune-outliers.ts';
export { plugin } from './plugin.ts';

export { paperFraction, pruneOutliers, type PruneOutliersOptions } from './prune-outliers.ts';

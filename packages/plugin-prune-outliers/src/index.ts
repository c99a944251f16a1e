export {
  numberSelected,
  paperCount,
  paperFraction,
  pruneOutliers,
  type PruneOutliersOptions,
} from './prune-outliers.ts';
export { plugin } from './plugin.ts';

// Written by scripts/generate-indexes.ts from the files of @linchpin/plugin-*. Do not edit.
import type { InterventionPlugin } from '@linchpin/plugin-api';
import { plugin as pruneOutliers } from '@linchpin/plugin-prune-outliers';
import { plugin as pruneSuperWeight } from '@linchpin/plugin-prune-super-weight';
import { plugin as restoreSuperActivation } from '@linchpin/plugin-restore-super-activation';

export const plugins: readonly InterventionPlugin[] = [pruneOutliers, pruneSuperWeight, restoreSuperActivation];

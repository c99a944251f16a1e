// Written by scripts/generate-indexes.ts from the files of @linchpin/plugin-*. Do not edit.
import type { InterventionPlugin } from '@linchpin/plugin-api';
import { plugin as amplify } from '@linchpin/plugin-amplify';
import { plugin as full } from '@linchpin/plugin-full';
import { plugin as lora } from '@linchpin/plugin-lora';
import { plugin as pruneOutliers } from '@linchpin/plugin-prune-outliers';
import { plugin as pruneSuperWeight } from '@linchpin/plugin-prune-super-weight';
import { plugin as quantize } from '@linchpin/plugin-quantize';
import { plugin as quantizeBlocks } from '@linchpin/plugin-quantize-blocks';
import { plugin as quantizeWeights } from '@linchpin/plugin-quantize-weights';
import { plugin as restoreSuperActivation } from '@linchpin/plugin-restore-super-activation';
import { plugin as smt } from '@linchpin/plugin-smt';

export const plugins: readonly InterventionPlugin[] = [
  amplify,
  full,
  lora,
  pruneOutliers,
  pruneSuperWeight,
  quantize,
  quantizeBlocks,
  quantizeWeights,
  restoreSuperActivation,
  smt,
];

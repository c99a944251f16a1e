/** What flags say, as options of the harness: converted here, and nowhere else. */
import type { HarnessOptions, MadeChain, OpenOptions } from '@linchpin/harness';
import { calibrationUnused, superWeightUnused } from './errors.ts';
import { type CalibrationFlags, calibrationFlags, flagName, type HarnessFlags, type ModelFlags } from './flags.ts';

/** The fields that are there: an absent flag is an absent option. */
export function given<Options extends object>(
  options: Options,
): { [Name in keyof Options]?: Exclude<Options[Name], undefined> } {
  const there = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as { [Name in keyof Options]?: Exclude<Options[Name], undefined> };
}

export function harnessOptions(flags: HarnessFlags): HarnessOptions {
  const { cache: encodedFolder, store, fresh, verify, datasets, device, stages, dtype } = flags;
  const { threads, castWeights, execution, batchTokens } = flags;
  const sessions = { device, stages, dtype, threads, castWeights, execution, batchTokens };
  return given({ store, fresh, verify, datasets, encodedFolder, ...sessions });
}

export function openOptions(flags: Pick<ModelFlags, 'superWeight' | keyof CalibrationFlags>): OpenOptions {
  const { calibration: source, calibrationSamples: samples, calibrationTokens: tokens, saveCalibration: save } = flags;
  return {
    ...given({ superWeights: flags.superWeight }),
    calibration: given({ source, samples, tokens, save }),
  };
}

/** Flags that no intervention of any chain makes use of are refused: they would look like interventions without effect. */
export function requireUsed(
  chains: readonly MadeChain[],
  flags: Pick<ModelFlags, 'superWeight' | keyof CalibrationFlags>,
): void {
  if (flags.superWeight !== undefined && !chains.some(({ uses }) => uses.superWeights))
    throw superWeightUnused(flags.superWeight);
  const idle = calibrationFlags.find((flag) => flags[flag] !== undefined);
  if (idle !== undefined && !chains.some(({ uses }) => uses.calibration)) throw calibrationUnused(flagName(idle));
}

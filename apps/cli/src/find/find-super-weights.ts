/** The whole search on one checkpoint: spikes, effects, and the guess from the weights where it is asked for. */
import {
  type CandidateRule,
  coldScores,
  type ColdScore,
  type Confirmation,
  type ConfirmationOptions,
  confirmByEffect,
  type DetectionRound,
  detectSuperWeights,
  type MeasuredCandidate,
  relativeRule,
} from '@linchpin/detection';
import { createProgress } from '../progress.ts';
import type { HashedCheckpoint } from '../hashed-checkpoint.ts';
import { CheckpointProbe, type ProbeOptions } from './checkpoint-probe.ts';
import { mlpMatrices } from './mlp-matrices.ts';

export interface FindOptions extends Omit<ProbeOptions, 'onAnswer'> {
  readonly rule?: CandidateRule;
  /** Most candidates; default 10. */
  readonly limit?: number;
  readonly confirmation?: ConfirmationOptions;
  /** Whether to guess from the weights alone, too. */
  readonly cold?: boolean;
  readonly signal: AbortSignal;
  readonly quiet?: true;
}

export interface Finding {
  readonly rule: CandidateRule;
  /** The first is of the unedited model. */
  readonly rounds: readonly DetectionRound[];
  readonly confirmation: Confirmation;
  /** The candidates that have an effect. */
  readonly superWeights: readonly MeasuredCandidate[];
  /** Best first; absent where not asked for. */
  readonly cold?: readonly ColdScore[];
}

const defaultLimit = 10;
const defaultControls = 5;

export async function findSuperWeights(checkpoint: HashedCheckpoint, options: FindOptions): Promise<Finding> {
  const { rule = relativeRule, limit = defaultLimit, signal, quiet, cold = false } = options;
  const { layers } = checkpoint.config;
  const progress = createProgress(quiet === true ? { quiet } : {}, { parts: cold ? 3 : 2, signal });
  const probe = (onAnswer: () => void): CheckpointProbe => new CheckpointProbe(checkpoint, { ...options, onAnswer });
  const rounds = await progress.part('spikes', limit + 1, (step) => detectSuperWeights(probe(step), { rule, limit }));
  const candidates = rounds.flatMap(({ found }) => found ?? []);
  const controls = options.confirmation?.controls ?? defaultControls;
  const questions = 2 + candidates.length * (1 + controls);
  const confirmation = await progress.part('effects', questions, (step) =>
    confirmByEffect(probe(step), candidates, { ...options.confirmation, controls }),
  );
  return {
    rule,
    rounds,
    confirmation,
    superWeights: confirmation.candidates.filter(({ isConfirmed }) => isConfirmed),
    ...(cold
      ? { cold: await progress.part('weights', layers, (step) => coldScores(mlpMatrices(checkpoint), step)) }
      : {}),
  };
}

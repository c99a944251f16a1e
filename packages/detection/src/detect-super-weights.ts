/**
 * The paper's search (arXiv 2411.07191, section 3.1): find a scalar that explains an output spike, set it to zero, look
 * again. It ends when no output spike is left that one scalar explains: the input spike lies upstream of the scalar and
 * stays, so that looking at it would list row after row of the same column.
 */
import { type Candidate, type CandidateRule, findCandidate, relativeRule } from './candidate-rule.ts';
import type { LayerSpikes } from './layer-spikes.ts';
import type { ModelProbe } from './model-probe.ts';

export interface DetectionOptions {
  readonly rule?: CandidateRule;
  /** Most rounds that may find something; default 10. */
  readonly limit?: number;
}

export interface DetectionRound {
  /** With the candidates of the rounds before at zero. */
  readonly profile: readonly LayerSpikes[];
  /** Undefined in the last round, unless the limit ended the search. */
  readonly found: Candidate | undefined;
}

/** At least one round; the first profile is that of the unedited model. */
export async function detectSuperWeights(
  probe: Pick<ModelProbe, 'profile'>,
  { rule = relativeRule, limit = 10 }: DetectionOptions = {},
): Promise<readonly DetectionRound[]> {
  const rounds: DetectionRound[] = [];
  const found: Candidate[] = [];
  do {
    const profile = await probe.profile(found);
    const candidate = findCandidate(profile, rule);
    rounds.push({ profile, found: candidate });
    if (candidate === undefined) break;
    found.push(candidate);
  } while (found.length < limit);
  return rounds;
}

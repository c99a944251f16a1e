/**
 * The paper's search (arXiv 2411.07191, section 3.1): find a scalar that explains an output spike, set it to zero, look
 * again. It ends when no output spike is left that one scalar explains: the input spike lies upstream of the scalar and
 * stays, so that looking at it would list row after row of the same column. Without a limit every layer that spikes is
 * noted before its cause is pruned: what an earlier weight drives may matter by itself, and one that masks another too.
 */
import { type Candidate, type CandidateRule, findCandidates, relativeRule } from './candidate-rule.ts';
import type { LayerSpikes } from './layer-spikes.ts';
import type { ModelProbe } from './model-probe.ts';

export interface DetectionOptions {
  readonly rule?: CandidateRule;
  /** Most candidates; default 10. Where it is Infinity, a round takes one of every layer that has one, and not the first alone. */
  readonly limit?: number;
}

export interface DetectionRound {
  /** With the candidates of the rounds before at zero. */
  readonly profile: readonly LayerSpikes[];
  /** None in the last round, unless the limit ended the search. */
  readonly found: readonly Candidate[];
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
    const candidates = findCandidates(profile, rule);
    const taken = limit === Infinity ? candidates : candidates.slice(0, 1);
    rounds.push({ profile, found: taken });
    if (taken.length === 0) break;
    found.push(...taken);
  } while (found.length < limit);
  return rounds;
}

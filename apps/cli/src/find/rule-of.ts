import { absoluteRule, type CandidateRule, relativeRule, type SpikeThreshold } from '@linchpin/detection';
import type { FindFlags } from './find-flags.ts';

/** The rule that flags name, with the thresholds that they give in the place of its own. */
export function ruleOf({ rule, inputAbove, outputAbove, explained }: FindFlags): CandidateRule {
  const base = rule === 'absolute' ? absoluteRule : relativeRule;
  return {
    ...base,
    input: thresholdOf(inputAbove, base.input),
    output: thresholdOf(outputAbove, base.output),
    explained: explained ?? base.explained,
  };
}

function thresholdOf(above: number | undefined, otherwise: SpikeThreshold): SpikeThreshold {
  return above === undefined ? otherwise : { above };
}

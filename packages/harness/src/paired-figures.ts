/** The figures of a paired comparison: added up batch by batch, and as rows of the long CSV. */
import { compose, type OpenedPair } from '@linchpin/execution';
import { type Estimate, type PairedComparison, PairedTally } from '@linchpin/metrics';
import type { PackedBatch, ResultRow } from '@linchpin/plugin-api';
import type { PairedOutput } from '@linchpin/runtime';

/** Those of a variant, of the tokens that were scored since the last restart. */
export class PairedFigures {
  #tally = new PairedTally();

  restart(): void {
    this.#tally = new PairedTally();
  }

  /** Every target of the batch counts as a token. */
  add({ targetRows }: PackedBatch, { divergences, greedyIds, logProbabilities, reference }: PairedOutput): void {
    targetRows.forEach((scored, target) =>
      this.#tally.add({
        klDivergence: divergences[scored]!,
        isSameTop: greedyIds[scored] === reference.greedyIds[scored],
        logProbability: logProbabilities[target]!,
        referenceLogProbability: reference.logProbabilities[target]!,
      }),
    );
  }

  figures(): PairedComparison {
    return this.#tally.finish();
  }
}

/** An executor whose batches are added to the figures. */
export function comparing(executor: OpenedPair, figures: PairedFigures): OpenedPair {
  return compose(executor, (run) => async (batch) => {
    const output = await run(batch);
    figures.add(batch, output);
    return output;
  });
}

/** Names of the figures in the long CSV; what each is stands in `paired-comparison.ts` of metrics. */
const metrics: Readonly<Record<Exclude<keyof PairedComparison, 'tokens'>, string>> = {
  klDivergence: 'kl_divergence',
  sameTop: 'same_top',
  deltaP: 'delta_p',
  deltaPRms: 'delta_p_rms',
  perplexityRatio: 'perplexity_ratio',
};

/** One row a figure, with the provenance of a number that was computed on the same tokens. */
export function pairedRows(number: ResultRow, { tokens, ...figures }: PairedComparison): ResultRow[] {
  return Object.entries(figures).map(([figure, { value, standardError }]: [string, Estimate]) => ({
    ...number,
    metric: metrics[figure as keyof typeof figures],
    value,
    standardError,
    items: tokens,
    correct: null,
    published: null,
  }));
}

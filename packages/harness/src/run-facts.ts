/** What all rows of one run have in common. */
import type { AppliedChain } from '@linchpin/execution';
import type { BosRule, LanguageModel, ResultRow, ScoringCost } from '@linchpin/plugin-api';
import type { SessionSettings } from '@linchpin/runtime';
import { codeVersion } from './code-version.ts';
import type { OpenedModel } from './open-model.ts';

export type RunFacts = Pick<ResultRow, 'model' | 'modelSha256' | 'contextLength' | 'dtype' | 'commit' | 'head'>;

export async function runFacts(opened: OpenedModel): Promise<RunFacts> {
  const [modelSha256, commit] = await Promise.all([opened.checkpoint.contentHash(), codeVersion()]);
  const stored = new Set([...opened.tensors.values()].map((tensor) => tensor.dtype));
  return {
    model: opened.name,
    modelSha256,
    contextLength: opened.config.contextLength,
    dtype: [...stored].toSorted().join('+'),
    commit,
    ...(opened.head === undefined ? {} : { head: opened.head }),
  };
}

/** A model that is scored: what its rows say of interventions, and how its session is opened. */
export interface ScoredModel extends AppliedChain {
  readonly settings: SessionSettings;
}

/** What was chosen when the session was opened, as rows have it. */
export function settingsFacts({
  settings: { device, engine, threads, castWeights, stages },
}: ScoredModel): Pick<ResultRow, 'device' | 'engine' | 'threads' | 'castWeights' | 'stages'> {
  return { engine, device, threads, castWeights, ...(stages === undefined ? {} : { stages }) };
}

export type Cost = Pick<ResultRow, 'tokensAsked' | 'tokensComputed' | 'seconds'>;

type Scored = Pick<LanguageModel, 'cost'>;

/** What one part of a run has cost: the difference of two readings of a model's cost, and the seconds between. */
export class CostMeter {
  readonly #model: Scored;
  readonly #before: ScoringCost;
  readonly #start: number = performance.now();

  constructor({ model }: { readonly model: Scored }) {
    this.#model = model;
    this.#before = { ...model.cost };
  }

  read(): Cost {
    const { cost } = this.#model;
    return {
      tokensAsked: cost.tokensAsked - this.#before.tokensAsked,
      tokensComputed: cost.tokensComputed - this.#before.tokensComputed,
      seconds: (performance.now() - this.#start) / 1000,
    };
  }
}

/** Whether a BOS begins the requests, in words that a row records. */
export function bosInWords(rule: BosRule, { tokenizer }: OpenedModel): string {
  return rule === 'tokenizer' ? `tokenizer (${tokenizer.addsBos ? 'always' : 'never'})` : rule;
}

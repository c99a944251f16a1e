/** The bootstrap behind a perplexity's standard error, such that the store is asked first: it costs seconds a row. */
import { createHash } from 'node:crypto';
import type { Bootstrap } from '@linchpin/evaluator';
import { bootstrapPerplexityError } from '@linchpin/metrics';
import type { RunContext } from './run-context.ts';

/** Raised whenever equal log-likelihoods can give another number. */
const version = 1;

export async function rememberedBootstrap({
  openStore,
  fresh,
}: Pick<RunContext, 'openStore' | 'fresh'>): Promise<Bootstrap> {
  const store = await openStore();
  if (store === undefined) return bootstrapPerplexityError;
  return (logLikelihoods, replicates) => {
    const key = createHash('sha256')
      .update(`bootstrap of a perplexity ${version} ${replicates}\n`)
      .update(new Uint8Array(Float64Array.from(logLikelihoods).buffer))
      .digest();
    const known = fresh ? undefined : store.numbers.get(key);
    if (known !== undefined) return known;
    const value = bootstrapPerplexityError(logLikelihoods, replicates);
    store.numbers.put(key, value);
    return value;
  };
}

/** The bootstrap behind a perplexity's standard error, such that the store is asked first: it costs seconds a row. */
import { createHash } from 'node:crypto';
import type { Bootstrap } from '@linchpin/evaluator';
import { bootstrapPerplexityError } from '@linchpin/metrics';
import type { ModelFlags } from '../flags.ts';
import { storeOf } from './open-stores.ts';

/** Raised whenever equal log-likelihoods can give another number. */
const version = 1;

export async function rememberedBootstrap(flags: ModelFlags): Promise<Bootstrap> {
  const store = await storeOf(flags);
  if (store === undefined) return bootstrapPerplexityError;
  return (logLikelihoods, replicates) => {
    const key = createHash('sha256')
      .update(`bootstrap of a perplexity ${version} ${replicates}\n`)
      .update(new Uint8Array(Float64Array.from(logLikelihoods).buffer))
      .digest();
    const known = flags.fresh === true ? undefined : store.numbers.get(key);
    if (known !== undefined) return known;
    const value = bootstrapPerplexityError(logLikelihoods, replicates);
    store.numbers.put(key, value);
    return value;
  };
}

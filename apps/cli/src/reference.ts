/** The chain that `--reference` names, made for a model; absent where nothing is asked for. */
import { namedChain, readReference } from '@linchpin/config';
import type { Harness, MadeChain, OpenedModel } from '@linchpin/harness';
import { openRun, type RunStore } from '@linchpin/run-store';
import { noStore } from './errors.ts';
import type { Invocation } from './invocation.ts';

export async function referenceOf(
  texts: readonly string[] | undefined,
  { model, harness, config }: Pick<Invocation, 'config'> & { readonly model: OpenedModel; readonly harness: Harness },
): Promise<MadeChain | undefined> {
  if (texts === undefined) return undefined;
  const store = await harness.context.openStore();
  const reference = await readReference(texts, {
    known: harness.plugins.map(({ name }) => name),
    chainOf: (name) => namedChain(name, config?.config ?? {}),
    openRun: (name) => openRun(name, () => runsOf(store)),
    modelSha256: () => model.checkpoint.contentHash(),
  });
  const chain = await harness.chain(model, reference.interventions, reference.label);
  reference.requireSame(chain.interventions);
  return chain;
}

function runsOf(store: RunStore | undefined): RunStore['runs'] {
  if (store === undefined) throw noStore(false);
  return store.runs;
}

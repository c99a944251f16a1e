/** The largest entries of every layer's activations on one prompt, for the figures that show them. */
import { largestEntry } from '@linchpin/detection';
import { sequenceBatch } from '@linchpin/evaluator';
import { layingOptions, openExecutor, type RunContext } from '@linchpin/execution';
import type { OpenedModel } from '@linchpin/harness';
import { layCheckpoint, mlpOutput } from '@linchpin/models';
import type { Intervention } from '@linchpin/plugin-api';

/** Signed values, one a layer. */
export interface LayerMaxima {
  readonly input: readonly number[];
  readonly output: readonly number[];
  /** Of what leaves the whole layer. */
  readonly layer: readonly number[];
}

type MaximaModel = Pick<OpenedModel, 'family' | 'config' | 'tensors' | 'checkpoint'>;

export interface MaximaRun {
  readonly prompt: readonly number[];
  readonly context: RunContext;
}

/** Runs the prompt once under a chain of interventions. */
export async function layerMaxima(
  model: MaximaModel,
  interventions: readonly Intervention[],
  { prompt, context }: MaximaRun,
): Promise<LayerMaxima> {
  context.signal.throwIfAborted();
  const sites = Array.from({ length: model.config.layers }, (_, layer) => sitesOf(model, layer));
  const readSites = sites.flatMap(({ input, output, layer }) => [input, output, layer]);
  const decoder = await layCheckpoint(model, { interventions, readSites, ...layingOptions(context) });
  const { checkpoint } = model;
  const executor = await openExecutor(decoder, { checkpoint, chain: { interventions }, context });
  try {
    const last = Int32Array.of(prompt.length - 1);
    const { activations } = await executor.run(sequenceBatch(prompt, { tokens: last, ids: Int32Array.of(0) }));
    const largest = (site: string): number => {
      const values = activations.get(site)!;
      return largestEntry(values, values.length / prompt.length, site).value;
    };
    return {
      input: sites.map(({ input }) => largest(input)),
      output: sites.map(({ output }) => largest(output)),
      layer: sites.map(({ layer }) => largest(layer)),
    };
  } finally {
    await executor.release();
  }
}

function sitesOf(
  model: MaximaModel,
  layer: number,
): { readonly input: string; readonly output: string; readonly layer: string } {
  const module = mlpOutput(model, { layer }).replace(/\.weight$/, '');
  return {
    input: `${module}.input`,
    output: `${module}.output`,
    layer: `${model.family.layerModule(model.config, layer)}.output`,
  };
}

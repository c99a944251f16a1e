/** A checkpoint as detection looks at it: a session for every profile, and one for all losses. */
import { internalError } from '@linchpin/errors';
import { nextTokens, sequenceBatch } from '@linchpin/evaluator';
import {
  createContext,
  type ExecutionParts,
  float32Laying,
  type HashedCheckpoint,
  openExecutor,
  openParameters,
  type RunContext,
} from '@linchpin/execution';
import { layCheckpoint, type LayOptions, mlpOutput, mlpPlaces, readerOf, type TensorReader } from '@linchpin/models';
import {
  type BatchOutput,
  formatSuperWeight,
  type Intervention,
  type MlpPlace,
  type SuperWeight,
} from '@linchpin/plugin-api';
import { pruneSuperWeight } from '@linchpin/plugin-prune-super-weight';
import type { StoredTensor } from '@linchpin/safetensors';
import { type LayerSpikes, measureSpikes } from './layer-spikes.ts';
import type { ModelProbe, WeightChange } from './model-probe.ts';
import type { Spike } from './spike.ts';

export interface ProbeOptions {
  /** Token ids of the prompt whose activations are looked at, and of the text whose loss is measured. */
  readonly prompt: readonly number[];
  readonly text: readonly number[];
  /** How the model is run, and where it is remembered what it gave; nowhere when absent. */
  readonly context?: RunContext;
  /** Called after every question. */
  readonly onAnswer?: () => void;
}

export class CheckpointProbe implements ModelProbe {
  readonly #checkpoint: HashedCheckpoint;
  readonly #options: ProbeOptions;
  readonly #reader: TensorReader;
  readonly #context: RunContext;

  constructor(checkpoint: HashedCheckpoint, options: ProbeOptions) {
    this.#checkpoint = checkpoint;
    this.#reader = readerOf(checkpoint);
    this.#options = options;
    this.#context = options.context ?? createContext();
  }

  async profile(pruned: readonly SuperWeight[]): Promise<readonly LayerSpikes[]> {
    const projections = [...mlpPlaces(this.#checkpoint).values()].map((place) => this.#projection(place));
    const { activations } = await this.#run(this.#options.prompt, {
      interventions: [pruneSuperWeight({ weights: pruned })],
      readSites: projections.flatMap(sitesOf),
    });
    const profile: LayerSpikes[] = [];
    for (const projection of projections) {
      const [input, output, tokens] = sitesOf(projection).map((site) => activations.get(site)!);
      // An expert that no token was sent to has no spikes.
      if (input!.length === 0) continue;
      const { place, module, tensor } = projection;
      const spikes = await measureSpikes({
        place,
        module,
        shape: this.shape(place),
        input: input!,
        output: output!,
        readRow: async (row) => await readPrunedRow(this.#reader, tensor, { place, row, pruned }),
      });
      profile.push(tokens === undefined ? spikes : ofTokens(spikes, tokens));
    }
    return profile;
  }

  async losses(edits: readonly (readonly WeightChange[])[]): Promise<readonly number[]> {
    const { text, onAnswer } = this.#options;
    const scalars = await this.#scalars(edits.flat());
    const interventions = [scaleScalars(scalars)];
    const decoder = await layCheckpoint(this.#checkpoint, { interventions, ...float32Laying(this.#context) });
    const model = await openParameters(decoder, this.#parts(interventions));
    try {
      const losses: number[] = [];
      for (const changes of edits) {
        this.#context.signal.throwIfAborted();
        const factors = new Map(scalars.map((scalar) => [nameOf(scalar), factorOf(scalar, changes)]));
        const { logProbabilities } = await model.run(sequenceBatch(text, nextTokens(text)), factors);
        losses.push(-logProbabilities.reduce((sum, value) => sum + value, 0) / logProbabilities.length);
        onAnswer?.();
      }
      return losses;
    } finally {
      await model.release();
    }
  }

  /** The scalars that are changed, each once, with what the checkpoint has there. */
  async #scalars(changes: readonly WeightChange[]): Promise<Scalar[]> {
    const distinct = new Map(changes.map((change) => [formatSuperWeight(change), change]));
    const scalars: Scalar[] = [];
    for (const { change, ...at } of distinct.values()) {
      const value = (await this.#reader.readRows(this.#projection(at).tensor, at.row, 1))[at.column]!;
      // Nothing comes of scaling a zero: while it is not changed it is a zero all the same, times 0.
      scalars.push({ ...at, base: value === 0 ? change : value, isZero: value === 0 });
    }
    return scalars;
  }

  shape(place: MlpPlace): readonly [number, number] {
    const { shape, name } = this.#projection(place).tensor;
    const [rows, columns] = shape;
    if (rows === undefined || columns === undefined) throw internalError(`${name} is no matrix`);
    return [rows, columns];
  }

  #projection(place: MlpPlace): Projection {
    const name = mlpOutput(this.#checkpoint, place);
    const tensor = this.#checkpoint.tensors.get(name);
    if (tensor === undefined) throw internalError(`the checkpoint has no ${name}`);
    return { place, module: name.replace(/\.weight$/, ''), tensor };
  }

  #parts(interventions: readonly Intervention[]): ExecutionParts {
    const { checkpoint } = this.#checkpoint;
    return { checkpoint, chain: { interventions }, context: this.#context };
  }

  async #run(ids: readonly number[], lay: ProfileOptions): Promise<BatchOutput> {
    this.#context.signal.throwIfAborted();
    const decoder = await layCheckpoint(this.#checkpoint, { ...lay, ...float32Laying(this.#context) });
    const executor = await openExecutor(decoder, this.#parts(lay.interventions));
    try {
      return await executor.run(sequenceBatch(ids, nextTokens(ids)));
    } finally {
      await executor.release();
      this.#options.onAnswer?.();
    }
  }
}

type ProfileOptions = Required<Pick<LayOptions, 'interventions' | 'readSites'>>;

/** The output projection of an MLP. */
interface Projection {
  readonly place: MlpPlace;
  readonly module: string;
  readonly tensor: StoredTensor;
}

/** Input and output; for an expert also which tokens they are of. */
function sitesOf({ place, module }: Projection): string[] {
  const sites = [`${module}.input`, `${module}.output`];
  return place.expert === undefined ? sites : [...sites, `${module.slice(0, module.lastIndexOf('.'))}.tokens`];
}

/** Spikes by the tokens of the prompt, where they were found among those of an expert. */
function ofTokens(spikes: LayerSpikes, tokens: Float32Array): LayerSpikes {
  const named = (spike: Spike): Spike => ({ ...spike, token: tokens[spike.token]! });
  return { ...spikes, input: named(spikes.input), output: named(spikes.output) };
}

async function readPrunedRow(
  reader: TensorReader,
  tensor: StoredTensor,
  { place, row, pruned }: { readonly place: MlpPlace; readonly row: number; readonly pruned: readonly SuperWeight[] },
): Promise<Float32Array> {
  const values = await reader.readRows(tensor, row, 1);
  const isHere = (at: SuperWeight): boolean => at.layer === place.layer && at.expert === place.expert && at.row === row;
  for (const weight of pruned) if (isHere(weight)) values[weight.column] = 0;
  return values;
}

/** A scalar that a run-time factor changes. */
interface Scalar extends SuperWeight {
  /** What the factor multiplies. */
  readonly base: number;
  /** Whether the checkpoint has a zero there: the scalar is its base then, and a factor of 0 leaves it unchanged. */
  readonly isZero: boolean;
}

function factorOf({ base, isZero, ...at }: Scalar, changes: readonly WeightChange[]): number {
  const change = changes.reduce(
    (sum, each) => (formatSuperWeight(each) === formatSuperWeight(at) ? sum + each.change : sum),
    0,
  );
  return (isZero ? 0 : 1) + change / base;
}

function nameOf(scalar: Scalar): string {
  return `change:${formatSuperWeight(scalar)}`;
}

/** One session for all edits: each scalar has a factor that is a run-time input. */
function scaleScalars(scalars: readonly Scalar[]): Intervention {
  return {
    name: 'scale-scalars',
    version: 1,
    settings: scalars.map((scalar) => ({ ...scalar })),
    edit(model) {
      for (const scalar of scalars) {
        const weight = model.weight(model.mlpOutput(scalar));
        if (scalar.isZero) weight.set(scalar.row, scalar.column, scalar.base);
        weight.scale(scalar.row, scalar.column, model.parameter(nameOf(scalar), 1));
      }
    },
  };
}

/** A checkpoint as detection looks at it: a session for every profile, and one for all losses. */
import { type LayerSpikes, measureSpikes, type ModelProbe, type Spike, type WeightChange } from '@linchpin/detection';
import { internalError } from '@linchpin/errors';
import { layCheckpoint, type LayOptions, mlpOutput, mlpPlaces } from '@linchpin/models';
import {
  type BatchOutput,
  formatSuperWeight,
  type Intervention,
  type MlpPlace,
  type SuperWeight,
} from '@linchpin/plugin-api';
import { pruneSuperWeight } from '@linchpin/plugin-prune-super-weight';
import { readRows, type StoredTensor } from '@linchpin/safetensors';
import type { ModelFlags } from '../flags.ts';
import type { HashedCheckpoint } from '../hashed-checkpoint.ts';
import { openRemembered, openRememberedParameters } from '../remembered-model.ts';
import { float32Options } from '../runtime-options.ts';
import type { RememberedParts } from '../store/model-identity.ts';
import { nextTokens, sequenceBatch } from './sequence.ts';

export interface ProbeOptions {
  /** Token ids of the prompt whose activations are looked at, and of the text whose loss is measured. */
  readonly prompt: readonly number[];
  readonly text: readonly number[];
  /** How the model is run, and where it is remembered what it gave; nowhere when absent. */
  readonly flags?: ModelFlags;
  readonly signal?: AbortSignal;
  /** Called after every question. */
  readonly onAnswer?: () => void;
}

export class CheckpointProbe implements ModelProbe {
  readonly #checkpoint: HashedCheckpoint;
  readonly #options: ProbeOptions;
  readonly #flags: ModelFlags;

  constructor(checkpoint: HashedCheckpoint, options: ProbeOptions) {
    this.#checkpoint = checkpoint;
    this.#options = options;
    this.#flags = options.flags ?? {};
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
        readRow: async (row) => await readPrunedRow(tensor, row, { place, pruned }),
      });
      profile.push(tokens === undefined ? spikes : ofTokens(spikes, tokens));
    }
    return profile;
  }

  async losses(edits: readonly (readonly WeightChange[])[]): Promise<readonly number[]> {
    const { text, signal, onAnswer } = this.#options;
    const scalars = await this.#scalars(edits.flat());
    const interventions = [scaleScalars(scalars)];
    const decoder = await layCheckpoint(this.#checkpoint, { interventions, ...float32Options(this.#flags) });
    const model = await openRememberedParameters(decoder, this.#parts(interventions));
    try {
      const losses: number[] = [];
      for (const changes of edits) {
        signal?.throwIfAborted();
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
      const value = (await readRows(this.#projection(at).tensor, at.row, 1))[at.column]!;
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

  #parts(interventions: readonly Intervention[]): RememberedParts {
    const { checkpoint } = this.#checkpoint;
    return { checkpoint, chain: { interventions }, flags: this.#flags };
  }

  async #run(ids: readonly number[], lay: ProfileOptions): Promise<BatchOutput> {
    const { signal, onAnswer } = this.#options;
    signal?.throwIfAborted();
    const decoder = await layCheckpoint(this.#checkpoint, { ...lay, ...float32Options(this.#flags) });
    const executor = await openRemembered(decoder, this.#parts(lay.interventions));
    try {
      return await executor.run(sequenceBatch(ids, nextTokens(ids)));
    } finally {
      await executor.release();
      onAnswer?.();
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
  tensor: StoredTensor,
  row: number,
  { place, pruned }: { readonly place: MlpPlace; readonly pruned: readonly SuperWeight[] },
): Promise<Float32Array> {
  const values = await readRows(tensor, row, 1);
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

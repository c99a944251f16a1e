/** What a training method sees of the toy model: gradients and activations follow from names, so that every plan is the same. */
import type { GradientRequest, TrainableMatrix, TrainableModel } from '@linchpin/plugin-api';
import { toyModel, toyShape } from './toy-model.ts';

export interface ToyTrainableModel extends TrainableModel {
  /** What was looked at, in the order in which it was asked for. */
  readonly requests: readonly (GradientRequest | { readonly inputs: readonly string[]; readonly steps: number })[];
}

/** How far a moving warm-up moves every entry. */
const moved = 0.25;

/** The matrices of `toyModel`, [6, 8] each, by the same names; their roles are those of an MLP. */
export function toyTrainableModel(): ToyTrainableModel {
  const toy = toyModel();
  const { model } = toy;
  const requests: ToyTrainableModel['requests'][number][] = [];
  const matrices = model.layerMatrices.map((name): TrainableMatrix => {
    const { module, role, shape } = model.linear(name.replace(/\.weight$/, ''));
    return { name, module, layer: Number(name.split('.')[1]), role, shape };
  });
  const valuesOf = (name: string): Float32Array => {
    const values = toy.weights().get(name);
    if (values === undefined) throw new Error(`the toy has no tensor ${name}`);
    return values.slice();
  };
  return {
    layers: model.layers,
    matrices,
    tensors: new Map(matrices.map(({ name, shape }) => [name, shape])),
    requests,
    values: async (name) => valuesOf(name),
    random(purpose) {
      let state = seedOf(purpose);
      return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    },
    async gradients(request) {
      requests.push(request);
      const sums = new Map(request.names.map((name) => [name, drawn(`gradient ${name}`, valuesOf(name).length)]));
      if (request.moving === undefined) return { sums };
      return { sums, moved: new Map(matrices.map(({ name }) => [name, valuesOf(name).map((value) => value + moved)])) };
    },
    async inputMagnitudes(names, steps) {
      requests.push({ inputs: names, steps });
      return new Map(names.map((name) => [name, drawn(`inputs ${name}`, toyShape[1]).map(Math.abs)]));
    },
  };
}

/** Distinct numbers between −1 and 1. */
function drawn(purpose: string, count: number): Float32Array {
  let state = seedOf(purpose);
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

function seedOf(text: string): number {
  return Buffer.from(text).reduce((seed, byte) => (Math.imul(seed, 31) + byte) >>> 0, 7);
}

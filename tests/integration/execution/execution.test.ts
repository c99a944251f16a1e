/** What interventions can ask of products and entries, run: other arithmetics from the cache, and run-time numbers. */
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { layCheckpoint, type LayOptions, openDecoder } from '@linchpin/models';
import { parameterInput, type EditableModel, type Intervention, type ProductExecution } from '@linchpin/plugin-api';
import { createExecutor, plainSession } from '@linchpin/runtime';
import {
  expectProblem,
  largestDifference,
  type LlamaShape,
  runSequence,
  temporaryFolder,
  writeRandomLlama,
} from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';

const shape: LlamaShape = {
  layers: 2,
  hidden: 32,
  heads: 4,
  keyValueHeads: 2,
  intermediate: 48,
  vocabulary: 64,
  contextLength: 16,
  dtype: 'BF16',
  tied: false,
  seed: 5,
  spread: 0.5,
};
const ids = [1, 17, 40, 3, 3, 59, 22];
const down = 'model.layers.0.mlp.down_proj.weight';
/** Two products of the same matrix, one transposed before and one in the Gemm: sums of 48 terms in another order. */
const tolerance = 1e-5;

const folder = temporaryFolder();
let checkpoint: string;
let encodedFolder: string;

beforeAll(async () => {
  [checkpoint, encodedFolder] = [join(folder, 'model'), join(folder, 'cache', 'encoded')];
  await writeRandomLlama(checkpoint, shape);
});

const intervention = (name: string, edit: (model: EditableModel) => void): Intervention => ({
  name,
  version: 1,
  settings: {},
  edit,
});

let encodings = 0;
let shared = 0;

/** The float32 product, on a transposed copy of the matrix. */
function copied(gain = 1): ProductExecution {
  return {
    name: 'copied',
    encoding: { gain },
    encode(matrix, [rows, columns]) {
      encodings++;
      const data = new Float32Array(matrix.length);
      for (let at = 0; at < matrix.length; at++)
        data[(at % columns) * rows + Math.floor(at / columns)] = gain * matrix[at]!;
      return [{ name: 'transposed', type: 'float32', shape: [columns, rows], data }];
    },
    lay({ graph, x, encoded, bias, name, shared: share }) {
      const [doubled] = share('negated', () => {
        shared++;
        return [graph.apply('Neg', [graph.apply('Neg', [x])])];
      });
      const product = graph.apply('MatMul', [doubled!, encoded.get('transposed')!], { name });
      return bias === undefined ? product : graph.apply('Add', [product, bias]);
    },
  };
}

const copy = (gain = 1): Intervention =>
  intervention('copy', (model) => {
    for (const matrix of model.layerMatrices) model.linear(matrix.replace(/\.weight$/, '')).execute(copied(gain));
  });

async function lay(options: LayOptions) {
  return await layCheckpoint(await openDecoder(checkpoint), { encodedFolder, ...options });
}

async function distribution(options: LayOptions): Promise<Float32Array> {
  const executor = await createExecutor(await lay(options), plainSession({ threads: 1 }));
  try {
    return (await runSequence(executor, ids)).lastLogProbabilities;
  } finally {
    await executor.release();
  }
}

describe('a product that an intervention executes', () => {
  it('gives the same scores from a copy of the matrix, behind weight edits, and leaves the float matrix out', async () => {
    const prune = intervention('prune', (model) => model.weight(down).set(3, 4, 0));
    const plain = await distribution({ interventions: [prune] });
    expect(largestDifference(plain, await distribution({}))).toBeGreaterThan(100 * tolerance);
    expect(largestDifference(await distribution({ interventions: [prune, copy()] }), plain)).toBeLessThan(tolerance);
    const decoder = await lay({ interventions: [prune, copy()] });
    expect(decoder).toMatchObject({ execution: 'copied', changedWeights: 1, isolatesSequences: false });
    expect(decoder.graph.initializers.map(({ value }) => value.name)).not.toContain(down);
  });

  it('lays once what products of one input share', async () => {
    shared = 0;
    await lay({ interventions: [copy()] });
    // Of each layer: q, k and v; o; gate and up; down.
    expect(shared).toBe(2 * 4);
  });

  it('is encoded once, again for other settings, and again where a file was damaged', async () => {
    encodings = 0;
    const rebuilt: string[] = [];
    const options: LayOptions = {
      encodedFolder: join(folder, 'other'),
      interventions: [copy()],
      onRebuild: (file, reason) => rebuilt.push(`${file} ${reason}`),
    };
    const first = await distribution(options);
    expect(encodings).toBe(14);
    expect(await distribution(options)).toEqual(first);
    expect([encodings, rebuilt]).toEqual([14, []]);
    expect(largestDifference(await distribution({ ...options, interventions: [copy(2)] }), first)).toBeGreaterThan(0.1);
    expect([encodings, rebuilt]).toEqual([28, []]);

    const keys = await readdir(options.encodedFolder!);
    expect(keys).toHaveLength(2);
    for (const key of keys) {
      const file = join(options.encodedFolder!, key, `${down.replace('.weight', '')}.safetensors`);
      const bytes = await readFile(file);
      bytes[bytes.length - 1]! ^= 1;
      await writeFile(file, bytes);
    }
    expect(await distribution(options)).toEqual(first);
    expect(encodings).toBe(29);
    expect(rebuilt).toEqual([expect.stringMatching(/down_proj\.safetensors its contents have another sha256$/)]);
    await distribution(options);
    expect(encodings).toBe(29);
  });

  it('is encoded again where the list of files was never finished', async () => {
    const options: LayOptions = { encodedFolder: join(folder, 'unfinished'), interventions: [copy()] };
    const first = await distribution(options);
    const [key] = await readdir(options.encodedFolder!);
    await rm(join(options.encodedFolder!, key!, 'complete.json'));
    const reasons: string[] = [];
    expect(await distribution({ ...options, onRebuild: (_, reason) => reasons.push(reason) })).toEqual(first);
    expect(reasons).toEqual(['complete.json is absent or malformed']);
    expect((await readdir(join(options.encodedFolder!, key!))).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  it('is encoded again where the files are those of other settings', async () => {
    const cache = join(folder, 'foreign');
    const first = await distribution({ encodedFolder: cache, interventions: [copy()] });
    const [own] = await readdir(cache);
    await distribution({ encodedFolder: cache, interventions: [copy(2)] });
    const other = (await readdir(cache)).find((key) => key !== own)!;
    await cp(join(cache, other), join(cache, own!), { recursive: true, force: true });
    const reasons: string[] = [];
    const onRebuild = (_: string, reason: string): void => void reasons.push(reason);
    expect(await distribution({ encodedFolder: cache, interventions: [copy()], onRebuild })).toEqual(first);
    expect(reasons).toEqual([`complete.json is of the weights ${other}`]);
    expect(await distribution({ encodedFolder: cache, interventions: [copy()], onRebuild })).toEqual(first);
    expect(reasons).toHaveLength(1);
  });

  it('serves two that encode at once', async () => {
    const options: LayOptions = { encodedFolder: join(folder, 'at-once'), interventions: [copy()] };
    const [one, other] = await Promise.all([distribution(options), distribution(options)]);
    expect(one).toEqual(other);
    expect(await distribution(options)).toEqual(one);
  });

  it('runs where checkpoint and cache have nothing but the root in common', async () => {
    const decoder = await lay({ interventions: [copy()] });
    const rooted = {
      ...decoder,
      weightFolder: '/',
      graph: Object.assign(decoder.graph, {
        initializers: decoder.graph.initializers.map((initializer) =>
          'location' in initializer.data
            ? {
                ...initializer,
                data: {
                  ...initializer.data,
                  location: `${decoder.weightFolder}/${initializer.data.location}`.slice(1),
                },
              }
            : initializer,
        ),
      }),
    };
    const executor = await createExecutor(rooted, plainSession({ threads: 1 }));
    const facts = await runSequence(executor, ids);
    await executor.release();
    expect(facts.lastLogProbabilities).toEqual(await distribution({ interventions: [copy()] }));
  });
});

describe('a matrix that is edited as a whole', () => {
  const negated = intervention('negate', (model) => {
    for (const name of model.layerMatrices)
      model.weight(name).map((values) => values.forEach((x, at) => (values[at] = -x)));
    model.weight(down).scale(3, 4, model.parameter('factor', 1));
  });
  const matrixBytes = 4 * shape.hidden * shape.intermediate;

  it('gives the same scores from a file of its own, which is removed', async () => {
    const cache = join(folder, 'copies');
    const inGraph = await distribution({ interventions: [negated] });
    // What fits stays in the graph: the four matrices of the first layer's attention.
    const decoder = await lay({ encodedFolder: cache, interventions: [negated], mostCopiedBytes: 2 * matrixBytes });
    const [key, ...others] = await readdir(join(cache, 'edited'));
    const files = await readdir(join(cache, 'edited', key!));
    expect(others).toEqual([]);
    expect(files.filter((name) => name.endsWith('.safetensors'))).toHaveLength(14 - 4);
    expect(decoder.changedWeights).toBe((await lay({ interventions: [negated] })).changedWeights);
    const again = await lay({ encodedFolder: cache, interventions: [negated], mostCopiedBytes: 0 });
    const executor = await createExecutor(decoder, plainSession({ threads: 1 }));
    expect((await runSequence(executor, ids)).lastLogProbabilities).toEqual(inGraph);
    await executor.release();
    for (const { removeFiles } of [decoder, again]) await removeFiles!();
    expect(await readdir(join(cache, 'edited'))).toEqual([]);
    expect((await lay({ interventions: [negated] })).removeFiles).toBeUndefined();
  });
});

describe('a run-time number', () => {
  const places = [
    [down, 3, 4],
    [down, 3, 9],
    [down, 20, 0],
    ['model.layers.1.self_attn.q_proj.weight', 31, 31],
  ] as const;
  /** One that changes a weight of one of the rows, and of another. */
  const fixed = intervention('fixed', (model) => {
    model.weight(down).set(3, 4, 2);
    model.weight(down).set(7, 7, 3);
  });
  const scaledBy = (factor: number): Intervention =>
    intervention('fixed-scale', (model) => {
      for (const [name, row, column] of places) model.weight(name).scale(row, column, factor);
    });
  const scaledAtRunTime = intervention('scale', (model) => {
    const factor = model.parameter('factor', 1);
    for (const [name, row, column] of places) model.weight(name).scale(row, column, factor);
  });

  it('scales entries as fixed factors do, without building anything again', async () => {
    const decoder = await lay({ interventions: [fixed, scaledAtRunTime] });
    expect(decoder).toMatchObject({ changedWeights: 5, parameters: [{ name: 'factor', initial: 1 }] });
    expect(decoder.graph.inputs.map(({ name }) => name)).toContain(parameterInput('factor'));
    const executor = await createExecutor(decoder, plainSession({ threads: 1 }));
    expect((await runSequence(executor, ids)).lastLogProbabilities).toEqual(
      await distribution({ interventions: [fixed] }),
    );
    for (const factor of [0, 0.1, 3, -2.5]) {
      executor.setParameter('factor', factor);
      const { lastLogProbabilities } = await runSequence(executor, ids);
      // Run-time factors are float32 numbers, so the fixed ones have to be, too.
      const expected = await distribution({ interventions: [fixed, scaledBy(Math.fround(factor))] });
      expect(lastLogProbabilities).toEqual(expected);
    }
    expectProblem('runtime/unknown-parameter', () => executor.setParameter('factors', 1));
    await executor.release();
  });
});

describe('an activation', () => {
  const weights = 'model.layers.1.self_attn.attention_weights';

  it('can be the probabilities of attention, or a statistic', async () => {
    const read = intervention('read', (model) => {
      model.activation(weights).read();
      model
        .activation('model.layers.0.mlp.down_proj.input')
        .read((graph, x) =>
          graph.apply('ReduceMax', [graph.apply('Abs', [x]), graph.integers([0])], { shape: [1, 48] }),
        );
    });
    const raw = 'model.layers.0.mlp.down_proj.input';
    const executor = await createExecutor(await lay({ interventions: [read] }), plainSession({ threads: 1 }));
    const { activations } = await runSequence(executor, ids);
    await executor.release();
    const probabilities = activations.get(weights)!;
    const length = ids.length;
    expect(probabilities).toHaveLength(4 * length * length);
    for (let row = 0; row < 4 * length; row++) {
      const values = probabilities.subarray(row * length, (row + 1) * length);
      expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
      expect([...values.subarray((row % length) + 1)]).toEqual(Array(length - 1 - (row % length)).fill(0));
    }
    const whole = await createExecutor(await lay({ readSites: [raw] }), plainSession({ threads: 1 }));
    const all = (await runSequence(whole, ids)).activations.get(raw)!;
    await whole.release();
    const maxima = Float32Array.from({ length: 48 }, (_, channel) =>
      Math.max(...ids.map((_id, token) => Math.abs(all[token * 48 + channel]!))),
    );
    expect(activations.get(raw)).toEqual(maxima);
  });
});

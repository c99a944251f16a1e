/** Merging and intervening are the same model: its log-likelihoods are equal to the bit. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Decoder, mergeCheckpoint, openDecoder } from '@linchpin/models';
import type { Intervention } from '@linchpin/plugin-api';
import { PythonRandom } from '@linchpin/random';
import { readHeader, type StoredTensor } from '@linchpin/safetensors';
import { largestDifference, runSequence, temporaryFolder, writeRandomLlama } from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { openExecutor } from '../open-executor.ts';
import { tinyFamilies } from '../tiny-families.ts';

const root = temporaryFolder();

function intervention(name: string, edit: Intervention['edit']): Intervention {
  return { name, version: 1, settings: null, edit };
}

/** Changes whole tensors, single entries and run-time factors; which, and how, follows from the seed. */
function drawn(seed: number): Intervention[] {
  const random = new PythonRandom(seed);
  return [
    intervention('whole', (model) => {
      for (const name of model.layerMatrices) {
        if (random.random() < 0.5) continue;
        model.weight(name).map((values) => values.forEach((value, at) => (values[at] = value + random.random() / 8)));
      }
    }),
    intervention('entries', (model) => {
      const name = model.layerMatrices[Math.floor(random.random() * model.layerMatrices.length)]!;
      model.weight(name).set(1, 0, random.random());
      model.weight(name).scale(0, 1, 3);
    }),
    intervention('factor', (model) => {
      const name = model.layerMatrices.at(-1)!;
      const factor = model.parameter('factor', 1.1);
      model.weight(name).scale(0, 0, factor);
      model.weight(name).scale(0, 0, factor);
      model.weight(name).scale(2, 1, factor);
    }),
  ];
}

async function scores(folder: string, ids: readonly number[], interventions: readonly Intervention[] = []) {
  const executor = await openExecutor(folder, { interventions });
  try {
    const { nextLogProbabilities, lastLogProbabilities } = await runSequence(executor, ids);
    return { nextLogProbabilities, lastLogProbabilities };
  } finally {
    await executor.release();
  }
}

/** The bytes of a tensor as its file has them. */
async function bytesOf({ file, offset, length }: StoredTensor): Promise<Buffer> {
  return (await readFile(file)).subarray(offset, offset + length);
}

describe.each([...tinyFamilies().entries()])('%s', (seed, { name, ids, write }) => {
  const folder = join(root, name);
  let decoder: Decoder;
  beforeAll(async () => {
    await write(folder);
    decoder = await openDecoder(folder);
  });

  it('has the scores of the interventions that were merged', async () => {
    const out = join(root, `${name}-merged`);
    const { changed } = await mergeCheckpoint(decoder, { interventions: drawn(seed), out, origin: null });
    const merged = await scores(out, ids[0]!);
    expect(merged).toEqual(await scores(folder, ids[0]!, drawn(seed)));
    expect(merged).not.toEqual(await scores(folder, ids[0]!));
    const [before, after] = [
      await readHeader(join(folder, 'model.safetensors')),
      await readHeader(join(out, 'model.safetensors')),
    ];
    expect([...after.tensors.keys()].toSorted()).toEqual([...before.tensors.keys()].toSorted());
    const edited = new Set(changed.map((each) => each.name));
    expect(edited.size).toBeGreaterThan(0);
    for (const [key, stored] of before.tensors) {
      const now = after.tensors.get(key)!;
      expect([now.dtype, now.shape]).toEqual([stored.dtype, stored.shape]);
      expect((await bytesOf(now)).equals(await bytesOf(stored))).toBe(!edited.has(key));
    }
  });
});

describe('a model in half precision', () => {
  const folder = join(root, 'half');
  const shape = { layers: 2, hidden: 128, heads: 4, keyValueHeads: 2, intermediate: 344, vocabulary: 200 };
  const matrix = 'model.layers.1.mlp.down_proj.weight';
  const ids = [1, 90, 17, 44, 3, 8, 120, 61, 2];
  const few = [
    intervention('few', (model) => {
      model.weight(matrix).scale(3, 5, 40);
      model.weight(matrix).scale(7, 9, model.parameter('factor', -30));
    }),
  ];
  const many = [
    intervention('many', (model) =>
      model.weight(matrix).map((values) => values.forEach((value, at) => (values[at] = value * (1 + (at % 7) / 64)))),
    ),
  ];
  let decoder: Decoder;
  beforeAll(async () => {
    const rest = { contextLength: 64, tied: false, seed: 4, spread: 0.2 } as const;
    await writeRandomLlama(folder, { ...shape, ...rest, dtype: 'BF16' });
    writeFileSync(join(folder, 'tokenizer.json'), '{}');
    writeFileSync(join(folder, 'notes.txt'), 'not of the model');
    decoder = await openDecoder(folder);
  });

  it('keeps its type but for what has changed, which is exact in float32', async () => {
    const out = join(root, 'exact');
    const { changed, files } = await mergeCheckpoint(decoder, { interventions: many, out, origin: { by: 'test' } });
    expect(changed).toEqual([{ name: matrix, dtype: 'F32' }]);
    expect(files).toEqual(['config.json', 'model.safetensors', 'tokenizer.json']);
    const { tensors } = await readHeader(join(out, 'model.safetensors'));
    expect([...tensors].filter(([, { dtype }]) => dtype === 'F32').map(([name]) => name)).toEqual([matrix]);
    const header = readFileSync(join(out, 'model.safetensors'));
    expect(JSON.parse(header.subarray(8, 8 + Number(header.readBigUInt64LE())).toString())).toMatchObject({
      __metadata__: { format: 'pt', linchpin: '{"by":"test"}' },
    });
    expect(await scores(out, ids)).toEqual(await scores(folder, ids, many));
  });

  it('differs in the last bit where few rows of a matrix are changed, which interventions compute apart', async () => {
    const out = join(root, 'few');
    await mergeCheckpoint(decoder, { interventions: few, out, origin: null });
    const [merged, edited] = [await scores(out, ids), await scores(folder, ids, few)];
    // Two steps of float32 between 4 and 8: the sums of those rows are made in another order.
    expect(largestDifference(merged.lastLogProbabilities, edited.lastLogProbabilities)).toBeLessThan(2e-6);
    const before = await scores(folder, ids);
    expect(largestDifference(before.lastLogProbabilities, edited.lastLogProbabilities)).toBeGreaterThan(1e-3);
  });

  it('says what rounding to the stored type does', async () => {
    const out = join(root, 'rounded');
    const small = intervention('small', (model) => {
      model.weight(matrix).map((values) => {
        values[0]! *= 1 + 2 ** -12; // less than half a step of 8 bits
        values[1]! *= 1 + 2 ** -7;
      });
    });
    const { changed } = await mergeCheckpoint(decoder, { interventions: [small], out, origin: null, dtype: 'stored' });
    expect(changed).toMatchObject([{ name: matrix, dtype: 'BF16', rounded: { changed: 2, undone: 1 } }]);
    expect(changed[0]!.rounded!.largest).toBeGreaterThan(0);
    const { tensors } = await readHeader(join(out, 'model.safetensors'));
    expect(new Set([...tensors.values()].map(({ dtype }) => dtype))).toEqual(new Set(['BF16']));
  });

  it('is cut into files where one would be too large, and opens again', async () => {
    const out = join(root, 'sharded');
    const mostBytes = 100_000;
    const { files } = await mergeCheckpoint(decoder, { interventions: many, out, origin: null, mostBytes });
    const shards = files.filter((name) => name.endsWith('.safetensors'));
    expect(shards.length).toBeGreaterThan(2);
    expect(shards[0]).toBe(`model-00001-of-${String(shards.length).padStart(5, '0')}.safetensors`);
    expect(files).toContain('model.safetensors.index.json');
    expect(await scores(out, ids)).toEqual(await scores(folder, ids, many));
  });

  it('is not written with values that its type cannot hold', async () => {
    const half = join(root, 'float16');
    const rest = { contextLength: 64, tied: false, seed: 4, spread: 0.2 } as const;
    await writeRandomLlama(half, { ...shape, ...rest, dtype: 'F16' });
    const huge = intervention('huge', (model) => model.weight(matrix).set(0, 0, 1e6));
    const options = { interventions: [huge], origin: null, out: join(root, 'huge') };
    await expect(mergeCheckpoint(await openDecoder(half), { ...options, dtype: 'stored' })).rejects.toMatchObject({
      code: 'models/out-of-range',
    });
    expect(readdirSync(root).filter((name) => name.includes('huge'))).toEqual([]);
  });

  it.each<[string, Intervention]>([
    [
      'rewrites an activation',
      intervention('other', (model) =>
        model.activation('model.layers.0.mlp.down_proj.output').rewrite(({ value }) => ({ value })),
      ),
    ],
    [
      'executes a product',
      intervention('other', (model) =>
        model
          .linear('model.layers.0.mlp.down_proj')
          .execute({ name: 'int8', encoding: {}, encode: () => [], lay: ({ x }) => x }),
      ),
    ],
  ])('refuses what %s, by the name of the intervention, and writes nothing', async (_, other) => {
    const out = join(root, 'refused');
    const options = { interventions: [...few, other], out, origin: null };
    await expect(mergeCheckpoint(decoder, options)).rejects.toMatchObject({
      code: 'models/not-in-weights',
      problem: { subject: 'intervention other' },
    });
    expect(readdirSync(root)).not.toContain('refused');
  });

  it('refuses a folder that has something in it, and leaves nothing of a merge that was ended', async () => {
    const options = { interventions: few, origin: null };
    await expect(mergeCheckpoint(decoder, { ...options, out: folder })).rejects.toMatchObject({
      code: 'files/place-taken',
    });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(mergeCheckpoint(decoder, { ...options, out: join(root, 'ended'), signal })).rejects.toThrow('enough');
    expect(readdirSync(root).filter((name) => name.includes('ended'))).toEqual([]);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EditableModel, Intervention, ProductExecution } from '@linchpin/plugin-api';
import { readHeader, writeSafetensors } from '@linchpin/safetensors';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { llama } from '../families/llama.ts';
import { nothingChanged } from './edit-effects.ts';
import { collectEdits, type EditableParts, type ModelEdits } from './model-editor.ts';

const config = llama.readConfig(
  {
    model_type: 'llama',
    vocab_size: 16,
    hidden_size: 8,
    intermediate_size: 12,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    max_position_embeddings: 4,
    rms_norm_eps: 1e-5,
    hidden_act: 'silu',
  },
  'config.json',
  new Set(),
);
const module = 'model.layers.0.mlp.down_proj';
const weight = `${module}.weight`;
let folder: string;
let parts: EditableParts;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'linchpin-editor-'));
  const file = join(folder, 'model.safetensors');
  const tensors = llama.tensors(config).map(({ name, shape }) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const values = Float32Array.from({ length: count }, (_, index) => index + 1);
    return { name, dtype: 'F32', shape, bytes: new Uint8Array(values.buffer) };
  });
  await writeSafetensors(file, tensors);
  parts = { family: llama, config, tensors: (await readHeader(file)).tensors };
});
afterAll(() => rm(folder, { recursive: true }));

const execution = (name: string): ProductExecution => ({
  name,
  encoding: {},
  encode: () => [],
  lay: ({ x }) => x,
});

function intervention(edit: (model: EditableModel) => void, name = 'edit'): Intervention {
  return { name, version: 1, settings: {}, edit };
}

const collect = (...edits: readonly ((model: EditableModel) => void)[]): Promise<ModelEdits> =>
  collectEdits(
    parts,
    edits.map((edit) => intervention(edit)),
  );

describe('collectEdits', () => {
  it('hands an executed product the matrix that the edits before it leave, and nothing of it to the float graph', async () => {
    const edits = await collect(
      (model) => model.weight(weight).set(1, 0, -1),
      (model) => model.linear(module).execute(execution('int8')),
    );
    expect(edits.weights.has(weight)).toBe(false);
    const product = edits.products.get(module)!;
    expect(product.shape).toEqual([8, 12]);
    const { values, changed } = await product.matrix();
    expect([changed, values.length, values[12], values[13]]).toEqual([1, 96, -1, 14]);
  });

  it('counts what comes before the last that executes, and its version, among what the encoded weights depend on', async () => {
    const encodedChain = async (...chain: readonly Intervention[]) => (await collectEdits(parts, chain)).encodedChain;
    const execute = {
      ...intervention((model) => model.linear(module).execute(execution('int8')), 'execute'),
      settings: { inputs: 'per_token' },
    };
    const other = { ...intervention(() => {}, 'other'), settings: { layer: 2 } };
    expect(await encodedChain(other, execute, other)).toMatchObject([
      { name: 'other', version: 1, settings: { layer: 2 } },
      { name: 'execute', version: 1, settings: null },
    ]);
    expect(await encodedChain(other)).toEqual([]);
  });

  it('keeps the rows that run-time numbers scale as the fixed edits leave them', async () => {
    const { weights, scaled, parameters } = await collect((model) => {
      const factor = model.parameter('factor', 2);
      model.weight(weight).scale(1, 0, factor);
      model.weight(weight).scale(1, 1, factor);
      model.weight(weight).scale(0, 3, factor);
      model.weight(weight).set(1, 0, -1);
      expect([model.weight(weight).isEdited(0), model.weight(weight).isEdited(2)]).toEqual([true, false]);
    });
    expect(parameters).toEqual([{ name: 'factor', initial: 2 }]);
    expect(weights.get(weight)).toMatchObject({ kind: 'rows', rows: [1], changed: 1 });
    const rows = scaled.get(weight)!;
    expect(rows).toMatchObject({ rows: [0, 1], changed: 2 });
    expect([rows.values[0], rows.values[12], rows.values[13]]).toEqual([1, -1, 14]);
  });

  it('says whether sequences are isolated', async () => {
    expect((await collect()).isolatedBy).toEqual([]);
    expect((await collect((model) => model.isolateSequences())).isolatedBy).toEqual([0]);
  });

  it.each<[string, string, (model: EditableModel) => void]>([
    ['a module without such a product', 'unknown-module', (model) => model.linear('lm_head')],
    [
      'a second execution of a module',
      'executed-twice',
      (model) => ['int8', 'int4'].forEach((name) => model.linear(module).execute(execution(name))),
    ],
    [
      'an edit of what is executed',
      'edited-after-execution',
      (model) => {
        model.linear(module).execute(execution('int8'));
        model.weight(weight).map(() => {});
      },
    ],
    [
      'a run-time factor behind an execution',
      'edited-after-execution',
      (model) => {
        model.linear(module).execute(execution('int8'));
        model.weight(weight).scale(0, 0, model.parameter('factor', 1));
      },
    ],
    [
      'an execution of what a run-time number scales',
      'parameter-under-execution',
      (model) => {
        model.weight(weight).scale(0, 0, model.parameter('factor', 1));
        model.linear(module).execute(execution('int8'));
      },
    ],
    [
      'two parameters of one name',
      'parameter-name-taken',
      (model) => [1, 2].forEach((initial) => model.parameter('factor', initial)),
    ],
    [
      'a parameter of nobody',
      'unknown-parameter',
      (model) => model.weight(weight).scale(0, 0, { name: 'factor', initial: 1 }),
    ],
    [
      'a parameter as factor in the embedding',
      'parameter-outside-products',
      (model) => model.weight('model.embed_tokens.weight').scale(0, 0, model.parameter('factor', 1)),
    ],
    [
      'two forms of one activation',
      'read-in-two-forms',
      (model) => {
        model.activation(`${module}.output`).read();
        model.activation(`${module}.output`).read((_, x) => x);
      },
    ],
  ])('refuses %s', async (_, code, edit) => {
    await expect(collect(edit)).rejects.toMatchObject({ code: `models/${code}` });
  });
});

describe('remarks', () => {
  /** An edit, and what it makes of the values of the matrix. */
  type Step = { readonly edit: (model: EditableModel) => void; readonly apply: (values: number[]) => void };
  const entry = fc.record({ row: fc.nat(7), column: fc.nat(11), value: fc.constantFrom(1, 2, 5, 13) });
  const step: fc.Arbitrary<Step> = fc.oneof(
    entry.map(({ row, column, value }) => ({
      edit: (model: EditableModel) => model.weight(weight).set(row, column, value),
      apply: (values: number[]) => void (values[row * 12 + column] = value),
    })),
    entry.map(({ row, column, value }) => ({
      edit: (model: EditableModel) => model.weight(weight).scale(row, column, value),
      apply: (values: number[]) => void (values[row * 12 + column]! *= value),
    })),
    fc.constantFrom(0, 96, 1000).map((limit) => ({
      edit: (model: EditableModel) =>
        model.weight(weight).map((values) => values.set(values.map((each) => (each > limit ? 0 : each)))),
      apply: (values: number[]) => values.forEach((each, at) => void (values[at] = each > limit ? 0 : each)),
    })),
  );

  it('name every intervention that leaves all bits as they are, and no other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { maxLength: 3 }), { minLength: 1, maxLength: 4 }), async (chain) => {
        const values = Array.from({ length: 96 }, (_, index) => index + 1);
        const idle = chain.flatMap((steps, index) => {
          const before = values.slice();
          for (const { apply } of steps) apply(values);
          return values.every((value, at) => value === before[at])
            ? [{ intervention: index, text: nothingChanged }]
            : [];
        });
        const { effects } = await collect(
          ...chain.map((steps) => (model: EditableModel) => steps.forEach(({ edit }) => edit(model))),
        );
        expect(effects.remarks(chain.length)).toEqual(idle);
      }),
    );
  });

  it('name none that rewrites, reads or executes, nor one with a factor that is not 1', async () => {
    const chain: ((model: EditableModel) => void)[] = [
      (model) => model.activation(`${module}.output`).rewrite(({ value }) => ({ value })),
      (model) => model.activation(`${module}.output`).read(),
      (model) => model.weight(weight).scale(0, 0, model.parameter('a', 0)),
      (model) => model.weight(weight).scale(0, 0, model.parameter('b', 1)),
      (model) => model.linear('model.layers.0.mlp.up_proj').execute(execution('other')),
    ];
    const { effects } = await collect(...chain);
    expect(effects.remarks(chain.length)).toEqual([{ intervention: 3, text: nothingChanged }]);
  });

  it('hold what an intervention says of itself, once, also from inside of a change of a whole tensor', async () => {
    const { effects } = await collect(
      (model) => model.weight(weight).set(0, 0, 5),
      (model) =>
        model.weight(weight).map((values) => {
          values[0] = 6;
          model.remark('said');
          model.remark('said');
        }),
    );
    expect(effects.remarks(2)).toEqual([{ intervention: 1, text: 'said' }]);
  });
});

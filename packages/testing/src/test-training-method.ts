/** The laws that every training method keeps; each plugin's test calls this once a method. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Graph, verifyGraph } from '@linchpin/onnx';
import type {
  Intervention,
  InterventionPlugin,
  Json,
  ModelFacts,
  TrainedPart,
  TrainingMethod,
  TrainingPlan,
} from '@linchpin/plugin-api';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';
import { toyModel } from './toy-model.ts';
import { type ToyTrainableModel, toyTrainableModel } from './toy-trainable-model.ts';

export interface TrainingMethodCase {
  /** Whose intervention reads what the method saves. */
  readonly plugin: InterventionPlugin;
  /** Of the plugin's methods. */
  readonly method: string;
  /** Lists of options as a user gives them, each of which trains something else of the toy model. */
  readonly options: readonly [Json, ...Json[]];
  /** Options that are accepted, and that name every option of the method between them. */
  readonly allOptions: readonly Readonly<Record<string, Json>>[];
  /** Options that are refused: by their schema, or by what the toy model is. */
  readonly refused: readonly Json[];
}

export function testTrainingMethod({ plugin, method: name, options, allOptions, refused }: TrainingMethodCase): void {
  const method = plugin.methods?.find((each) => each.name === name);
  if (method === undefined) throw new Error(`${plugin.name} has no method ${name}`);
  const plan = async (given: Json, model = toyTrainableModel()): Promise<TrainingPlan> =>
    await method.plan(await accepted(method, given), model);

  describe(`${name} keeps the laws of training methods`, () => {
    const root = temporaryFolder();
    let folders = 0;
    const save = async (made: TrainingPlan, values: (name: string) => Float32Array): Promise<Intervention> => {
      const path = join(root, String(folders++));
      mkdirSync(path);
      await made.save({ values, origin: { toy: true } }, path);
      const checked = await plugin.schema['~standard'].validate({ path });
      if (checked.issues !== undefined) throw new Error(`${plugin.name} refuses a path`);
      return plugin.create(checked.value, noFacts);
    };

    it('has a name, a version and a summary', () => {
      expect(method.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(Number.isInteger(method.version) && method.version >= 1).toBe(true);
      expect(method.summary).toMatch(/\.$/);
    });

    it('describes every option that it takes, and refuses others', async () => {
      const named = new Set(allOptions.flatMap((each) => Object.keys(each)));
      expect(Object.keys(method.options).toSorted()).toEqual([...named].toSorted());
      for (const each of allOptions) await expect(accepted(method, each)).resolves.toBeDefined();
      await expect(accepted(method, { thisIsNoOption: 1 })).rejects.toThrow(/refuses/);
    });

    it('refuses what it cannot train, before it looks at the model', async () => {
      for (const each of refused) {
        const model = toyTrainableModel();
        const end = await plan(each, model).then(
          () => 'a plan',
          () => 'an error',
        );
        expect({ options: each, end }).toEqual({ options: each, end: 'an error' });
        expect(model.requests).toEqual([]);
      }
    });

    it('has settings that survive JSON, are the same every time, and tell what else is trained', async () => {
      const all: string[] = [];
      for (const each of options) {
        const { settings } = await plan(each);
        expect(JSON.parse(JSON.stringify(settings))).toEqual(settings);
        expect((await plan(each)).settings).toEqual(settings);
        all.push(JSON.stringify(settings));
      }
      expect(new Set(all).size).toBe(options.length);
    });

    it.each(options.map((each) => [each]))('trains parts that the model has, with %j', async (given) => {
      const model = toyTrainableModel();
      const made = await plan(given, model);
      expect(made.trained.length + (made.adapters ?? []).length).toBeGreaterThan(0);
      const names = made.trained.map(nameOf);
      expect(new Set(names).size).toBe(names.length);
      for (const part of made.trained) expectInside(part, model);
      expectSoundAdapters(made, model);
    });

    it.each(options.map((each) => [each]))('leaves the model as it is without a step, with %j', async (given) => {
      const made = await plan(given);
      const before = await startOf(made);
      const intervention = await save(made, (tensor) => before.trained(tensor));
      expect(await editedBy(intervention)).toEqual(before.model);
    });

    it.each(options.map((each) => [each]))('reads what it has saved, with %j', async (given) => {
      const made = await plan(given);
      const before = await startOf(made);
      const after = new Map(
        [...before.names].map((tensor) => [tensor, moved(before.trained(tensor), partOf(made, tensor))]),
      );
      const intervention = await save(made, (tensor) => after.get(tensor)!);
      const edited = await editedBy(intervention);
      expect(await editedBy(intervention)).toEqual(edited);
      const adapted = new Set((made.adapters ?? []).map(({ module }) => `${module}.weight`));
      for (const [tensor, values] of edited) {
        if (adapted.has(tensor)) expect(values).not.toEqual(before.model.get(tensor));
        else expect(values).toEqual(after.get(tensor) ?? before.model.get(tensor));
      }
      // Another result is another intervention, to everything that remembers what a model gave.
      const untrained = await save(made, (tensor) => before.trained(tensor));
      const hashes = ({ settings }: Intervention): Json => ({ ...(settings as Record<string, Json>), path: '' });
      expect(hashes(intervention)).not.toEqual(hashes(untrained));
      expect(JSON.parse(JSON.stringify(intervention.settings))).toEqual(intervention.settings);
    });

    it('says of a folder without a result that there is none', async () => {
      const checked = await plugin.schema['~standard'].validate({ path: join(root, 'nothing') });
      expect(checked.issues).toBeUndefined();
      expect(() => plugin.create((checked as { value: unknown }).value, noFacts)).toThrow(/nothing/);
    });
  });
}

const refuse = (): never => {
  throw new Error('a trained result asks for nothing of the model');
};

const noFacts: ModelFacts = { superWeights: refuse, calibration: refuse, exactIntegers: true };

async function accepted(method: TrainingMethod, options: Json): Promise<unknown> {
  const checked = await method.schema['~standard'].validate(options);
  if (checked.issues === undefined) return checked.value;
  throw new Error(`${method.name} refuses ${JSON.stringify(options)}: ${checked.issues[0]!.message}`);
}

function nameOf(part: TrainedPart): string {
  return typeof part === 'string' ? part : part.name;
}

function partOf({ trained }: TrainingPlan, name: string): TrainedPart {
  return trained.find((part) => nameOf(part) === name) ?? name;
}

/** The values that a training begins with. */
async function startOf({ trained, adapters = [], start = new Map() }: TrainingPlan) {
  const toy = toyTrainableModel();
  const model = new Map<string, Float32Array>();
  for (const name of toy.tensors.keys()) model.set(name, start.get(name) ?? (await toy.values(name)));
  const added = new Map(adapters.flatMap(({ tensors }) => tensors.map(({ name, initial }) => [name, initial])));
  return {
    model,
    names: new Set([...trained.map(nameOf), ...added.keys()]),
    trained: (name: string): Float32Array => (added.get(name) ?? model.get(name)!).slice(),
  };
}

/** Every trained number changed. */
function moved(values: Float32Array, part: TrainedPart): Float32Array {
  if (typeof part === 'string') return values.map((value, index) => value + 0.5 + index / 64);
  const columns = toyTrainableModel().tensors.get(part.name)![1]!;
  for (const block of part.blocks)
    for (let row = block.row; row < block.row + block.rows; row++)
      for (let column = block.column; column < block.column + block.columns; column++)
        values[row * columns + column]! += 0.5 + (row * columns + column) / 64;
  return values;
}

async function editedBy(intervention: Intervention): Promise<ReadonlyMap<string, Float32Array>> {
  const toy = toyModel();
  await intervention.edit(toy.model);
  expect([...toy.rewrites.keys(), ...toy.executions.keys(), ...toy.parameters.keys()]).toEqual([]);
  return new Map(toy.weights());
}

/** Blocks lie within their matrix, are equally large, and share no entry. */
function expectInside(part: TrainedPart, { tensors }: ToyTrainableModel): void {
  const shape = tensors.get(nameOf(part));
  expect([...tensors.keys()]).toContain(nameOf(part));
  if (typeof part === 'string') return;
  const [rows = 0, columns = 0] = shape ?? [];
  expect(new Set(part.blocks.map((block) => `${block.rows} ${block.columns}`)).size).toBe(1);
  const entries = part.blocks.flatMap((block) => {
    expect(block.row >= 0 && block.column >= 0).toBe(true);
    expect(block.row + block.rows).toBeLessThanOrEqual(rows);
    expect(block.column + block.columns).toBeLessThanOrEqual(columns);
    return Array.from(
      { length: block.rows * block.columns },
      (_, i) => (block.row + Math.floor(i / block.columns)) * columns + block.column + (i % block.columns),
    );
  });
  expect(new Set(entries).size).toBe(entries.length);
}

/** Tensors have names of their own and values of their shapes, and what is laid is float32 [tokens, out]. */
function expectSoundAdapters({ adapters = [] }: TrainingPlan, { matrices, tensors }: ToyTrainableModel): void {
  const names = adapters.flatMap((adapter) => adapter.tensors.map(({ name }) => name));
  expect(new Set([...names, ...tensors.keys()]).size).toBe(names.length + tensors.size);
  for (const adapter of adapters) {
    const { module, tensors: own } = adapter;
    const matrix = matrices.find((each) => each.module === module);
    expect(matrices.map((each) => each.module)).toContain(module);
    const [out, columns] = matrix!.shape;
    const graph = new Graph();
    const inputs = new Map(own.map(({ name, shape }) => [name, graph.input(name, 'float32', shape)]));
    for (const { shape, initial } of own) expect(shape.reduce((a, b) => a * b, 1)).toBe(initial.length);
    const weight = graph.input('weight', 'float32', [out, columns]);
    const value = adapter.lay({
      graph,
      input: graph.input('x', 'float32', ['tokens', columns]),
      output: graph.input('y', 'float32', ['tokens', out]),
      weight: () => weight,
      trained: (name) => inputs.get(name)!,
      constant: (constant) => constant,
    });
    expect([value.type, value.shape.at(-1)]).toEqual(['float32', out]);
    graph.output(value, 'laid');
    expect(verifyGraph(graph).filter((problem) => !problem.startsWith('nobody reads'))).toEqual([]);
  }
}

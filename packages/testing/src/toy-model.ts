/** A model of two layers whose matrices lie in memory: interventions can edit it, and tests can look at what came out. */
import type {
  EditableModel,
  EditableWeight,
  Parameter,
  ProductExecution,
  RewriteContext,
  RewriteResult,
} from '@linchpin/plugin-api';

export interface ToyModel {
  readonly model: EditableModel;
  /** Every matrix after the edits so far, by name. */
  weights(): ReadonlyMap<string, Float32Array>;
  /** Rewrites by site, in the order in which they were asked for. */
  readonly rewrites: ReadonlyMap<string, readonly ((context: RewriteContext) => RewriteResult)[]>;
  /** Executions by module, in the order in which they were asked for. */
  readonly executions: ReadonlyMap<string, ProductExecution>;
  /** Sites that are read. */
  readonly reads: ReadonlySet<string>;
  /** By name; a weight that one scales is scaled by its initial value. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  isolatesSequences(): boolean;
  /** What interventions have said of themselves. */
  readonly remarks: readonly string[];
}

export const toyShape: readonly [number, number] = [6, 8];
export const toyContextLength = 16;
const layers = 2;

/** Entries are distinct and their magnitudes spread over three decades, so that "the largest" is one set of entries. */
export function toyModel(): ToyModel {
  const names = Array.from({ length: layers }, (_, layer) => [
    `layers.${layer}.up.weight`,
    `layers.${layer}.down.weight`,
  ]).flat();
  const originals = new Map(names.map((name, index) => [name, toyMatrix(index + 1)]));
  const current = new Map([...originals].map(([name, values]) => [name, values.slice()]));
  const edited = new Set<string>();
  const rewrites = new Map<string, ((context: RewriteContext) => RewriteResult)[]>();
  const executions = new Map<string, ProductExecution>();
  const reads = new Set<string>();
  const parameters = new Map<string, Parameter>();
  const remarks: string[] = [];
  let isolates = false;
  const model: EditableModel = {
    layers,
    contextLength: toyContextLength,
    layerMatrices: names,
    mlpOutput({ layer }) {
      if (!(layer >= 0 && layer < layers)) throw new Error(`the toy has no layer ${layer}`);
      return `layers.${layer}.down.weight`;
    },
    weight(name) {
      const original = originals.get(name);
      const values = current.get(name);
      if (original === undefined || values === undefined) throw new Error(`the toy has no tensor ${name}`);
      return toyWeight({ name, original, values, edited });
    },
    activation(site) {
      return {
        site,
        rewrite: (build) => void rewrites.set(site, [...(rewrites.get(site) ?? []), build]),
        read: () => void reads.add(site),
      };
    },
    linear(module) {
      if (!originals.has(`${module}.weight`)) throw new Error(`the toy has no module ${module}`);
      return {
        module,
        role: module.endsWith('.down') ? 'mlp-output' : 'mlp-input',
        shape: toyShape,
        execute(execution) {
          if (executions.has(module)) throw new Error(`${module} is executed twice`);
          executions.set(module, execution);
        },
      };
    },
    parameter(name, initial) {
      if (parameters.has(name)) throw new Error(`two parameters are named ${name}`);
      const parameter = { name, initial };
      parameters.set(name, parameter);
      return parameter;
    },
    isolateSequences() {
      isolates = true;
    },
    remark: (text) => void remarks.push(text),
  };
  return {
    model,
    weights: () => current,
    rewrites,
    executions,
    reads,
    parameters,
    isolatesSequences: () => isolates,
    remarks,
  };
}

interface ToyWeightParts {
  readonly name: string;
  readonly original: Float32Array;
  readonly values: Float32Array;
  /** `name:row` of rows that were edited, `name` of matrices that were mapped. */
  readonly edited: Set<string>;
}

function toyWeight({ name, original, values, edited }: ToyWeightParts): EditableWeight {
  const [rows, columns] = toyShape;
  const at = (row: number, column: number): number => {
    if (!(row >= 0 && row < rows && column >= 0 && column < columns))
      throw new Error(`[${row}, ${column}] is outside the toy's matrix`);
    return row * columns + column;
  };
  return {
    name,
    shape: toyShape,
    check: (row, column) => void at(row, column),
    set(row, column, value) {
      values[at(row, column)] = value;
      edited.add(`${name}:${row}`);
    },
    scale(row, column, factor) {
      values[at(row, column)] = values[at(row, column)]! * (typeof factor === 'number' ? factor : factor.initial);
      edited.add(`${name}:${row}`);
    },
    map(transform) {
      transform(values, toyShape);
      edited.add(name);
    },
    values: async () => values.slice(),
    original: async (row) => original.slice(at(row, 0), at(row, columns - 1) + 1),
    isEdited: (row) => edited.has(name) || edited.has(`${name}:${row}`),
  };
}

function toyMatrix(seed: number): Float32Array {
  const size = toyShape[0] * toyShape[1];
  let state = seed;
  return Float32Array.from({ length: size }, (_, index) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    const sign = state % 2 === 0 ? 1 : -1;
    return sign * 10 ** (-3 + (3 * ((state >>> 8) % 997)) / 997) * (1 + index / 1000);
  });
}

/** Collects what a chain of interventions asks of a model. */
import type {
  AppliedIntervention,
  DecoderConfig,
  EditableActivation,
  EditableLinear,
  EditableModel,
  EditContext,
  Intervention,
  MlpPlace,
  ModelFamily,
  Parameter,
  ProductExecution,
  RewriteContext,
  RewriteResult,
  Statistic,
} from '@linchpin/plugin-api';
import type { StoredTensor } from '@linchpin/safetensors';
import { unknownTensor } from '../errors.ts';
import { safetensors } from '../formats/safetensors.ts';
import type { TensorReader } from '../formats/tensor-reader.ts';
import { mlpOutput } from '../mlp-output.ts';
import {
  executedTwice,
  parameterNameTaken,
  parameterOutsideProducts,
  readInTwoForms,
  unknownModule,
  unknownParameter,
} from './errors.ts';
import { EditEffects } from './edit-effects.ts';
import type { EditedCopies } from './edited-copies.ts';
import type { ScaledRows } from './scaled-rows.ts';
import { type EditedMatrix, type EditedTensor, WeightEdits } from './weight-edits.ts';

/** What an intervention makes of an activation. */
export interface Rewrite {
  /** Place in the chain. */
  readonly intervention: number;
  readonly build: (context: RewriteContext) => RewriteResult;
}

/** What is asked of one activation. */
export interface SiteRequest {
  readonly rewrites: Rewrite[];
  read?: { readonly statistic: Statistic | undefined };
}

/** A product that is executed otherwise. */
export interface ExecutedProduct {
  readonly execution: ProductExecution;
  /** Place in the chain of the intervention that asks for it; absent where the base execution does. */
  readonly intervention?: number;
  /** [out, in]. */
  readonly shape: readonly [number, number];
  /** Reads the matrix and carries its edits out. */
  matrix(): Promise<EditedMatrix>;
  /** Places in the chain of the interventions that have edited the matrix; none when absent. */
  readonly editedBy?: readonly number[];
}

/** Everything that the graph has to do differently. */
export interface ModelEdits {
  /** Tensors that are edited, apart from the matrices of executed products. */
  readonly weights: ReadonlyMap<string, EditedTensor>;
  /** Rows that run-time numbers change, behind the edits of `weights`. */
  readonly scaled: ReadonlyMap<string, ScaledRows>;
  readonly sites: ReadonlyMap<string, SiteRequest>;
  /** By module. */
  readonly products: ReadonlyMap<string, ExecutedProduct>;
  /** What the matrices of `products` depend on: the interventions before the last that executes one, and its version. */
  readonly encodedChain: readonly AppliedIntervention[];
  readonly parameters: readonly Parameter[];
  readonly beyondWeights: readonly BeyondWeights[];
  /** Places in the chain of the interventions that need every sequence by itself. */
  readonly isolatedBy: readonly number[];
  /** Complete once the matrices of `products` are encoded, too. */
  readonly effects: EditEffects;
}

/** Something that an intervention asks for and that is no change of a weight. */
export interface BeyondWeights {
  /** Place in the chain. */
  readonly intervention: number;
  readonly what: string;
}

export interface EditableParts {
  readonly family: ModelFamily;
  readonly config: DecoderConfig;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly checkpoint?: { contentHash(): Promise<string> };
}

export interface CollectOptions {
  /** Sites whose activations every batch gives back. */
  readonly readSites?: readonly string[] | undefined;
  /** Where edited copies go; into the graph when absent. */
  readonly copies?: Pick<EditedCopies, 'place'>;
  /** Reads the tensors; they lie in safetensors files when absent. */
  readonly reader?: TensorReader;
  /** Called with every tensor whose edits have been carried out. */
  readonly onEdited?: (done: number, total: number) => void;
  readonly fixesParameters?: boolean | undefined;
  readonly editedRows?: EditedRows | undefined;
}

/**
 * Where few rows of a matrix are edited: they are computed apart from the others, or within a copy of the whole, which gives
 * the bits of a checkpoint that has the edits in it.
 */
export type EditedRows = 'apart' | 'within';

/** Runs the `edit` of every intervention, in order, and carries their weight edits out. */
export async function collectEdits(
  parts: EditableParts,
  interventions: readonly Intervention[],
  options: CollectOptions = {},
): Promise<ModelEdits> {
  const { readSites = [], copies = { place: async (edited) => edited }, onEdited } = options;
  const editor = new ModelEditor(parts, options);
  let encodedChain: readonly AppliedIntervention[] = [];
  for (const [index, intervention] of interventions.entries()) {
    const before = editor.executedModules;
    editor.effects.current = index;
    const context = contextOf(parts, interventions.slice(0, index));
    if (context !== undefined) editor.context = context;
    await intervention.edit(editor);
    if (editor.executedModules > before) encodedChain = [...interventions.slice(0, index), encoderOf(intervention)];
  }
  // What is read besides is nobody's doing.
  editor.effects.current = interventions.length;
  for (const site of readSites) editor.activation(site).read();
  return { ...(await editor.edits(copies, onEdited)), encodedChain };
}

function contextOf({ checkpoint }: EditableParts, interventions: readonly Intervention[]): EditContext | undefined {
  if (checkpoint === undefined) return undefined;
  const before = interventions.map(({ name, version, settings }) => ({ name, version, settings }));
  return { contentHash: () => checkpoint.contentHash(), before };
}

/** Most settings of what executes products leave their matrices alone; `encoding` of each product has those that do not. */
function encoderOf({ name, version }: Intervention): AppliedIntervention {
  return { name, version, settings: null };
}

class ModelEditor implements EditableModel {
  readonly layers: number;
  readonly contextLength: number;
  readonly layerMatrices: readonly string[];
  readonly effects: EditEffects = new EditEffects();
  /** Of the intervention that acts now. */
  context?: EditContext;
  readonly #parts: EditableParts;
  readonly #reader: TensorReader;
  readonly #used: ReadonlySet<string>;
  readonly #products: ReadonlySet<string>;
  readonly #weights = new Map<string, WeightEdits>();
  readonly #sites = new Map<string, SiteRequest>();
  readonly #executed = new Map<string, Pick<ExecutedProduct, 'execution' | 'intervention'>>();
  readonly #parameters = new Map<string, Parameter>();
  readonly #beyondWeights: BeyondWeights[] = [];
  readonly #fixesParameters: boolean;
  readonly #patchesRows: boolean;
  readonly #isolatedBy = new Set<number>();

  constructor(
    parts: EditableParts,
    { reader = safetensors, fixesParameters = false, editedRows = 'apart' }: CollectOptions,
  ) {
    this.#parts = parts;
    this.#reader = reader;
    this.#fixesParameters = fixesParameters;
    this.#patchesRows = editedRows === 'apart';
    this.layers = parts.config.layers;
    this.contextLength = parts.config.contextLength;
    this.layerMatrices = parts.family.layerMatrices(parts.config);
    this.#products = new Set(this.layerMatrices);
    this.#used = new Set(parts.family.tensors(parts.config).map(({ name }) => name));
  }

  get executedModules(): number {
    return this.#executed.size;
  }

  mlpOutput(place: MlpPlace): string {
    return mlpOutput(this.#parts, place);
  }

  weight(name: string): WeightEdits {
    const known = this.#weights.get(name);
    if (known !== undefined) return known;
    // A tensor that lies in the file and is not used could be edited without any effect.
    const stored = this.#used.has(name) ? this.#parts.tensors.get(name) : undefined;
    if (stored === undefined) throw unknownTensor(name, [...this.#used]);
    const checkParameter = (parameter: Parameter): void => {
      if (!this.#products.has(name)) throw parameterOutsideProducts(name);
      if (this.#parameters.get(parameter.name) !== parameter) throw unknownParameter(parameter.name);
    };
    const fixesParameters = this.#fixesParameters;
    const edits = new WeightEdits(stored, this.#reader, { effects: this.effects, checkParameter, fixesParameters });
    this.#weights.set(name, edits);
    return edits;
  }

  activation(site: string): EditableActivation {
    const request = this.#sites.get(site) ?? { rewrites: [] };
    this.#sites.set(site, request);
    return {
      site,
      rewrite: (build) => {
        this.effects.add();
        this.#noteBeyond(`a rewrite of ${site}`);
        request.rewrites.push({ intervention: this.effects.current, build });
      },
      read: (statistic) => {
        this.effects.add();
        this.#noteBeyond(`a look at ${site}`);
        if (request.read !== undefined && request.read.statistic !== statistic) throw readInTwoForms(site);
        request.read = { statistic };
      },
    };
  }

  linear(module: string): EditableLinear {
    const name = `${module}.weight`;
    if (!this.#products.has(name)) throw unknownModule(module, this.layerMatrices.map(moduleOf));
    return {
      module,
      ...this.#parts.family.linearFacts(this.#parts.config, module),
      shape: this.weight(name).shape as [number, number],
      execute: (execution) => {
        const first = this.#executed.get(module);
        if (first !== undefined) throw executedTwice(module, first.execution.name, execution.name);
        this.weight(name).execute(execution.name);
        this.effects.add();
        this.#noteBeyond(`the product of ${module} in ${execution.name}`);
        this.#executed.set(module, { execution, intervention: this.effects.current });
      },
    };
  }

  parameter(name: string, initial: number): Parameter {
    if (this.#parameters.has(name)) throw parameterNameTaken(name);
    const parameter = { name, initial };
    this.#parameters.set(name, parameter);
    return parameter;
  }

  #noteBeyond(what: string): void {
    this.#beyondWeights.push({ intervention: this.effects.current, what });
  }

  isolateSequences(): void {
    this.#isolatedBy.add(this.effects.current);
  }

  remark(text: string): void {
    this.effects.remark(text);
  }

  async edits(
    copies: Pick<EditedCopies, 'place'>,
    onEdited: CollectOptions['onEdited'],
  ): Promise<Omit<ModelEdits, 'encodedChain'>> {
    const weights = new Map<string, EditedTensor>();
    const scaled = new Map<string, ScaledRows>();
    const edited = [...this.#weights].filter(([name]) => !this.#executed.has(moduleOf(name)));
    for (const [index, [name, edits]] of edited.entries()) {
      const tensor = await copies.place(await edits.resolve(this.#patchesRows && this.#products.has(name)), edits);
      weights.set(name, tensor);
      const rows = await edits.scaledRows(tensor);
      if (rows !== undefined) scaled.set(name, rows);
      onEdited?.(index + 1, edited.length);
    }
    return {
      weights,
      scaled,
      sites: this.#sites,
      products: new Map([...this.#executed].map(([module, asked]) => [module, this.#product(module, asked)])),
      parameters: this.#fixesParameters ? [] : [...this.#parameters.values()],
      beyondWeights: this.#beyondWeights,
      isolatedBy: [...this.#isolatedBy],
      effects: this.effects,
    };
  }

  #product(module: string, asked: Pick<ExecutedProduct, 'execution' | 'intervention'>): ExecutedProduct {
    const weight = this.weight(`${module}.weight`);
    const { shape, editedBy } = weight;
    return { ...asked, shape: shape as [number, number], matrix: () => weight.matrix(), editedBy };
  }
}

function moduleOf(matrix: string): string {
  return matrix.replace(/\.weight$/, '');
}

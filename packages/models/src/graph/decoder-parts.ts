/** The parts that families are made of, with a site at every module that an intervention may look at. */
import { type Graph, type Value } from '@linchpin/onnx';
import type {
  AttentionOptions,
  DecoderBuilder,
  Kernels,
  LayerNormOptions,
  RmsNormOptions,
  RotaryOptions,
  TokenPart,
} from '@linchpin/plugin-api';
import type { SiteRequest } from '../edit/model-editor.ts';
import { acrossTokensOfPart, unknownSite } from '../errors.ts';
import { headwiseAttention, isByHead, plainAttention, softCapped, treeAttention } from './attention.ts';
import type { AttentionScope } from './attention-scope.ts';
import { AttentionBiases } from './attention-bias.ts';
import { AttentionBlocks } from './attention-blocks.ts';
import type { BatchInputs } from './batch-inputs.ts';
import { replaceEditedRows } from './edited-rows.ts';
import type { ExecutedProducts } from './executed-products.ts';
import { matrixProduct } from './matrix-product.ts';
import { layerNorm, rmsNorm } from './norms.ts';
import { RotaryPositions } from './rotary.ts';
import type { GraphWeights } from './weights.ts';
import { asksForWholeRequests } from './whole-requests.ts';

export interface DecoderPartsOptions {
  readonly graph: Graph;
  readonly batch: Omit<BatchInputs, 'targets'>;
  readonly attention: AttentionScope;
  readonly weights: GraphWeights;
  readonly sites: ReadonlyMap<string, SiteRequest>;
  readonly positions: number;
  /** Products that interventions execute; every other one is a Gemm. */
  readonly executed: ExecutedProducts;
  readonly isolatesSequences: boolean;
  readonly kernels: Pick<Kernels, 'attention' | 'halfPrecision' | 'nonZero'>;
  /** Whether what is built ends before the head, which whoever asks lays otherwise. */
  readonly leavesHead?: boolean | undefined;
  /** What is laid beside modules, by module. */
  readonly adapters?: ReadonlyMap<string, LayAdapter> | undefined;
}

/** Changes the output of a module; `weight` gives its matrix with all edits, float32 [out, in]. */
export type LayAdapter = (module: {
  readonly input: Value;
  readonly output: Value;
  readonly bias: Value | undefined;
  readonly weight: () => Value;
}) => Value;

/** The product that gives logits, [vocabulary, hidden], and their bound if there is one. */
export interface Head {
  readonly matrix: Value;
  readonly softCap?: number | undefined;
}

/** y = x · Wᵀ: float32 [tokens, vocabulary]. */
export function layHead(graph: Graph, x: Value, { matrix, softCap }: Head, name: string = 'logits'): Value {
  if (softCap === undefined) return matrixProduct(graph, { x, matrix, name });
  const uncapped = matrixProduct(graph, { x, matrix, name: `${name}:uncapped` });
  return softCapped(graph, uncapped, { cap: softCap, name });
}

/** Stand for what a part of the tokens does not have; they are part of no graph, so that whoever asks is found. */
const noRows = {
  ancestors: { name: 'part:ancestors', type: 'bool', shape: ['rows', 'row_length', 'row_length'] },
  rowShape: { name: 'part:row_shape', type: 'int64', shape: [2] },
} as const satisfies Record<string, Value>;

export class DecoderParts implements DecoderBuilder {
  readonly graph: Graph;
  /** Activations that were asked for, by site. */
  readonly readSites: Map<string, Value> = new Map();
  /** Tokens whose requests have to be run alone: bool [tokens]. */
  unresolved: Value | undefined;
  /** Places in the chain of the interventions that look across whole requests. */
  readonly lookAcross: Set<number> = new Set();
  /** What came to each of the family's own sites. */
  readonly passed: Map<string, Value> = new Map();
  /** The residual stream inside layers, by the layer's module. */
  readonly halves: Map<string, Value> = new Map();
  /** The head that was left out. */
  leftHead: Head | undefined;
  readonly #leavesHead: boolean;
  readonly #adapters: ReadonlyMap<string, LayAdapter>;
  readonly #kernels: Pick<Kernels, 'attention' | 'halfPrecision' | 'nonZero'>;
  readonly #batch: Omit<BatchInputs, 'targets'>;
  readonly #attention: AttentionScope;
  readonly #weights: GraphWeights;
  readonly #sites: ReadonlyMap<string, SiteRequest>;
  readonly #executed: ExecutedProducts;
  /** Whether what is computed of a token may depend on the others, so that none can be dropped. */
  readonly #needsAllTokens: boolean;
  readonly #visited = new Set<string>();
  readonly #rotary: RotaryPositions;
  readonly #biases: AttentionBiases;
  readonly #blocks: AttentionBlocks;
  #onlyScored = false;
  /** The module whose sites have the rows of some tokens alone. */
  #part: string | undefined;

  constructor(options: DecoderPartsOptions) {
    this.graph = options.graph;
    this.#kernels = options.kernels;
    this.#batch = options.batch;
    this.#attention = options.attention;
    this.#weights = options.weights;
    this.#sites = options.sites;
    this.#executed = options.executed;
    this.#needsAllTokens = options.isolatesSequences;
    this.#leavesHead = options.leavesHead ?? false;
    this.#adapters = options.adapters ?? new Map();
    this.#rotary = new RotaryPositions(options.graph, options.batch, options.positions);
    this.#biases = new AttentionBiases(options.graph, options.attention);
    this.#blocks = new AttentionBlocks(options.graph, options.attention);
  }

  embed(weight: string): Value {
    const input = this.#batch.tokenIds;
    const output = this.#rowsOf(weight, input);
    const adapter = this.#adapters.get(weight.replace(/\.weight$/, ''));
    return adapter?.({ input, output, bias: undefined, weight: () => this.#weights.float(weight) }) ?? output;
  }

  linear(module: string, x: Value, options: { readonly bias?: boolean } = {}): Value {
    const input = this.site(`${module}.input`, x);
    const bias = options.bias ? this.#weights.float(`${module}.bias`) : undefined;
    const { rowShape } = this.#part === undefined ? this.#batch : noRows;
    const executed = this.#noting(this.#executed.intervention(module), () =>
      this.#executed.lay(module, { x: input, bias, rowShape }),
    );
    const product = executed ?? this.#product(module, input, bias);
    const patch = this.#weights.patch(`${module}.weight`);
    const patched = replaceEditedRows(this.graph, { product, input, patch, bias });
    const weight = (): Value => this.#weights.whole(`${module}.weight`, patch);
    const output = this.#adapters.get(module)?.({ input, output: patched, bias, weight }) ?? patched;
    return this.#siteOf(`${module}.output`, output, { input, bias });
  }

  embedPositions(weight: string, { offset = 0 }: { readonly offset?: number } = {}): Value {
    const positions = this.graph.reshape(this.#batch.positions, [-1], ['tokens']);
    const places = offset === 0 ? positions : this.graph.apply('Add', [positions, this.graph.integer(offset)]);
    return this.#rowsOf(weight, places);
  }

  rmsNorm(module: string, x: Value, options: RmsNormOptions): Value {
    const normed = rmsNorm(this.graph, { x, weight: this.#weights.float(`${module}.weight`) }, options);
    return this.#siteOf(`${module}.output`, normed, { input: x });
  }

  layerNorm(module: string, x: Value, { epsilon, parameters = 'weight-and-bias' }: LayerNormOptions): Value {
    const weight = parameters === 'none' ? undefined : this.#weights.float(`${module}.weight`);
    const bias = parameters === 'weight-and-bias' ? this.#weights.float(`${module}.bias`) : undefined;
    const normed = layerNorm(this.graph, { x, weight, bias }, { epsilon });
    return this.#siteOf(`${module}.output`, normed, { input: x });
  }

  rotary(x: Value, options: RotaryOptions): Value {
    const { rotated, unresolved } = this.#rotary.rotate(x, options);
    this.#addUnresolved(unresolved);
    return rotated;
  }

  attention(query: Value, key: Value, value: Value, options: AttentionOptions): Value {
    const bias = this.#biases.for(options);
    const { rowShape } = this.#attention;
    const keyShape = (): Value => this.#attention.keyShape();
    const known = this.#attention.extend(key, value, options);
    const site = options.site === undefined ? undefined : `${options.site}.attention_weights`;
    const isLookedAt = site !== undefined && this.#sites.has(site);
    if (site !== undefined) this.#visited.add(site);
    const inputs = { query, ...known, bias, rowShape, keyShape };
    if (isLookedAt || !this.#kernels.attention) {
      const weightsSite = (weights: Value): Value => (isLookedAt ? this.site(site, weights) : weights);
      return plainAttention(this.graph, { ...inputs, weightsSite }, options);
    }
    if (isByHead(known.key)) return headwiseAttention(this.graph, inputs, options);
    return treeAttention(this.graph, { ...inputs, blocks: this.#blocks.under(bias) }, options);
  }

  site(name: string, value: Value): Value {
    this.passed.set(name, value);
    return this.#siteOf(name, value, { input: value });
  }

  halfway(layer: string, x: Value): void {
    this.halves.set(layer, x);
  }

  keepScored(values: readonly Value[]): Value[] {
    const isWantedLater = [...this.#sites.keys()].some((site) => !this.#visited.has(site));
    if (isWantedLater || this.#needsAllTokens || this.#onlyScored) return [...values];
    this.#onlyScored = true;
    return values.map((value) => this.graph.rows(value, this.#batch.scoredTokens));
  }

  picksTokens(module: string): boolean {
    const inside = `${module}.`;
    const asked = [...this.#sites.keys(), ...this.#executed.modules];
    return this.#kernels.nonZero || asked.some((name) => name.startsWith(inside));
  }

  forTokens(module: string, x: Value, { tokens, lay }: TokenPart): Value {
    const site = `${module}.tokens`;
    if (this.#sites.has(site)) this.site(site, this.graph.cast(tokens ?? indicesOf(this.graph, x), 'float32'));
    else this.#visited.add(site);
    if (tokens === undefined) return lay(x);
    this.#part = module;
    const result = lay(this.graph.rows(x, tokens));
    this.#part = undefined;
    const used = new Set<string>(Object.values(noRows).map(({ name }) => name));
    if (this.graph.nodes.some(({ inputs }) => inputs.some((input) => used.has(input))))
      throw acrossTokensOfPart(module);
    return result;
  }

  /** For the scored tokens alone: float32 [scored, vocabulary], or where the head is left out [scored, hidden]. */
  head(weight: string, x: Value, { softCap }: { readonly softCap?: number } = {}): Value {
    const scored = this.#onlyScored ? x : this.graph.rows(x, this.#batch.scoredTokens);
    const head = { matrix: this.#weights.operand(weight), softCap };
    if (!this.#leavesHead) return layHead(this.graph, scored, head);
    this.leftHead = head;
    return scored;
  }

  /** Every site that was asked for must have been passed. */
  finish(): void {
    for (const site of this.#sites.keys()) if (!this.#visited.has(site)) throw unknownSite(site, [...this.#visited]);
  }

  /** Rows of a table, float32. */
  #rowsOf(table: string, rows: Value): Value {
    const { isHalf } = this.#weights;
    // Gathering before the cast keeps a half-precision table from being copied whole.
    const whole = !isHalf && this.#kernels.halfPrecision ? this.#weights.stored(table) : this.#weights.operand(table);
    return this.graph.cast(this.graph.rows(whole, rows), 'float32');
  }

  #product(module: string, input: Value, bias: Value | undefined): Value {
    const { value, transposed } = this.#weights.matrix(`${module}.weight`);
    return matrixProduct(this.graph, { x: input, matrix: value, transposed, bias, name: `${module}:product` });
  }

  #addUnresolved(added: Value | undefined): void {
    if (added === undefined || added === this.unresolved) return;
    this.unresolved = this.unresolved === undefined ? added : this.graph.apply('Or', [this.unresolved, added]);
  }

  /** Lays something for an intervention, and notes whether that looks at whole requests. */
  #noting<T>(intervention: number | undefined, lay: () => T): T {
    const before = this.graph.nodes.length;
    const laid = lay();
    const isAcross = asksForWholeRequests({ nodes: this.graph.nodes.slice(before) });
    if (intervention !== undefined && isAcross) this.lookAcross.add(intervention);
    return laid;
  }

  #siteOf(name: string, value: Value, module: { readonly input: Value; readonly bias?: Value | undefined }): Value {
    this.#visited.add(name);
    const request = this.#sites.get(name);
    if (request === undefined) return value;
    let current = value;
    for (const { intervention, build } of request.rewrites) {
      const { ancestors, rowShape } = this.#part === undefined ? this.#batch : noRows;
      const bias = module.bias === undefined ? {} : { bias: module.bias };
      const context = { graph: this.graph, value: current, input: module.input, ...bias, ancestors, rowShape };
      const result = this.#noting(intervention, () => build(context));
      if (result.unresolved !== undefined) this.lookAcross.add(intervention);
      current = result.value;
      this.#addUnresolved(result.unresolved);
    }
    if (request.read !== undefined) {
      const { statistic } = request.read;
      this.readSites.set(name, statistic === undefined ? current : statistic(this.graph, current));
    }
    return current;
  }
}

/** int64 [tokens], from 0. */
function indicesOf(graph: Graph, x: Value): Value {
  const shape = graph.apply('Shape', [x]);
  const count = graph.apply('Gather', [shape, graph.integer(0)], { attributes: { axis: 0 }, shape: [] });
  return graph.apply('Range', [graph.integer(0), count, graph.integer(1)], { shape: ['tokens'] });
}
